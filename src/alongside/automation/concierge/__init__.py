"""The concierge: greets, answers from approved articles, and brings in a human.

The core decides without I/O: `deciding.py` turns what somebody said into one typed command, `speaking.py` turns
the command into entries. `attending.py` is the shell that reads the journal and writes to it, and only while
the concierge holds the conversation.

Never generated: an answer is an article's own text with its source. Never silent: a customer is told before
a human is brought in. Never in the way: the wish for a human is looked for before anything else.
"""
