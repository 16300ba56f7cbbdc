"""The three claims for pytest-benchmark: one session gives one value of each."""

import pytest
from claims_work import CLAIMS


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("way", [0, 1])
def test_claim(benchmark, claim, way):
    benchmark(CLAIMS[claim][way])
