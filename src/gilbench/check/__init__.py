"""The regression check: decides what changed between a baseline and a head, from measurements."""
