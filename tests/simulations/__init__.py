"""Many runs on simulated hosts, as tables for docs/measurements: ``python -m tests.simulations STUDY``."""
