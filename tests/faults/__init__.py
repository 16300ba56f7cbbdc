"""Faults of all kinds: processes, places, and files that others hand over."""
