"""A run in which rounds of head and baseline are interleaved, as far as it was measured.

Its samples are analysed while it is measured, to stop them, and at its end, to judge them.
"""

from __future__ import annotations

from dataclasses import dataclass

from gilbench.analysis.family import after_looks
from gilbench.check.calibration import Calibration
from gilbench.check.decision import (
    FAMILY_ALPHA,
    Bounds,
    first_is_enough,
    second_is_enough,
    suspect,
)
from gilbench.check.findings import SelfComparison, shown_ratio
from gilbench.check.margins import Margins
from gilbench.check.samples import Sample, take_sample
from gilbench.model import Comparison
from gilbench.results.tables import Tables

BASELINE, HEAD, CONTROL = "baseline", "head", "control"  # ids of the targets of such a run


@dataclass(frozen=True)
class InterleavedRun:
    """An interleaved run, as far as it was measured.

    Attributes:
        tables: The run and its journal.
        margins: How much slower its cases may be.
        calibration: What is known of the host, if it was calibrated.
    """

    tables: Tables
    margins: Margins
    calibration: Calibration | None = None

    @property
    def cases(self) -> list[Comparison]:
        """The first sample of every case."""
        cases = []
        for comparison in self._comparisons:
            if comparison.case.target == HEAD and not comparison.again:
                cases.append(comparison)
        return cases

    @property
    def controls(self) -> list[Comparison]:
        """The comparisons of the baseline with itself."""
        return [comparison for comparison in self._comparisons if comparison.case.target == CONTROL]

    @property
    def _comparisons(self) -> list[Comparison]:
        comparisons = []
        for planned in self.tables.run.plan:
            if isinstance(planned.item, Comparison):
                comparisons.append(planned.item)
        return comparisons

    def bounds(self, comparison: Comparison) -> Bounds:
        """The bounds of a comparison, from the margin of its workload."""
        return Bounds.of(self.margins.of(comparison.case.workload))

    def looks(self, comparison: Comparison) -> int:
        """How many interim analyses the sample of a comparison may have; 1 if not planned."""
        for planned in self.tables.run.plan:
            if planned.item.id == comparison.id:
                return len(planned.effort.looks)
        return 1

    def sample(self, comparison: Comparison) -> Sample:
        """The launches of a comparison so far, computed once."""
        key = ("sample", comparison.id)
        if key not in self.tables.located:
            self.tables.located[key] = take_sample(self.tables, comparison)
        sample: Sample = self.tables.located[key]
        return sample

    def is_suspect(self, case: Comparison) -> bool:
        """Whether the first sample of a case calls for a second one."""
        location = self.sample(case).location
        return location is not None and suspect(location, self.bounds(case), self.looks(case))

    @property
    def suspects(self) -> list[Comparison]:
        """The cases that call for a second sample."""
        return [case for case in self.cases if self.is_suspect(case)]

    def enough(self, comparison: Comparison) -> bool:
        """Whether a sample is decided, so that it needs no further launch."""
        location = self.sample(comparison).location
        bounds, looks = self.bounds(comparison), self.looks(comparison)
        if location is None:
            return False
        if comparison.again:
            return second_is_enough(location, bounds, looks, len(self.suspects))
        return first_is_enough(location, bounds, looks, len(self.cases))

    def control(self) -> SelfComparison | None:
        """Compare the baseline with itself.

        Returns:
            The control, which holds unless the baseline certainly differs from itself by more than
            is tolerated; None where the run has none.
        """
        if not self.controls:
            return None
        comparison = self.controls[0]
        location, bounds = self.sample(comparison).location, self.bounds(comparison)
        label = comparison.label
        if location is None:
            why = f"{label}, baseline over itself, could not be measured"
            return SelfComparison(label, None, holds=False, reason=why)
        p_value = min(location.p_above(bounds.tolerated), location.p_below(-bounds.tolerated))
        holds = after_looks(p_value, 2 * self.looks(comparison)) > FAMILY_ALPHA
        ratio = shown_ratio(location, self.looks(comparison))
        remark = "as it should be"
        if not holds:
            remark = "which should be 1: nothing follows from this run; measure again"
        return SelfComparison(
            label, ratio, holds, f"{label}, baseline over itself: {ratio}, {remark}"
        )
