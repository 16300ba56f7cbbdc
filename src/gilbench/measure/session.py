"""What a run holds open while it measures: bundle, servers, clock and listeners."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from gilbench.measure import cores
from gilbench.measure.bundle import digest, make_target_bundle
from gilbench.measure.expected_results import ExpectedResults
from gilbench.measure.hash_seeds import hash_seed_variables
from gilbench.measure.launches import Launch, MeasurementError
from gilbench.measure.scratch import Scratch, sweep
from gilbench.measure.sentinel import Sentinel
from gilbench.measure.services import Services
from gilbench.model import Case, Comparison, Record, Target

Listener = Callable[[Record], None]


def tell_nobody(what: str) -> None:
    """Ignore what is being done, where nobody watches."""


@dataclass
class Session:
    """The open resources of one run.

    Attributes:
        seed: Of every random order.
        began_s: Where the run's clock starts; above 0 in a resumed run.
        kept: How many launches each item has already, in a resumed run.
        listeners: Called with every record.
        targets: By id; filled once the sizes of their tasks are known.
        unsized: Why the tasks of a workload could not be sized, by target and workload.
        notes: A line for each target that is measured otherwise than it was asked for.
        hung: Why a user function is not tried in processes again, by target and workload.
        doing: Called with what is being done before there are records.
        sentinel: Watches the host around every launch, where one is set.
        results: What the results of further rounds must be.
        target_bundle: What launches run.
        target_code: The digest of the bundle as it was copied, without the user's workloads.
        services: The servers of I/O-bound workloads.

    Raises:
        InputError: There is no target package to copy.
    """

    seed: int
    began_s: float = 0.0
    kept: dict[str, int] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    targets: dict[str, Target] = field(default_factory=dict)
    unsized: dict[tuple[str, str], str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    hung: dict[tuple[str, str], str] = field(default_factory=dict)
    doing: Callable[[str], None] = tell_nobody
    sentinel: Sentinel | None = None
    results: ExpectedResults = field(default_factory=ExpectedResults)

    def __post_init__(self) -> None:
        self._zero_s = time.monotonic() - self.began_s
        sweep()
        self._folder = Scratch()
        try:
            self.target_bundle = make_target_bundle(self._folder.path)
            self.target_code = digest(self.target_bundle)
        except BaseException:
            self._folder.close()
            raise
        self.services = Services(self.target_bundle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the servers and the sentinel, and remove the bundle."""
        self.services.close()
        if self.sentinel is not None:
            self.sentinel.close()
            self.sentinel = None
        self._folder.close()

    def clock_s(self) -> float:
        """Seconds since the run began, without those for which it was interrupted."""
        return time.monotonic() - self._zero_s

    def open_launch(self, target: Target, item: str, number: int) -> Launch:
        """Start a fresh process of a target for a launch of an item.

        All processes of the launch with that number have the same hash seed.

        Raises:
            MeasurementError: It cannot be started.
        """
        variables = hash_seed_variables(self.seed, item, number)
        return Launch(target.executable, self.target_bundle, target.settings, variables)

    def read_cores(self) -> cores.CoreTimes:
        """What the cores of the host have done so far."""
        return cores.read()

    def emit(self, record: Record) -> None:
        """Hand a record to every listener."""
        for listener in self.listeners:
            listener(record)

    def params(self, case: Case, sized_on: str) -> dict[str, Any]:
        """The parameters of a case's tasks.

        Args:
            case: The case.
            sized_on: The id of the target whose task size they have: the case's own, or that of its
                reference.

        Returns:
            The workload's defaults, with that size, and the address and the token of its server.

        Raises:
            MeasurementError: The tasks could not be sized, or the server could not be started.
        """
        if (sized_on, case.workload) in self.unsized:
            raise MeasurementError(self.unsized[sized_on, case.workload])
        workload = self.targets[case.target].workload(case.workload)
        params = dict(workload.defaults)
        size = self.targets[sized_on].sizes.get(case.workload)
        if size is not None:
            params["size"] = size
        if workload.service:
            params |= self.services.access(workload.service, params["delay_s"])
        return params

    def units_of_work(self, comparison: Comparison) -> int:
        """How many units of work a round of a comparison's case or reference does."""
        size, _ = self.targets[comparison.reference.target].unit_of_work(comparison.case.workload)
        return comparison.tasks * size
