"""An interpreter under test: its settings, and how it describes itself and what it can run.

The ``…Info`` types are read from what a launch answers and from ``run.json``. They skip keys that
they do not know, for a run may have been written by another version of gilbench, and what is
optional in them are keys that were added after the first runs were written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, Protocol, TypeVar

import msgspec

from gilbench.model.base import Count, Frozen, Name, Positive, Seconds, Share

WorkloadKind = Literal["cpu", "io"]
WorkersIn = Literal["caller", "threads", "processes", "interpreters"]


class UnknownName(KeyError):
    """A target has no workload, strategy or probe of this name, or a run no target."""


class Settings(Frozen, frozen=True):
    """How the launches of a target are set up; None leaves a setting to the interpreter.

    ``site`` lets them import installed packages in addition to the standard library. As text:
    ``gil=0``.
    """

    gil: bool | None = None
    switch_interval_s: Seconds | None = None
    start_method: Name | None = None
    site: bool = False

    def __str__(self) -> str:
        words = []
        if self.gil is not None:
            words.append(f"gil={int(self.gil)}")
        if self.switch_interval_s is not None:
            words.append(f"switch-interval={self.switch_interval_s:g}")
        if self.start_method is not None:
            words.append(f"start-method={self.start_method}")
        if self.site:
            words.append("site=1")
        return ",".join(words)


DEFAULTS = Settings()


LONG_CALL_S = 1.0  # as of which a call of a user is tried once, and measured in few launches


class CallArguments(Frozen, frozen=True, forbid_unknown_fields=False):
    """With what a function of the user is called, as its options give it."""

    args: str = "[]"  # literals
    kwargs: str = "{}"
    setup: str = ""  # names a function that returns the arguments; "" for none
    statement_setup: str | None = None  # what runs before a statement; None: it is a function

    @property
    def options(self) -> list[str]:
        """The options of ``gilbench run`` that mean this."""
        if self.statement_setup is not None:
            return ["-s", self.statement_setup]
        words = ["--args", self.args, "--kwargs", self.kwargs]
        return [*words, "--setup", self.setup] if self.setup else words


class UserFunction(Frozen, frozen=True, forbid_unknown_fields=False):
    """Where a workload of the user comes from, and how its calls behaved when they were tried."""

    spec: str  # as it was given to --workload
    file: str | None  # None: ``module`` is imported
    sha256: str | None  # of the file
    module: str
    function: str
    folder: str  # from which the function may import
    cpu_share: Share  # CPU seconds per wall-clock second of serial calls
    asynchronous: bool  # whether its task can be awaited
    call: CallArguments | None = None  # None: it is given the index and PARAMS, or nothing
    holds_gil: Share | None = None  # of its time, by a ticking thread; None: not tried, or no GIL
    pickled_s: Seconds = 0.0  # what it takes to pickle a call and its result, and to rebuild them
    unpicklable: str = ""  # why that cannot be
    same_result: bool = False  # whether the results of its calls are compared
    output_bytes: Count = 0  # what its set-up and first call wrote


# Keys of the workloads of users and plugins are left out of run.json where they say nothing.
class WorkloadInfo(Frozen, frozen=True, forbid_unknown_fields=False, omit_defaults=True):
    """A workload as a target describes it."""

    name: Name
    kind: WorkloadKind
    summary: str
    defaults: dict[str, Any]  # parameters of a task, before its size is known
    size_unit: Name  # of a task's size, such as "bytes"
    size_step: Count  # sizes are multiples of this; 0: tasks have no size
    sized_as: Name  # the workload whose size it takes, or ""
    service: Name  # the server that must run during its rounds, or ""
    survey: bool  # False: measured only where a claim or the user asks for it
    task_s: Seconds | None = None  # of the smallest task, for a workload of the user
    own: UserFunction | None = None  # None: a registered workload
    package: str = ""  # the name and version of the package that it comes from; "": gilbench
    sha256: str = ""  # of its file, where it comes from another package

    @property
    def takes_long(self) -> bool:
        """Whether it is of the user and a call takes so long that few are made."""
        return self.own is not None and (self.task_s or 0.0) > LONG_CALL_S


class StrategyInfo(Frozen, frozen=True, forbid_unknown_fields=False):
    """A strategy as a target describes it."""

    name: Name
    summary: str
    workers_in: WorkersIn
    one_worker: bool = False
    equivalent_to: str = ""  # the strategy that it is claimed to cost the same as
    kinds: tuple[WorkloadKind, ...] = ("cpu", "io")  # kinds of workload that it is surveyed with
    missing: str | None = None  # why this target cannot run it


class ProbeInfo(Frozen, frozen=True, forbid_unknown_fields=False):
    """A probe as a target describes it."""

    name: Name
    summary: str
    limit_s: Seconds  # within which it returns, whatever happens
    missing: str | None = None  # why this target cannot run it


class ChannelInfo(Frozen, frozen=True, forbid_unknown_fields=False):
    """A channel as a target describes it."""

    name: Name
    summary: str
    missing: str | None = None  # why this target cannot run it


class TargetDescription(Frozen, frozen=True, forbid_unknown_fields=False, kw_only=True):
    """How an interpreter describes itself, with its settings in effect."""

    executable: str
    version: Name
    implementation: Name
    compiler: Name
    free_threaded_build: bool
    gil_enabled: bool
    debug_build: bool
    optimised_build: bool
    lto_build: bool
    jit_build: bool = False
    jit_enabled: bool = False
    switch_interval_s: Seconds | None = None
    switches_anywhere: bool = False  # whether threads may switch between any two bytecodes
    start_method: Name
    start_methods: tuple[Name, ...]
    cpu_count: Positive | None = None
    workloads: tuple[WorkloadInfo, ...]
    strategies: tuple[StrategyInfo, ...]
    probes: tuple[ProbeInfo, ...] = ()
    channels: tuple[ChannelInfo, ...] = ()


class _Named(Protocol):
    @property
    def name(self) -> str: ...


NamedInfo = TypeVar("NamedInfo", bound=_Named)


class Target(Frozen, frozen=True):
    """An interpreter under test.

    ``description`` is how it describes itself with its ``settings`` in effect; ``sizes`` has the
    task size of each workload whose tasks have one, in the workload's unit. ``name`` is what the
    user calls it where its id says something else, as in a check.
    """

    id: Name
    executable: str
    description: TargetDescription
    sizes: dict[Name, Positive]
    settings: Settings = DEFAULTS
    name: Name = ""

    def workload(self, name: str) -> WorkloadInfo:
        """How the target describes one of its workloads.

        Raises:
            UnknownName: It has none of that name.
        """
        return _find(self.description.workloads, name)

    def strategy(self, name: str) -> StrategyInfo:
        """How the target describes one of its strategies.

        Raises:
            UnknownName: It has none of that name.
        """
        return _find(self.description.strategies, name)

    def probe(self, name: str) -> ProbeInfo:
        """How the target describes one of its probes.

        Raises:
            UnknownName: It has none of that name.
        """
        return _find(self.description.probes, name)

    def with_workloads(self, workloads: Iterable[WorkloadInfo]) -> Target:
        """The target with further workloads at the end of its description."""
        all_workloads = (*self.description.workloads, *workloads)
        description = msgspec.structs.replace(self.description, workloads=all_workloads)
        return msgspec.structs.replace(self, description=description)

    @property
    def user_workloads(self) -> tuple[WorkloadInfo, ...]:
        """The workloads that are functions of the user."""
        return tuple(workload for workload in self.description.workloads if workload.own)

    def unit_of_work(self, workload: str) -> tuple[int, str]:
        """How many units of work a task of a workload is, and what they are called.

        Each run calibrates task sizes for itself, so only times of a unit can be compared between
        runs: of a byte hashed, or of a task where tasks have no size.

        Args:
            workload: The name of one of the target's workloads; UnknownName (a KeyError) if it has
                none of that name.

        Returns:
            The size of a task and the unit that it is given in: ``(4096, "bytes")``, ``(1,
            "task")``.
        """
        entry = self.workload(workload)
        size = self.sizes.get(workload)
        return (size, entry.size_unit or "task") if size else (1, "task")

    @property
    def gil_enabled(self) -> bool:
        """Whether its launches run with the GIL."""
        return self.description.gil_enabled


def target_with_id(targets: Iterable[Target], id: str) -> Target:
    """The target that has an id among those of a run.

    Raises:
        UnknownName: None has.
    """
    for target in targets:
        if target.id == id:
            return target
    raise UnknownName(id)


def user_functions_of(targets: Iterable[Target]) -> dict[str, UserFunction]:
    """The functions of the user that targets run, each once, by the names of their workloads."""
    functions: dict[str, UserFunction] = {}
    for target in targets:
        for workload in target.description.workloads:
            if workload.own is not None:
                functions[workload.name] = workload.own
    return functions


def _find(entries: Iterable[NamedInfo], name: str) -> NamedInfo:
    for entry in entries:
        if entry.name == name:
            return entry
    raise UnknownName(name)
