"""One file a strategy; each registers ``STRATEGY``."""
