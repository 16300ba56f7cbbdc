"""The verbs of the command line, one file each: ``add`` declares its arguments, ``run`` runs it.

Each imports what it needs when it runs, so that no verb pays for another.
"""
