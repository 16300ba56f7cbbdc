"""What a reader must know before believing a run: its controls, and everything that went wrong, each with a remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gilbench.model import HostWarning
from gilbench.results.tables import Tables
from gilbench.summary import cases, formatting
from gilbench.summary.cases import CaseRow, Measured

NOTABLE_STEAL = 0.02  # of the time: less is lost in the width of most intervals


@dataclass(frozen=True)
class Check:
    """A control: what was measured, what it should come to, and whether its interval allows that."""

    name: str
    found: Measured
    wanted: str
    holds: bool | None


def controls(case_rows: Sequence[CaseRow]) -> list[Check]:
    """Serial code against itself, for each workload and target, and the ceiling at each number of workers."""
    return [*map(_itself, _serial(case_rows)), *_ceilings(case_rows)]


def _serial(case_rows: Sequence[CaseRow]) -> list[CaseRow]:
    return [row for row in case_rows if row.against_serial and row.case.strategy == "serial" and row.speedup]


def _itself(row: CaseRow) -> Check:
    found = row.speedup
    assert found is not None
    lo, hi = found.span
    name = f"{row.case.workload} on {row.case.target}: serial code against itself"
    return Check(name, found, "1", lo <= 1 <= hi if found.lo is not None else None)


def _ceilings(case_rows: Sequence[CaseRow]) -> list[Check]:
    checks = []
    for target in dict.fromkeys(row.case.target for row in case_rows):
        for workers, found in cases.ceilings(row for row in case_rows if row.case.target == target).items():
            name = f"ceiling on {target}: {formatting.plural(workers, 'spinning process')} over one"
            checks.append(Check(name, found, "the cores that are free", None))
    return checks


def warnings(tables: Tables) -> list[HostWarning]:
    """What the host was warned of at the start, and what the journal shows besides."""
    return [*tables.run.host.warnings, *_resumed(tables), *_unfinished(tables), *_stolen(tables), *_switched(tables)]


def _resumed(tables: Tables) -> list[HostWarning]:
    """That a run went on, and what disturbed the host whenever it did."""
    found = []
    for one in tables.run.resumed:
        cut = formatting.plural(one.dropped, "record")
        dropped = f"; {cut} of the launch that was cut off are left out" if one.dropped else ""
        message = (
            f"interrupted, and resumed at {one.utc[:16].replace('T', ' ')} UTC after {formatting.duration(one.idle_s)}"
        )
        remedy = "launches are whole and pairs adjacent all the same; for a run in one stretch, measure again"
        found += [HostWarning(message + dropped, remedy), *one.warnings]
    return found


def _unfinished(tables: Tables) -> list[HostWarning]:
    run = tables.run
    failed = {failure.item for failure in tables.failures}
    missing = [one.item.id for one in run.plan if one.item.id not in tables.ends and one.item.id not in failed]
    if not missing:
        return []
    message = f"{len(missing)} of {formatting.plural(len(run.plan), 'item')} were not measured to their end"
    return [HostWarning(message, f"finish the run: gilbench run --resume {run.id}")]


def _stolen(tables: Tables) -> list[HostWarning]:
    share = float(tables.launches["steal_share"].mean()) if len(tables.launches) else 0.0
    if share < NOTABLE_STEAL:
        return []
    message = f"the hypervisor kept {share:.1%} of a core's time from this host while it was measured"
    return [HostWarning(message, "measure on a host with cores of its own, or when its neighbours are quiet")]


def _switched(tables: Tables) -> list[HostWarning]:
    rounds = tables.rounds
    changed = rounds[rounds["gil_before"].astype(bool) != rounds["gil_after"].astype(bool)]
    if changed.empty:
        return []
    rounds_changed = formatting.plural(len(changed), "round")
    message = f"the GIL was switched on or off in {rounds_changed}, of {changed['item'].iloc[0]} first"
    return [HostWarning(message, "find the extension that is not marked GIL-free, or set PYTHON_GIL")]
