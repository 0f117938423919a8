"""Realtime: one socket protocol for every client, and the hub that keeps what they see up to date.

A frame comes in through a `Connection`, is understood by `protocol.ProtocolCore` (no I/O), acted upon by a
`client.Client` (authenticate, subscribe, run a command). What is committed reaches the `hub.Hub` from the
local journal or as a hint over the `bus`, is put in order per topic by a `feed.Feed`, encoded once and
written to the outboxes of all who follow. `docs/protocol/README.md` is the page for writers of clients.

Rooms above give their topics (`topics.TopicKind`), lists (`topics.Digest`) and commands
(`commands.CommandRegistry`) where everything is put together.
"""
