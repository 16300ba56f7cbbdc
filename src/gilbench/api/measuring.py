"""``gilbench.measure``: what chosen ways to run a function gain, for a session of Python."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from gilbench.api.advising import BUDGET_S, measure_call
from gilbench.measure import cores
from gilbench.model import Estimate, InputError
from gilbench.plan.call_plan import MAP, PRIORITY, Job, most_workers
from gilbench.summary.call_advice import CallAdvice, advise_calls
from gilbench.summary.call_ways import WayRow

COLUMNS = ("target", "strategy", "workers", "gain", "lo", "hi", "launches", "failed")
NUMBERS = ("gain", "lo", "hi")  # missing where a way failed or had one launch


class Measured:
    """What the ways gained; prints as a table, in Jupyter too.

    Attributes:
        ways: A row per way: how many times as fast it is as one call after another, with its 95 %
            interval over launches, and why it failed or "".
        holds_gil: The share of its time for which the function holds the GIL; None without one.
        shipped: How the function reached the processes that measured it.
        folder: The run's folder, with the page ``report.html``.
    """

    def __init__(self, answers: Sequence[CallAdvice], shipped: str, folder: Path) -> None:
        rows = []
        for answer in answers:
            rows += [_row(answer, way) for way in answer.ways]
        self.ways = pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(NUMBERS, float))
        self.holds_gil: Estimate | None = answers[0].holds_gil if answers else None
        self.shipped = shipped
        self.folder = folder

    def __repr__(self) -> str:
        return self.ways.to_string(index=False, float_format="{:.2f}".format, na_rep="–")

    def _repr_html_(self) -> str:
        return str(self.ways.to_html(index=False, float_format="{:.2f}".format, na_rep="–"))


def measure(
    func: Callable[..., object] | str,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    strategies: Sequence[str] | str = ("thread", "process-pool"),
    workers: Sequence[int] | int = (2,),
    budget_s: float = BUDGET_S,
    python: Sequence[str] = (),
    out: str | os.PathLike[str] = "results",
) -> Measured:
    """Measure what ways to run a function gain over one call after another.

    Example:
        >>> import tempfile, zlib
        >>> import gilbench
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     measured = gilbench.measure(
        ...         zlib.crc32, (b"abc",), strategies=["thread"], budget_s=3, out=folder
        ...     )
        >>> measured.ways[["strategy", "workers"]].values.tolist()
        [['thread', 2]]

    Args:
        func: The function, or its name as ``gilbench advise`` takes it. A function of a notebook is
            shipped as source, or by cloudpickle where that is installed.
        args: Its positional arguments; pickled where they are no literals.
        kwargs: Its arguments by keyword, likewise.
        strategies: The ways, or the only one, such as "thread", "thread-pool", "process",
            "process-pool", "pool".
        workers: The numbers of workers of each, or the only one.
        budget_s: Seconds that measuring may take; every way has one launch, however long it takes.
        python: The interpreters to measure; this one by default.
        out: The folder in which runs are kept.

    Returns:
        The gain of every strategy with every number of workers.

    Raises:
        gilbench.InputError: A strategy is unknown or does not suit the function, or the function
            cannot be called in another process.
    """
    measured, shipped = measure_call(
        "gilbench.measure",
        func,
        args,
        kwargs,
        budget_s=budget_s,
        python=python,
        out=out,
        asked=_jobs(strategies, workers),
    )
    answers = advise_calls(measured.run, measured.observations)
    return Measured(answers, shipped, measured.folder)


def _jobs(strategies: Sequence[str] | str, workers: Sequence[int] | int) -> list[Job]:
    """Every strategy with every number of workers."""
    names = [strategies] if isinstance(strategies, str) else dict.fromkeys(strategies or ())
    numbers = [workers] if isinstance(workers, int) else dict.fromkeys(workers or ())
    for strategy in names:
        if strategy not in PRIORITY:
            raise InputError(
                f"unknown strategy {strategy!r} (choose from: {', '.join(sorted(PRIORITY))})"
            )
    for number in numbers:
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise InputError(f"{number!r} is not a number of workers; give 1 or more")
    jobs = []
    for strategy in names:
        most = most_workers(strategy, cores.logical())
        for number in numbers:
            if number > most:
                raise InputError(
                    f"{number} workers of {strategy} are too many; give {most} at most"
                )
            jobs.append(Job(MAP, strategy, number))
    if not jobs:
        raise InputError("there is nothing to measure; give a strategy and a number of workers")
    return jobs


def _row(answer: CallAdvice, way: WayRow) -> tuple[str | int | float | None, ...]:
    gain = way.gain
    lo, hi, launches = (None, None, 1) if gain is None else (gain.lo, gain.hi, gain.n)
    return answer.target, way.strategy, way.workers, way.speed, lo, hi, launches, way.failed
