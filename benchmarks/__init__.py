"""The suite as pytest items: ``pytest benchmarks`` in a checkout, ``pytest --pyargs gilbench.benchmarks`` elsewhere."""
