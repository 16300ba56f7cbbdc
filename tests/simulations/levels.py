"""How often intervals cover the truth where sampling stops as soon as a claim is decided, whatever the effect.

Normally distributed launches, with and without bad ones, whose mean lies so many standard deviations from a bound.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import special

from gilbench.analysis.family import nominal_confidence
from gilbench.analysis.location import TRIM
from gilbench.claims.margins import ALPHA
from gilbench.plan.profiles import PROFILES
from tests.simulations.study import Piece, Results, Study

SHOWN = 0.95
PLANS = {
    "a probe of a quick run": PROFILES["quick"].timed.looks,
    "quick": PROFILES["quick"].claim.looks,
    "glance": PROFILES["glance"].claim.looks,
    "glance, waiting": PROFILES["glance"].waiting.looks,
    "standard": PROFILES["standard"].claim.looks,
    "standard, resumed": (5, 8, 10, 12, 16, 24, 40, 64),
    "full": PROFILES["full"].claim.looks,
}
KINDS = ("normal", "one launch in ten is bad")
CLAIMS = (1, 5, 20, 70)  # undecided ones in the family
EFFECTS = (*np.round(np.arange(0, 4.01, 0.2), 2).tolist(), 6.0, 9.0, 14.0, 20.0)
SAMPLES = 1000  # of a run


def _pieces(runs: int) -> Iterator[Piece]:
    for plan in PLANS:
        for kind in KINDS:
            yield plan, kind, runs * SAMPLES


def _simulate(plan: str, kind: str, samples: int) -> list[list[float]]:
    """Rows of: claims, effect, and how often the ordinary and the shown interval cover."""
    looks = PLANS[plan]
    generator = np.random.default_rng(2026)
    launches = generator.normal(0, 1, (samples, looks[-1]))
    if kind != KINDS[0]:
        off = generator.uniform(1.25, 2.5, launches.shape)
        is_bad = generator.random(launches.shape) < 0.1
        launches += off * generator.choice([-1, 1], launches.shape) * is_bad
    located = [_locations(launches[:, :look]) for look in looks]
    rows = []
    for claims in CLAIMS:
        level = ALPHA / 2 / len(looks) / claims
        for effect in EFFECTS:
            rows.append([claims, effect, *_covered(located, effect, level)])
    return rows


def _locations(launches: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Center, standard error and degrees of freedom of each sample, as ``locate`` computes them."""
    n = launches.shape[1]
    ordered = np.sort(launches, axis=1)
    cut = int(TRIM * n)
    kept = n - 2 * cut
    winsorised = np.clip(ordered, ordered[:, [cut]], ordered[:, [n - 1 - cut]])
    se = winsorised.std(axis=1, ddof=1) * np.sqrt((n - 1) / (kept * (kept - 1)))
    return ordered[:, cut : n - cut].mean(axis=1), se, kept - 1


def _covered(
    located: list[tuple[np.ndarray, np.ndarray, int]], effect: float, level: float
) -> tuple[float, float]:
    """The share of samples whose ordinary interval, and whose shown one, covers where it stopped."""
    confidences = (SHOWN, nominal_confidence(SHOWN, len(located)))
    counts = [0, 0]
    has_stopped = np.zeros(len(located[0][0]), dtype=bool)
    for look, (center, se, df) in enumerate(located, start=1):
        is_certain = np.abs(center + effect) / se >= special.stdtrit(df, 1 - level)
        stops = ~has_stopped & (is_certain | (look == len(located)))
        for index, confidence in enumerate(confidences):
            reach = special.stdtrit(df, 0.5 + confidence / 2) * se[stops]
            counts[index] += int(np.sum(np.abs(center[stops]) <= reach))
        has_stopped |= stops
    return counts[0] / len(has_stopped), counts[1] / len(has_stopped)


def _table(results: Results) -> Iterator[str]:
    yield "| launches at the analyses | nominal | launches | at 95 % | shown |"
    yield "|---|---|---|---|---|"
    for (plan, kind, _), rows in results.items():
        looks = PLANS[str(plan)]
        nominal = nominal_confidence(SHOWN, len(looks))
        cells = []
        for column in (2, 3):
            shares = [row[column] for row in rows]
            cells.append(f"{min(shares):.3f} to {max(shares):.3f}")
        listed = ", ".join(map(str, looks))
        yield f"| {listed} ({plan}) | {nominal:.1%} | {kind} | {' | '.join(cells)} |"


LEVELS = Study(_pieces, _simulate, _table)
