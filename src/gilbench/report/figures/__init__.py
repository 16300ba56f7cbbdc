"""The figures of a report, one per file: every module of this package that has ``CHART`` is one.

A chart draws what a run has, and returns None where the run has nothing for it. A new file is a new
figure of the report. Those of other packages come in by the entry points ``gilbench.figures``.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from gilbench.plugins.entry_points import Plugin, find_plugins, leave_out, load_object
from gilbench.report import drawing  # noqa: F401 - before matplotlib, which figures import

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gilbench.model import Verdict
    from gilbench.results.tables import Tables


STEM = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # it names files


class ChartError(Exception):
    """A chart's file is broken, or two charts have the same stem."""


@dataclass(frozen=True)
class Chart:
    """One figure of the report.

    Attributes:
        title: The heading.
        stem: The name of the PNG file, and of the figure on the page.
        caption: How to read it.
        draw: Draws it for a run; None where the run has nothing for it.
        alt: Says in words what it shows of a run.
        order: Charts are in the report by their order, then by stem.
        of_several: Takes this one's place where a run has several targets.
        opens: Whether it stands above the verdicts, among what a reader looks at first.
        of_call: Whether it shows a call that ``gilbench advise`` measured, which other runs lack.
        plugin: The one that it comes from, which the report goes without where drawing it fails.
    """

    title: str
    stem: str
    caption: str
    draw: Callable[[Tables, Sequence[Verdict]], Figure | None]
    alt: Callable[[Tables, Sequence[Verdict]], str]
    order: int = 100
    of_several: Chart | None = None
    opens: bool = False
    of_call: bool = False
    plugin: Plugin | None = None

    def for_run(self, tables: Tables) -> Chart:
        """The chart that shows this run."""
        return (
            self.of_several if self.of_several is not None and len(tables.run.targets) > 1 else self
        )


def find_chart(stem: str) -> Chart:
    """The chart of that name; KeyError if there is none."""
    return {chart.stem: chart for chart in all_charts()}[stem]


def charts(*, of_call: bool = False) -> tuple[Chart, ...]:
    """The charts of a run of the suite, or those of a run that measured a call, in their order."""
    return tuple(chart for chart in all_charts() if chart.of_call == of_call)


@cache
def all_charts() -> tuple[Chart, ...]:
    """Every chart, in the order of the report.

    Raises:
        ChartError: A file has none, or two charts have the same stem.
    """
    by_stem: dict[str, Chart] = {}
    for info in pkgutil.iter_modules(__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{__name__}.{info.name}")
        chart = getattr(module, "CHART", None)
        if not isinstance(chart, Chart):
            raise ChartError(
                f"{module.__name__} has no CHART; give it one, or start its name with an underscore"
            )
        if chart.stem in by_stem:
            raise ChartError(
                f"figure {chart.stem!r} is defined twice, the second time in {module.__name__}"
            )
        by_stem[chart.stem] = chart
    for plugin in find_plugins("figures"):
        plugin_chart = _chart_of(plugin)
        if plugin_chart is not None and plugin_chart.stem in by_stem:
            leave_out(plugin, f"there is a figure {plugin_chart.stem!r} already; rename its stem")
        elif plugin_chart is not None:
            by_stem[plugin_chart.stem] = plugin_chart
    return tuple(sorted(by_stem.values(), key=lambda chart: (chart.order, chart.stem)))


def _chart_of(plugin: Plugin) -> Chart | None:
    """The chart of a plugin."""
    chart = load_object(plugin)
    if chart is None:
        return None
    if not isinstance(chart, Chart):
        leave_out(plugin, "it is no Chart; point it at one, such as module:CHART")
        return None
    if not STEM.fullmatch(chart.stem):
        leave_out(plugin, f"{chart.stem!r} is no stem; use letters, digits and hyphens")
        return None
    return replace(chart, of_several=None, plugin=plugin)
