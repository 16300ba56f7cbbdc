"""The probe ``request-rate``: requests per second of an I/O thread, by load and switch interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gilbench import model

if TYPE_CHECKING:
    from gilbench.results.tables import Seen

USUAL_INTERVAL_S, SHORT_INTERVAL_S = 0.005, 0.0001


def _condition(threads: int, interval_s: float, duration_s: float) -> dict[str, Any]:
    return {"threads": threads, "interval_s": interval_s, "duration_s": duration_s}


ALONE = _condition(0, USUAL_INTERVAL_S, 0.05)
USUAL = _condition(1, USUAL_INTERVAL_S, 0.2)  # some 40 requests, one per interval
SHORT = _condition(1, SHORT_INTERVAL_S, 0.1)
CONDITIONS = (ALONE, USUAL, SHORT)


def experiment(target: model.Target) -> model.Experiment:
    """The probe under every condition on one target."""
    return model.Experiment(target.id, "request-rate", CONDITIONS, launch_s=0.5)


def requests_per_s(seen: Seen, condition: dict[str, Any]) -> float:
    """Requests per second under one condition in one launch."""
    observed = seen[CONDITIONS.index(condition)]
    return float(1e9 * observed["requests"] / observed["elapsed_ns"])


def rate_ratio(seen: Seen, condition: dict[str, Any], other: dict[str, Any]) -> float:
    """The request rate under one condition over that under another, in one launch."""
    return requests_per_s(seen, condition) / requests_per_s(seen, other)


def cores_used(seen: Seen) -> float:
    """CPU seconds per wall-clock second next to a CPU-bound thread, where they were fewer."""
    shares = []
    for condition in (USUAL, SHORT):
        observed = seen[CONDITIONS.index(condition)]
        shares.append(float(observed["cpu_ns"] / observed["wall_ns"]))
    return min(shares)
