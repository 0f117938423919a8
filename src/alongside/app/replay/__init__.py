"""`alongside replay FILE.csv`: real customers' questions, asked through real widget sockets of a running server.

It is a client like any other and knows the server only by HTTP and socket: `questions.py` reads the file,
`customer.py` is one visitor, `agents.py` answers in the desk, `watching.py` sees what arrives there; afterwards
`verifying.py` reads everything back, and `report.py` says what became of it. `playing.py` is the whole run.
"""
