"""Workspaces: the tenants. Their settings, their inboxes, and how the first one comes to be.

`directory` finds a workspace before one is inside it, `settings` reads and changes it, `founding` makes the first
one on a fresh installation. Who is in its team, and who its people are, other rooms know.
"""
