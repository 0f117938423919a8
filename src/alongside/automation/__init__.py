"""What acts on its own in a conversation: for now the concierge.

Everything here listens to facts from the outbox and acts in jobs; nobody below knows of it.
"""
