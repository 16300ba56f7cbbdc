"""The frozen types that the parent side shares: what is measured, the records, the results.

Units stand in the names. A journal line is one of ``Record``; everything here becomes JSON and
comes back unchanged. This file imports nothing: what it offers is loaded on first use, so that what
only explains does without msgspec.
"""

__all__ = [
    "DEFAULTS",
    "LARGEST_INT",
    "LONG_CALL_S",
    "OF_TRIALS",
    "SCHEMA",
    "UNFINISHED",
    "Basis",
    "Bound",
    "CallArguments",
    "Case",
    "CeilingControl",
    "ChannelInfo",
    "Comparison",
    "CoresSample",
    "Count",
    "Duration",
    "Effort",
    "Estimate",
    "Evidence",
    "Experiment",
    "Failure",
    "Finite",
    "Frozen",
    "Ground",
    "Host",
    "HostDrift",
    "HostUse",
    "HostWarning",
    "InputError",
    "ItemEnd",
    "Label",
    "LaunchLost",
    "LaunchStart",
    "Name",
    "Nanoseconds",
    "Observation",
    "Outcome",
    "PlannedItem",
    "Positive",
    "ProbeInfo",
    "Record",
    "Resumption",
    "Round",
    "Run",
    "Seal",
    "Settings",
    "Share",
    "Signed",
    "Stop",
    "StrategyInfo",
    "Target",
    "TargetDescription",
    "UnknownName",
    "UserFunction",
    "Verdict",
    "WorkerLog",
    "WorkersIn",
    "WorkloadInfo",
    "WorkloadKind",
    "as_utf8",
    "for_annotation",
    "for_annotation_property",
    "for_csv",
    "for_markdown",
    "for_terminal",
    "from_csv",
    "one_line",
    "plain",
    "target_with_id",
    "unknown_name",
    "user_functions_of",
    "with_a_colon",
]

TYPE_CHECKING = False  # type checkers take it for true; typing would be an import
if TYPE_CHECKING:
    from gilbench.model.base import (
        LARGEST_INT,
        SCHEMA,
        Count,
        Duration,
        Finite,
        Frozen,
        Name,
        Nanoseconds,
        Positive,
        Share,
        Signed,
        with_a_colon,
    )
    from gilbench.model.errors import InputError, unknown_name
    from gilbench.model.items import Case, Comparison, Effort, Experiment, PlannedItem
    from gilbench.model.outcomes import Ground, Label, Outcome
    from gilbench.model.records import (
        CeilingControl,
        CoresSample,
        Failure,
        HostDrift,
        HostUse,
        ItemEnd,
        LaunchLost,
        LaunchStart,
        Observation,
        Record,
        Round,
        Stop,
        WorkerLog,
    )
    from gilbench.model.runs import Host, HostWarning, Resumption, Run, Seal
    from gilbench.model.targets import (
        DEFAULTS,
        LONG_CALL_S,
        CallArguments,
        ChannelInfo,
        ProbeInfo,
        Settings,
        StrategyInfo,
        Target,
        TargetDescription,
        UnknownName,
        UserFunction,
        WorkersIn,
        WorkloadInfo,
        WorkloadKind,
        target_with_id,
        user_functions_of,
    )
    from gilbench.model.text import (
        as_utf8,
        for_annotation,
        for_annotation_property,
        for_csv,
        for_markdown,
        for_terminal,
        from_csv,
        one_line,
        plain,
    )
    from gilbench.model.verdicts import (
        OF_TRIALS,
        UNFINISHED,
        Basis,
        Bound,
        Estimate,
        Evidence,
        Verdict,
    )
else:
    _PARTS = (
        *("errors", "outcomes", "text"),  # without msgspec; names are looked for here first
        *("base", "items", "records", "runs", "targets", "verdicts"),
    )

    def __getattr__(name: str) -> object:
        if name in __all__:
            from importlib import import_module

            for part in _PARTS:
                module = import_module(f"{__name__}.{part}")
                if hasattr(module, name):
                    # The next one who asks finds it here at once.
                    return globals().setdefault(name, getattr(module, name))
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return __all__
