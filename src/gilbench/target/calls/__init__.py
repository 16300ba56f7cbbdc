"""Calls of anything that a user names.

Finds it, calls it, and spreads its calls over workers as a user would.
"""
