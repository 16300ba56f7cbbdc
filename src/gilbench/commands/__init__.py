"""The verbs of the command line, a file each: ``add(commands)`` declares its arguments, ``run(arguments)`` does it.

Each imports what it needs when it runs, so that no verb pays for another.
"""
