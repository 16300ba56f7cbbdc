"""gilbench settles, on this machine and with evidence, what Python's Global Interpreter Lock costs.

This file stays empty of imports: it is also read by every interpreter under test, from CPython 3.8 on.
"""

__version__ = "0.1.0"
