"""Runs a program and says what it took, as JSON.

It stands between because a process begins with the peak memory of what started it, and this one is small.
"""

import json
import resource
import subprocess
import sys
import time

began_s = time.perf_counter()
nothing = subprocess.DEVNULL
code = subprocess.run(sys.argv[1:], stdin=nothing, stdout=nothing, check=False).returncode
wall_s = time.perf_counter() - began_s
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss]))
sys.exit(code if code >= 0 else 128 - code)
