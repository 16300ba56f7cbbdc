"""The probe ``wakeup``: how long an I/O thread waits to run, alone or alongside CPU-bound work.

A latency is the time from the message of another process to the thread's next step: one acquisition
of the GIL on a blocking socket, two on one with a timeout. Percentiles are those of one launch.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gilbench import model
from gilbench.analysis.scaling import theil_sen

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

NS_PER_MS = 1e6
USUAL_INTERVAL_S = 0.005
INTERVALS_S = (0.001, USUAL_INTERVAL_S, 0.02)
SAMPLES = 30  # per condition and launch: 400 and more in 14 launches
SAMPLES_OF_LONGEST = 14  # at 20 ms, of which the median is used

# A percentile of 30 samples that is not about their maximum.
TAIL = 90

# The next message must find the thread asleep again, so it comes after this many switch intervals
# or more: more than the usual wait. GAP_S is for going to sleep.
GAP_S = 0.002
GAPS = {("none", 0): 0.2, ("process", 1): 0.2, ("threads", 1): 2.2, ("threads", 2): 4.0}


def _condition(
    load: str, workers: int, interval_s: float = USUAL_INTERVAL_S, *, timeout: bool = False
) -> dict[str, Any]:
    acquisitions = 2 if timeout else 1
    return {
        "load": load,
        "workers": workers,
        "interval_s": interval_s,
        "samples": SAMPLES if interval_s <= USUAL_INTERVAL_S else SAMPLES_OF_LONGEST,
        "gap_s": round(GAP_S + GAPS[load, workers] * acquisitions * interval_s, 6),
        "timeout": timeout,
    }


ALONE = _condition("none", 0)
ONE_PROCESS = _condition("process", 1)
ONE_THREAD = [_condition("threads", 1, interval_s) for interval_s in INTERVALS_S]
TWO_THREADS = [_condition("threads", 2, interval_s) for interval_s in INTERVALS_S[:2]]
ONE_THREAD_AT_5_MS, TWO_THREADS_AT_5_MS = ONE_THREAD[1], TWO_THREADS[1]
WITH_TIMEOUT = _condition("threads", 1, timeout=True)
CONDITIONS = (ALONE, ONE_PROCESS, *ONE_THREAD, *TWO_THREADS, WITH_TIMEOUT)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target."""
    return model.Experiment(target.id, "wakeup", CONDITIONS, launch_s=4.0, of_percentiles=True)


def cores_used(seen: Seen, conditions: Iterable[dict[str, Any]]) -> float:
    """CPU seconds per wall-clock second of the launch, in that condition where they were fewest.

    A thread that loses its core while it holds the GIL keeps everyone waiting, and then it is the
    host that delays them. Some 0.98 where CPU-bound threads have a core, and more without a GIL.
    """
    shares = []
    for condition in conditions:
        observed = seen[CONDITIONS.index(condition)]
        shares.append(float(observed["cpu_ns"] / observed["wall_ns"]))
    return min(shares)


def latencies_ms(seen: Seen, condition: dict[str, Any]) -> list[float]:
    """Every latency of one condition in one launch; empty unless all its workers computed."""
    observed = seen[CONDITIONS.index(condition)]
    latencies_ns = observed["latency_ns"] or ()
    if not latencies_ns or observed["beside"] < condition["workers"]:
        return []
    return [latency_ns / NS_PER_MS for latency_ns in latencies_ns]


def percentile_ms(seen: Seen, condition: dict[str, Any], percent: float) -> float:
    """A percentile of one condition's latencies in one launch; nan where there are none."""
    import numpy as np

    latencies = latencies_ms(seen, condition)
    return float(np.percentile(latencies, percent)) if latencies else math.nan


def in_intervals(seen: Seen, condition: dict[str, Any], percent: float) -> float:
    """A percentile of one condition's latencies over its switch interval."""
    return percentile_ms(seen, condition, percent) / (1000 * float(condition["interval_s"]))


def median_per_interval(seen: Seen) -> float:
    """Milliseconds of median latency with one thread per millisecond of switch interval.

    It is a slope by Theil and Sen over all intervals.
    """
    intervals_ms = [1000 * interval_s for interval_s in INTERVALS_S]
    return theil_sen(intervals_ms, [percentile_ms(seen, condition, 50) for condition in ONE_THREAD])


def timeout_over_blocking(seen: Seen) -> float:
    """The median latency on a socket with a timeout over that on a blocking one, one thread."""
    with_timeout = percentile_ms(seen, WITH_TIMEOUT, 50)
    return with_timeout / percentile_ms(seen, ONE_THREAD_AT_5_MS, 50)


def share_given_back(seen: Seen) -> float:
    """The share of a thread's delay that ends when a process does its work: 1 if all of it does.

    In the tails, since a process may delay the thread now and then.
    """
    alone = percentile_ms(seen, ALONE, TAIL)
    with_thread = percentile_ms(seen, ONE_THREAD_AT_5_MS, TAIL)
    with_process = percentile_ms(seen, ONE_PROCESS, TAIL)
    return (with_thread - with_process) / (with_thread - alone)
