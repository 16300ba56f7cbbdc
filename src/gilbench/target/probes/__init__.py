"""One file a probe; each registers ``PROBE``."""
