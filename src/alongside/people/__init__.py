"""People: who writes to us, on which devices, and how strongly we know it.

A visitor starts as an anonymous person with one device (`devices`). The site that embeds the widget may say,
in a signed token, who its visitor is (`identity_tokens`, `identifying`); the anonymous person then joins that
person by an edge that can be undone exactly (`joining`). What they look at is kept, bounded and without
secrets in it (`pages`, `addresses`); `profiles` is what an agent sees of a person.

Facts announced: `events.PersonJoined`, `events.JoinUndone`. Conversations follow a join; the edge asks both
rooms in one transaction.
"""
