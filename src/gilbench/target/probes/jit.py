"""How long a loop of pure Python takes with the JIT compiler of this build, and without it."""

import json
import os
import subprocess
import sys
import time
from typing import Any, Dict, List, Optional

from gilbench.target.probes import _children
from gilbench.target.registry import Probe

LOOPS = 50_000  # of a repetition: some 5 ms
REPETITIONS = 12  # the first of them compile
VARIABLE = "PYTHON_JIT"


def missing() -> Optional[str]:
    jit = getattr(sys, "_jit", None)
    if jit is not None and jit.is_available():
        return None
    return "this build has no JIT compiler that can be switched (sys._jit, Python 3.14)"


def compute() -> int:
    """A loop as in fnv1a: arithmetic on small and large numbers."""
    value = 2166136261
    for number in range(LOOPS):
        value = ((value ^ (number & 255)) * 16777619) & 0xFFFFFFFF
    return value


def fastest_ns() -> int:
    """Nanoseconds of the fastest repetition in this process."""
    times_ns: List[int] = []
    for _ in range(REPETITIONS):
        start_ns = time.perf_counter_ns()
        compute()
        times_ns.append(time.perf_counter_ns() - start_ns)
    return min(times_ns)


def look() -> Dict[str, Any]:
    """What this process measures, its CPU time, and whether its JIT compiler is switched on."""
    jit = getattr(sys, "_jit", None)
    began_ns, cpu_before_ns = time.perf_counter_ns(), time.process_time_ns()
    fastest = fastest_ns()
    return {
        "enabled": jit is not None and jit.is_enabled(),
        "fastest_ns": fastest,
        "cpu_ns": time.process_time_ns() - cpu_before_ns,
        "wall_ns": time.perf_counter_ns() - began_ns,
    }


def in_process(value: str) -> Dict[str, Any]:
    """``look`` in a new process; nothing was measured where it did not end in time."""
    environment = dict(os.environ)
    environment[VARIABLE] = value
    command = [sys.executable, "-S", "-m", __name__]
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_children.PATIENCE_S,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return dict.fromkeys(("enabled", "fastest_ns", "cpu_ns", "wall_ns"))
    return dict(json.loads(done.stdout.decode("utf-8")))


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Time the loop in ``pairs`` pairs of new processes, with the JIT compiler off and on.

    Which of the two comes first alternates.

    Returns:
        ``off`` and ``on``, what each process saw.
    """
    seen: Dict[str, List[Dict[str, Any]]] = {"0": [], "1": []}
    for pair in range(params["pairs"]):
        for value in sorted(seen, reverse=bool(pair % 2)):
            seen[value].append(in_process(value))
    return {"off": seen["0"], "on": seen["1"]}


PROBE = Probe(
    name="jit",
    summary="how long a loop of pure Python takes with the JIT compiler on and off",
    run=run,
    limit_s=60,
    missing=missing,
)

if __name__ == "__main__":
    print(json.dumps(look()))
