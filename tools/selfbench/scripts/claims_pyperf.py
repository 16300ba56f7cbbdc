"""One of the three claims for pyperf: the serial way and the other, named by the environment variable CLAIM."""

import os

import pyperf
from claims_work import CLAIMS

runner = pyperf.Runner()
for name, way in (("serial", 0), ("other", 1)):
    runner.bench_func(name, CLAIMS[os.environ["CLAIM"]][way])
