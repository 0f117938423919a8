"""Articles, and finding the one that answers a question, or none.

`writing.py` creates, changes and publishes; `searching.py` finds: PostgreSQL's full text brings candidates,
`ranking.py` scores them between 0 and 1, so that whoever asks can abstain instead of answering wrongly.
Internal articles are found only by those who ask for the internal audience.
"""
