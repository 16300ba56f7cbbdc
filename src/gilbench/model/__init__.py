"""The frozen types that the parent side shares: what is measured, what was measured, and what follows from it.

Units stand in the names. A journal line is one of ``Record``; everything here becomes JSON and comes back unchanged.
"""

from gilbench.model.base import SCHEMA, Frozen, InputError, unknown_name
from gilbench.model.items import Case, Comparison, Effort, Experiment, Planned
from gilbench.model.records import (
    Control,
    CoresSample,
    Failure,
    HostUse,
    ItemEnd,
    LaunchStart,
    Observation,
    Record,
    Round,
    Stop,
    Stretch,
    WorkerLog,
)
from gilbench.model.runs import Host, HostWarning, Resumption, Run
from gilbench.model.targets import (
    DEFAULTS,
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
)
from gilbench.model.verdicts import OF_TRIALS, UNFINISHED, Bound, Estimate, Evidence, Outcome, Verdict

__all__ = [
    "DEFAULTS",
    "OF_TRIALS",
    "SCHEMA",
    "UNFINISHED",
    "Bound",
    "Case",
    "ChannelInfo",
    "Comparison",
    "Control",
    "CoresSample",
    "Effort",
    "Estimate",
    "Evidence",
    "Experiment",
    "Failure",
    "Frozen",
    "Host",
    "HostUse",
    "HostWarning",
    "InputError",
    "ItemEnd",
    "LaunchStart",
    "Observation",
    "Outcome",
    "Planned",
    "ProbeInfo",
    "Record",
    "Resumption",
    "Round",
    "Run",
    "Settings",
    "Stop",
    "StrategyInfo",
    "Stretch",
    "Target",
    "TargetDescription",
    "UnknownName",
    "UserFunction",
    "Verdict",
    "WorkerLog",
    "WorkersIn",
    "WorkloadInfo",
    "WorkloadKind",
    "unknown_name",
]
