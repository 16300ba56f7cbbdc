"""One file per strategy; each registers ``STRATEGY``."""
