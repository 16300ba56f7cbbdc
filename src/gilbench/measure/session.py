"""What one run of the suite holds open: the target bundle, the servers, the run's clock and its listeners."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gilbench.measure.bundle import digest, make_target_bundle
from gilbench.measure.launches import MeasurementError
from gilbench.measure.sentinel import Sentinel
from gilbench.measure.services import Services
from gilbench.model import Case, Comparison, Record, Target

Listener = Callable[[Record], None]


def tell_nobody(what: str) -> None:
    """What a session says where nobody watches."""


@dataclass
class Session:
    """Open while a suite is measured. ``targets`` fills when they are calibrated, ``uncalibrated`` with why a workload
    of a target could not be; ``listeners`` get every record, and ``doing`` what is done before there are any. Where an
    interrupted run goes on, its clock begins at ``began_s``, and ``kept`` counts the launches that items have
    already. ``sentinel`` watches the host beside every launch, where one is set."""

    seed: int
    began_s: float = 0.0
    kept: dict[str, int] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    targets: dict[str, Target] = field(default_factory=dict)
    uncalibrated: dict[tuple[str, str], str] = field(default_factory=dict)
    doing: Callable[[str], None] = tell_nobody
    sentinel: Sentinel | None = None

    def __post_init__(self) -> None:
        self._zero_s = time.monotonic() - self.began_s
        self._folder = tempfile.TemporaryDirectory(prefix="gilbench-")
        self._checksums: dict[tuple[str, int | None, int], int] = {}
        try:
            self.target_bundle = make_target_bundle(Path(self._folder.name))
            self.target_code = digest(self.target_bundle)
        except BaseException:
            self._folder.cleanup()
            raise
        self.services = Services(self.target_bundle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.services.close()
        if self.sentinel is not None:
            self.sentinel.close()
            self.sentinel = None
        self._folder.cleanup()

    def clock_s(self) -> float:
        """Seconds since the run began, those between an interruption and its end left out."""
        return time.monotonic() - self._zero_s

    def emit(self, record: Record) -> None:
        for listener in self.listeners:
            listener(record)

    def params(self, case: Case, sized_on: str) -> dict[str, Any]:
        """What a case's tasks are given: the workload's defaults, the size that was calibrated on a target, the case's
        own or that of its reference, and the server's address."""
        if (sized_on, case.workload) in self.uncalibrated:
            raise MeasurementError(self.uncalibrated[sized_on, case.workload])
        entry = self.targets[case.target].workload(case.workload)
        params = dict(entry.defaults)
        size = self.targets[sized_on].sizes.get(case.workload)
        if size is not None:
            params["size"] = size
        if entry.service:
            params["address"] = self.services.address(entry.service, params["delay_s"])
        return params

    def units_of_work(self, comparison: Comparison) -> int:
        """How many units of work a round of a comparison's case or reference does."""
        size, _ = self.targets[comparison.reference.target].unit_of_work(comparison.case.workload)
        return comparison.tasks * size

    def check_result(self, workload: str, size: int | None, tasks: int, checksum: int) -> None:
        """Every strategy and every target must come to the same result; MeasurementError if this round did not."""
        expected = self._checksums.setdefault((workload, size, tasks), checksum)
        if checksum != expected:
            raise MeasurementError(
                f"wrong result: checksum {checksum} where rounds before it gave {expected}; the round does not count"
            )
