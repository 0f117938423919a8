"""What every room stands on and that knows no domain word.

Clock, ids, errors, events, settings, secrets, logs and the actor of an act. Import the module you need:
`from alongside.kit.errors import NotFound`.
"""
