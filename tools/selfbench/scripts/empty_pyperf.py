"""The function that does nothing, for pyperf."""

import pyperf
from empty import empty

pyperf.Runner().bench_func("empty", empty)
