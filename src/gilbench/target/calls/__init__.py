"""Calls of anything that a user names: found, made, and spread over workers."""
