"""How often each kind of interval that gilbench prints covers the truth, on simulated hosts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from tools.selfbench import arithmetic
from tools.selfbench.bench import Bench
from tools.selfbench.model import OURS, Result, Row, Standing, Trial
from tools.selfbench.printed_intervals import KINDS, Kind
from tools.selfbench.simulated import HOSTS

NAME = "coverage"
MOODS = 50  # courses of the cores' speeds: 5,000 experiments of each kind on each host in a turn
QUICK_MOODS = 4
LOWEST, HIGHEST = 0.94, 0.97
ENOUGH = 20_000  # experiments of each kind on each host


def turns(bench: Bench) -> Iterator[list[Trial]]:
    moods = QUICK_MOODS if bench.is_quick else MOODS
    while True:
        for host in bench.in_random_order(list(HOSTS)):
            yield [_trial(kind, host, moods, bench) for kind in KINDS if host in kind.hosts]


def _trial(kind: Kind, host: str, moods: int, bench: Bench) -> Trial:
    generator = np.random.default_rng(bench.random.randrange(1 << 62))
    covered, of = kind.count(HOSTS[host], moods, generator)
    values = {"covered": float(covered), "of": float(of)}
    return Trial(row=NAME, series=kind.series(host), tool=OURS, values=values)


def results(trials: Sequence[Trial]) -> list[Result]:
    made = []
    for kind in KINDS:
        made += [_result(kind, host, trials) for host in kind.hosts]
    return made


def _result(kind: Kind, host: str, trials: Sequence[Trial]) -> Result:
    covered = round(sum(arithmetic.values_of(trials, "covered", kind.series(host))))
    of = round(sum(arithmetic.values_of(trials, "of", kind.series(host))))
    figure = arithmetic.share(covered, of, "coverage")
    standing = arithmetic.stands(figure, LOWEST, HIGHEST)
    is_on_the_right_side = standing in (None, Standing.MET, Standing.OPEN)
    return Result(
        quantity=f"{kind.name}: {host}",
        ours=figure,
        goal="94 to 97 %",
        standing=standing,
        note="" if is_on_the_right_side else kind.reasons(host),
    )


def is_enough(trials: Sequence[Trial]) -> bool:
    """Whether every interval has so many experiments."""
    series = [kind.series(host) for kind in KINDS for host in kind.hosts]
    return all(sum(arithmetic.values_of(trials, "of", name)) >= ENOUGH for name in series)


ROW = Row(
    name=NAME,
    title="Coverage of the printed 95 % intervals",
    method="Experiments on simulated hosts with known truth, judged by gilbench's own code: the truth is the trimmed mean "
    "of what could have been measured in the same seconds. Cores have two speeds, 1 and 0.54, or one that drifts; bad "
    "launches are off by 5 to 10 %.",
    minutes=3.5,
    turns=turns,
    results=results,
    enough=is_enough,
    parts=len(HOSTS),
)
