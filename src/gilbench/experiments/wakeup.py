"""The probe ``wakeup``: how long an I/O thread waits to run, alone or alongside CPU-bound work.

A latency is the time from the reply of an echo process to the thread's next step. Percentiles are
those of one launch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gilbench.analysis.scaling import theil_sen
from gilbench.model import Experiment, Target
from gilbench.results.tables import Seen

NS_PER_MS = 1e6
USUAL_INTERVAL_S = 0.005
INTERVALS_S = (0.001, USUAL_INTERVAL_S, 0.02)
SAMPLES = 36  # per condition and launch: 500 and more in 14 launches


def _condition(load: str, workers: int, interval_s: float = USUAL_INTERVAL_S) -> dict[str, Any]:
    return {"load": load, "workers": workers, "interval_s": interval_s, "samples": SAMPLES}


ALONE = _condition("none", 0)
ONE_PROCESS = _condition("process", 1)
ONE_THREAD = [_condition("threads", 1, interval_s) for interval_s in INTERVALS_S]
TWO_THREADS = [_condition("threads", 2, interval_s) for interval_s in INTERVALS_S[:2]]
ONE_THREAD_AT_5_MS, TWO_THREADS_AT_5_MS = ONE_THREAD[1], TWO_THREADS[1]
CONDITIONS = (ALONE, ONE_PROCESS, *ONE_THREAD, *TWO_THREADS)


def experiment(target: Target) -> Experiment:
    """The probe under every condition on one target."""
    return Experiment(target.id, "wakeup", CONDITIONS, launch_s=3.4)


def latencies_ms(seen: Seen, condition: dict[str, Any]) -> list[float]:
    """Every latency of one condition in one launch; empty where no reply came."""
    latencies_ns = seen[CONDITIONS.index(condition)].get("latency_ns") or ()
    return [latency_ns / NS_PER_MS for latency_ns in latencies_ns]


def percentile_ms(seen: Seen, condition: dict[str, Any], percent: float) -> float:
    """A percentile of one condition's latencies in one launch; nan where no reply came."""
    latencies_ns = seen[CONDITIONS.index(condition)]["latency_ns"]
    return float(np.percentile(latencies_ns, percent)) / NS_PER_MS if latencies_ns else float("nan")


def in_intervals(seen: Seen, condition: dict[str, Any], percent: float) -> float:
    """A percentile of one condition's latencies over its switch interval."""
    return percentile_ms(seen, condition, percent) / (1000 * float(condition["interval_s"]))


def p99_per_interval(seen: Seen) -> float:
    """Milliseconds of p99 latency per millisecond of switch interval, by Theil-Sen, one thread."""
    intervals_ms = [1000 * interval_s for interval_s in INTERVALS_S]
    return theil_sen(intervals_ms, [percentile_ms(seen, condition, 99) for condition in ONE_THREAD])


def share_given_back(seen: Seen) -> float:
    """The share of a thread's delay that ends when a process does its work: 1 if all of it does."""
    alone = percentile_ms(seen, ALONE, 99)
    with_thread = percentile_ms(seen, ONE_THREAD_AT_5_MS, 99)
    with_process = percentile_ms(seen, ONE_PROCESS, 99)
    return (with_thread - with_process) / (with_thread - alone)
