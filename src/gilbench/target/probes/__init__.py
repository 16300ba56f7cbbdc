"""One file per probe; each registers ``PROBE``."""
