"""Runs pytest, which is imported before, and says what that took, as the last line of its output."""

import json
import sys
import time

import pytest

began_s, began_cpu_s = time.perf_counter(), time.process_time()
code = pytest.main(sys.argv[1:])
cpu_s, wall_s = time.process_time() - began_cpu_s, time.perf_counter() - began_s
print(json.dumps([cpu_s, wall_s]))
sys.exit(code)
