"""The team: agents, what they may do, and how they sign in.

`signing_in` slows guessing and says nothing about who exists; `sessions` are random tokens that can be seen and
ended; `permissions` is the one table of who may do what; `audit` keeps who did what that matters, for other
rooms too: the edge writes theirs.
"""
