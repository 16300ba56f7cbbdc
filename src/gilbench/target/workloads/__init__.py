"""One file a workload; each registers ``WORKLOAD``."""
