"""Luma Energy, the demo company: its seeded world and its site. `python -m demo --help`; not part of the wheel."""
