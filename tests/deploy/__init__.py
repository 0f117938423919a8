"""Whether what deploy/ has works: held against schemas and linters, and run with real programs where there are some.

`tools.py` gets the programs; what cannot be had is skipped in words. `installation.py` starts what the compose file
does, without containers: its scripts, PostgreSQL with the three roles, NATS, two nodes.
"""
