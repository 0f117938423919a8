"""Where everything is put together, once: settings → storage → rooms → servers. The command line starts here.

`composition.py` opens the rooms and knows who needs whom; `server.py` serves them; `cli.py` lists the commands.
Nobody imports this room.
"""
