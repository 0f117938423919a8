"""The edge: HTTP and the socket. One thin file for each room below it; only here is HTTP known.

`security` says who is asking and whether they may, `errors` turns the rooms' errors into answers, `limits` slows
down who comes too often, `pages` and `headers` keep browsers on the safe side. A request is one transaction.
"""
