"""One file per workload; each registers ``WORKLOAD``."""
