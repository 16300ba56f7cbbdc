"""The door for Python: what ``import gilbench`` offers, loaded from here on first use."""
