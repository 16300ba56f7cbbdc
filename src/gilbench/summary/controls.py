"""What a reader must know before believing a run: its controls and warnings, each with a remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import HostWarning
from gilbench.results.tables import Tables
from gilbench.summary import cases, formatting
from gilbench.summary.cases import CaseRow, Measured

NOTABLE_STEAL = 0.02  # of the time: less is lost in the width of most intervals


@dataclass(frozen=True)
class SelfCheck:
    """A control of the measurement itself.

    Attributes:
        expected: What the estimate should be, in words.
        passed: Whether its interval contains that; None where nothing follows from it.
    """

    name: str
    estimate: Measured
    expected: str
    passed: bool | None

    @property
    def result(self) -> str:
        """The estimate with its interval, which a control that did not pass has outside of 1."""
        center, lo, hi = self.estimate.center, self.estimate.lo, self.estimate.hi
        outside = 1.0 if self.passed is False else None
        return formatting.interval(center, lo, hi, self.estimate.unit, outside)


def self_checks(case_rows: Sequence[CaseRow]) -> list[SelfCheck]:
    """The controls of a run: serial code against itself, and the ceiling.

    The first for each workload and target, the second at each worker count.
    """
    checks = []
    for row in case_rows:
        if row.against_serial and row.case.strategy == "serial" and row.speedup is not None:
            checks.append(_serial_against_itself(row, row.speedup))
    return checks + _ceilings(case_rows)


def _serial_against_itself(row: CaseRow, speedup: Measured) -> SelfCheck:
    name = f"{row.case.workload} on {row.case.target}: serial code against itself"
    lo, hi = speedup.span
    passed = lo <= 1 <= hi if speedup.lo is not None else None
    return SelfCheck(name, speedup, "1", passed)


def _ceilings(case_rows: Sequence[CaseRow]) -> list[SelfCheck]:
    checks = []
    for target in dict.fromkeys(row.case.target for row in case_rows):
        of_target = [row for row in case_rows if row.case.target == target]
        for workers, ceiling in cases.ceilings(of_target).items():
            processes = formatting.plural(workers, "spinning process")
            name = f"ceiling on {target}: {processes} over one"
            checks.append(SelfCheck(name, ceiling, "the number of free cores", None))
    return checks


def run_warnings(tables: Tables) -> list[HostWarning]:
    """The warnings about the host at the start, and what else the journal shows."""
    return [
        *tables.run.host.warnings,
        *_resumed(tables),
        *_unfinished(tables),
        *_stolen(tables),
        *_switched(tables),
    ]


def _resumed(tables: Tables) -> list[HostWarning]:
    """That the run was resumed, and what disturbed the host each time."""
    warnings = []
    for resumption in tables.run.resumed:
        when = resumption.utc[:16].replace("T", " ")
        idle = formatting.duration(resumption.idle_s)
        message = f"interrupted, and resumed at {when} UTC after {idle}"
        if resumption.dropped:
            dropped = formatting.plural(resumption.dropped, "record")
            message += f"; {dropped} of the launch that was cut off are left out"
        remedy = (
            "launches are whole and pairs adjacent all the same; "
            "to measure without a break, start a new run"
        )
        warnings += [HostWarning(message, remedy), *resumption.warnings]
    return warnings


def _unfinished(tables: Tables) -> list[HostWarning]:
    run = tables.run
    failed = {failure.item for failure in tables.failures}
    ids = [planned.item.id for planned in run.plan]
    missing = [id for id in ids if id not in tables.ends and id not in failed]
    if not missing:
        return []
    items = formatting.plural(len(ids), "item")
    message = f"{len(missing)} of {items} were not measured to their end"
    return [HostWarning(message, f"finish the run: gilbench run --resume {run.id}")]


def _stolen(tables: Tables) -> list[HostWarning]:
    share = float(tables.launches["steal_share"].mean()) if len(tables.launches) else 0.0
    if share < NOTABLE_STEAL:
        return []
    taken = formatting.percent(share, 1)
    message = f"the hypervisor took {taken} of a core's time from this host during the run"
    return [HostWarning(message, "measure on dedicated cores, or when the neighbours are idle")]


def _switched(tables: Tables) -> list[HostWarning]:
    rounds = tables.rounds
    changed = rounds[rounds["gil_before"].astype(bool) != rounds["gil_after"].astype(bool)]
    if changed.empty:
        return []
    rounds_changed = formatting.plural(len(changed), "round")
    first = changed["item"].iloc[0]
    message = f"the GIL was switched on or off in {rounds_changed}, of {first} first"
    return [
        HostWarning(message, "find the extension that is not marked GIL-free, or set PYTHON_GIL")
    ]
