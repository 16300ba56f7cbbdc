"""The servers that I/O workloads talk to, each run in a process of its own."""
