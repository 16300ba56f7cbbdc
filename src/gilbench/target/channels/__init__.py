"""One file per channel; each registers ``CHANNEL``."""
