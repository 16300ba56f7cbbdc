"""The servers that I/O workloads talk to, each run in a separate process."""
