"""The function for pyperf; how often is said on the command line."""

import pyperf
from function import work

pyperf.Runner().bench_func("case", work)
