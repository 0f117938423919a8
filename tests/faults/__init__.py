"""What happens to people's messages when processes are killed, lines are cut, and clocks and disks fail.

`stand.py` starts real servers on a real PostgreSQL behind proxies that can be told to misbehave; `load.py` lets
visitors and agents talk over real sockets meanwhile; `reading_back.py` and `checking.py` look from outside at what
has become of it. `python -m tests.faults.soak` does so for minutes.
"""
