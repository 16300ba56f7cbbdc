"""``gilbench.advise``: what ``gilbench advise`` says of a function, for a session of Python."""

from __future__ import annotations

import html
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gilbench.api.shipping import ship
from gilbench.model import InputError
from gilbench.plan.call_plan import LONGEST_BUDGET_S, SHORTEST_BUDGET_S, Job
from gilbench.report.write import write
from gilbench.run.advising import CallMeasurement, MeasuredCall
from gilbench.summary.call_advice import CallAdvice, advise_calls
from gilbench.summary.call_lines import answer_lines, lines_of
from gilbench.summary.call_ways import WayRow

BUDGET_S = 10.0


class Advice:
    """The answers for a function, one per target; Jupyter shows them as text and tables.

    Attributes:
        answers: The answers as data.
        shipped: How the function reached the processes that measured it.
        folder: The run's folder, with the page ``report.html``.
    """

    def __init__(self, answers: Sequence[CallAdvice], shipped: str, folder: Path) -> None:
        self.answers = tuple(answers)
        self.shipped = shipped
        self.folder = folder

    def __repr__(self) -> str:
        lines = []
        for answer in self.answers:
            lines += _lines(answer)
        if self.shipped:
            lines.append(f"the function was {self.shipped}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = []
        for answer in self.answers:
            text = html.escape("\n".join(_lines(answer)))
            wrapped = f'<pre style="white-space: pre-wrap">{text}</pre>'
            parts.append(f"{wrapped}{_table(answer.ways)}")
        if self.shipped:
            parts.append(f"<p>the function was {html.escape(self.shipped)}</p>")
        return "\n".join(parts)


def advise(
    func: Callable[..., object] | str,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    budget_s: float = BUDGET_S,
    python: Sequence[str] = (),
    out: str | os.PathLike[str] = "results",
) -> Advice:
    """Measure whether and how to run a function in parallel.

    Args:
        func: The function, or its name as ``gilbench advise`` takes it. A function of a notebook is
            shipped as source, or by cloudpickle where that is installed.
        args: Its positional arguments; pickled where they are no literals.
        kwargs: Its arguments by keyword, likewise.
        budget_s: Seconds that measuring may take.
        python: The interpreters to measure; this one by default.
        out: The folder in which runs are kept.

    Returns:
        The answers, which print as ``gilbench advise`` does.

    Raises:
        gilbench.InputError: The function cannot be called in another process.
    """
    measured, shipped = measure_call(
        "gilbench.advise", func, args, kwargs, budget_s=budget_s, python=python, out=out
    )
    return Advice(advise_calls(measured.run, measured.observations), shipped, measured.folder)


def measure_call(
    name: str,
    func: Callable[..., object] | str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None,
    *,
    budget_s: float,
    python: Sequence[str],
    out: str | os.PathLike[str],
    asked: Sequence[Job] = (),
) -> tuple[MeasuredCall, str]:
    """Measure a call in other processes and write the run's page.

    Args:
        name: Who asks, as the run says it.
        func: As for ``advise``, as are those that follow.
        args: Its positional arguments.
        kwargs: Its arguments by keyword.
        budget_s: Seconds that measuring may take.
        python: The interpreters, or the only one.
        out: The folder in which runs are kept.
        asked: The ways that are measured, and no others; empty for all that suit.

    Returns:
        What was measured, and how the function was shipped.

    Raises:
        gilbench.InputError: The function cannot be called in another process, or an argument is
            malformed.
    """
    is_number = isinstance(budget_s, int | float)
    if not is_number or not SHORTEST_BUDGET_S <= budget_s <= LONGEST_BUDGET_S:
        raise InputError(
            f"budget_s={budget_s!r} is no budget; give {SHORTEST_BUDGET_S:g} seconds or more"
        )
    pythons = [python] if isinstance(python, str) else list(python or ())
    with tempfile.TemporaryDirectory(prefix="gilbench-") as folder:
        spec = ship(func, args, {} if kwargs is None else kwargs, Path(folder))
        measurement = CallMeasurement(spec, pythons or [sys.executable], budget_s, asked=asked)
        for problem in measurement.problems:
            warnings.warn(f"{problem}; the other targets are measured", stacklevel=3)
        measured = measurement.measure(Path(out), [name, spec.text])
    write(measured.folder)
    return measured, spec.shipped


def _lines(answer: CallAdvice) -> list[str]:
    return [*answer_lines(answer), *(f"  {line}" for line in lines_of(answer))]


def _table(ways: Sequence[WayRow]) -> str:
    rows = []
    for way in ways:
        gain = way.failed or way.result
        rows.append(f"<tr><td>{html.escape(way.name)}</td><td>{html.escape(gain)}</td></tr>")
    return f"<table><tr><th>way</th><th>gain</th></tr>{''.join(rows)}</table>"
