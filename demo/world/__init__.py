"""Luma's seeded world: the same people, ids and words each time, at times that are counted back from now.

`building.py` makes it without I/O, `seeding.py` writes it. Its concierge is the real one's core: what it says
here is what it would say.
"""
