"""The function that does nothing, for pytest-benchmark."""

from empty import empty


def test_usual(benchmark):
    benchmark(empty)


def test_pedantic(benchmark):
    benchmark.pedantic(empty, rounds=20, iterations=100_000, warmup_rounds=1)


def test_once(benchmark):
    benchmark.pedantic(empty, rounds=2_000, iterations=1, warmup_rounds=20)
