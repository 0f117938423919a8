"""Conversations: threads with one person that may cross channels, and the journal of what happened in them.

The journal (`journal.Journal`) is the one way in: `append` for plain messages, in group commits, `record` within a
caller's transaction. Each other thing that can be done is a function `(connection, …)` in a file of its own:
starting, sending, handing_over, accepting, assigning, closing, reopening, reading, joining, parting, releasing,
attaching; what can be asked is in transcript, listing, snapshots and participants. `model` has the types, `drafts`
the kinds of entries, `summary` says what a conversation's row means.

Facts announced (`events`): ConversationStarted, EntriesAppended, HandedOver, ConversationClosed, ConversationJoined.
"""
