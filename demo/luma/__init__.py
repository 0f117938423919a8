"""Luma Energy's site, as a customer's site would be: a server of its own, on its own origin, that knows Alongside
only by the script tag, the workspace's name and the identity secret.
"""
