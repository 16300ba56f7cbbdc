"""Runs on simulated hosts, by the real scheduler, launch queue and ledger."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from msgspec.structs import replace

from gilbench.claims.judging import RunClaims, judge_claims
from gilbench.measure.items import open_measurement
from gilbench.model import Effort, Experiment, Outcome, PlannedItem, Stop, Verdict
from gilbench.plan.comparisons import TASKS_AT_LEAST
from gilbench.plan.profiles import Profile
from gilbench.results.tables import Tables
from gilbench.run import compose
from gilbench.run.claims_scheduler import ClaimsScheduler
from gilbench.run.launch_queue import LaunchQueue
from gilbench.run.pace import Pace
from gilbench.run.recorder import Recorder
from gilbench.run.run_plan import RunPlan
from tests.hosts import HostLaw, SimulatedHost
from tests.simulated_sessions import SimulatedSession, Truth
from tests.synthetic import make_run


class TimedScheduler(ClaimsScheduler):
    """The scheduler of runs, with the time at which each claim was first decided."""

    def __init__(self, pace: Pace, claims: RunClaims) -> None:
        super().__init__(pace, claims)
        self.decided_s: dict[str, float] = {}

    def over(self) -> list[tuple[PlannedItem, Stop]]:
        ends = list(super().over())
        for standing in self._standings:
            if standing.is_decided:
                self.decided_s.setdefault(standing.entry.claim.id, self._pace.spent_s)
        return ends


@dataclass(frozen=True)
class SimulatedRun:
    """A run that was measured on a simulated host.

    Attributes:
        verdicts: By claim, as a report on all records has them.
        decided_s: When each claim was first decided, in seconds of measuring.
        wrong: Ids of claims that were decided otherwise than they are expected to be.
        spent_s: Seconds of measuring.
        recorder: Has all records.
    """

    verdicts: dict[str, Verdict]
    decided_s: dict[str, float]
    wrong: tuple[str, ...]
    spent_s: float
    recorder: Recorder

    def is_decided(self, claim: str) -> bool:
        """Whether a claim was proved or refuted."""
        return _is_decided(self.verdicts[claim])


@dataclass(frozen=True)
class Prepared:
    """A run on a simulated host before its first launch."""

    plan: RunPlan
    session: SimulatedSession
    recorder: Recorder


def prepare(
    law: HostLaw,
    profile: Profile,
    *,
    claims: tuple[str, ...] = (),
    seed: int = 0,
    mood_seed: int | None = None,
) -> Prepared:
    """Put a run together, as ``simulate`` measures it."""
    host = SimulatedHost(law, seed, mood_seed)
    described = host.describe()
    truth = Truth(cores=law.cores, gil=law.gil, speedups=law.speedups, noise=0.02)
    truth.host = host
    filters = compose.Filters(claims=claims or profile.claims)
    items = compose._items(profile, described, (truth.target,), filters)
    plan = RunPlan(profile, described, (truth.target,), items, claims=filters.claims)
    probe_s = {}
    for planned in items:
        if isinstance(planned.item, Experiment):
            probe_s[planned.item.probe] = planned.item.launch_s / len(planned.item.conditions)
    task_s = profile.round_s(described.usable_cores) / TASKS_AT_LEAST
    session = SimulatedSession(seed, host=host, truth=truth, task_s=task_s, probe_s=probe_s)
    session.targets[truth.target.id] = truth.target
    run = replace(make_run(items, targets=(truth.target,), host=described), claims=filters.claims)
    recorder = Recorder(run, (), None, session.clock_s)
    session.listeners.append(recorder.add)
    return Prepared(plan, session, recorder)


def simulate(
    law: HostLaw, profile: Profile, *, claims: tuple[str, ...] = (), seed: int = 0
) -> SimulatedRun:
    """Measure a run of a profile on a simulated host.

    Args:
        law: The host.
        profile: How thoroughly, and in how much time.
        claims: Narrow the run to these.
        seed: Of the host and of every random order.
    """
    prepared = prepare(law, profile, claims=claims, seed=seed)
    session, recorder = prepared.session, prepared.recorder
    scheduler = TimedScheduler(
        Pace(prepared.plan, recorder, session.clock_s), RunClaims(recorder.run)
    )
    queue = LaunchQueue(session, recorder, scheduler)
    for planned in prepared.plan.items:
        measured = queue.measure(planned)
        assert measured.failure is None, measured.failure
    verdicts = {verdict.id: verdict for verdict in judge_claims(recorder.tables())}
    wrong = [verdict.id for verdict in verdicts.values() if _is_wrong(verdict)]
    return SimulatedRun(verdicts, scheduler.decided_s, tuple(wrong), session.clock_s(), recorder)


def measured_launches(
    law: HostLaw, profile: Profile, label: str, claim: str, launches: int, seed: int
) -> Tables:
    """So many launches of one item one after the other, whatever is decided by them.

    Args:
        law: The host.
        profile: Whose rounds and pairs they have.
        label: Of the item.
        claim: One that needs it.
        launches: How many.
        seed: Of the host and of every random order.
    """
    profile = dataclasses.replace(profile, claim=Effort((launches,), profile.claim.pairs))
    prepared = prepare(law, profile, claims=(claim,), seed=seed)
    planned = next(planned for planned in prepared.plan.items if planned.item.label == label)
    measurement = open_measurement(prepared.session, planned)
    for _ in range(launches):
        measurement.run_launch()
    return prepared.recorder.tables()


def _is_decided(verdict: Verdict) -> bool:
    return verdict.verdict in (Outcome.PROVED, Outcome.REFUTED)


def _is_wrong(verdict: Verdict) -> bool:
    return (
        _is_decided(verdict)
        and verdict.expected is not None
        and verdict.verdict != verdict.expected
    )
