"""The function for pytest-benchmark."""

from function import work


def test_case(benchmark):
    benchmark(work)
