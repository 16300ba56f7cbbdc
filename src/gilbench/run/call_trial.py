"""Tries a user's call on a target before anything is measured: how it is called, and its time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gilbench.measure.answers import decode_observed
from gilbench.measure.launches import Launch, MeasurementError, NoAnswer
from gilbench.measure.session import Session
from gilbench.measure.targets import calls
from gilbench.measure.targets.calls import CallSpec
from gilbench.model import Host, InputError, Target, one_line
from gilbench.plan.call_plan import TRY, Job, id_without_site
from gilbench.run.call_records import CallRecords
from gilbench.summary.tried_call import TriedCall, did_not_return

SET_UP_LIMIT_S = 30.0
ASKED_PATIENCE_S = 30.0  # at least, for the ways that were asked for and the first call of all
SEVERAL_SHARE = 0.08  # of the time, within which a first call returns that is made again


@dataclass(frozen=True)
class CallOnTarget:
    """A user's call on one target.

    Attributes:
        session: Has the target bundle.
        host: The machine.
        spec: What is called.
        target: Where.
    """

    session: Session
    host: Host
    spec: CallSpec
    target: Target

    def open_launch(self, number: int) -> Launch:
        """Start a fresh process for it.

        Args:
            number: How many were started for it before; the hash seed follows from that.

        Raises:
            MeasurementError: It cannot be started.
        """
        target, variables = self.target, calls.environment_of(number)
        return Launch(target.executable, self.session.target_bundle, target.settings, variables)

    def unusable(self, problem: str) -> InputError:
        """The error for a call that cannot be measured there."""
        place = id_without_site(self.target.id)
        return InputError(f"{self.spec.text} cannot be measured on {place}: {problem}")


def try_call(
    call: CallOnTarget,
    records: CallRecords,
    asked: Sequence[Job],
    seconds: float,
    targets: int = 1,
) -> TriedCall:
    """Call a few times, to see how it is called and how long that takes.

    Args:
        call: What is called, and where.
        records: Gets what is observed.
        asked: The ways that the user asked for; empty for all that suit.
        seconds: For which the first call is waited for.
        targets: How many share the budget.

    Raises:
        InputError: It cannot be called, or does not suit a way that was asked for.
    """
    target = call.target
    call.session.doing(f"trying {call.spec.text} on {id_without_site(target.id)}")
    began_s = time.monotonic()
    limit_s = max(2.0, seconds)
    limit_ns = int(SEVERAL_SHARE * limit_s * 1e9)
    if asked:  # which have one launch whatever it takes
        limit_s = max(ASKED_PATIENCE_S, limit_s)
    try:
        with call.open_launch(0) as launch:
            launch.set_up(SET_UP_LIMIT_S)
            answer = launch.ask("try call", limit_s, limit_ns=limit_ns, **call.spec.request)
            trial = decode_observed(TRY, answer)
    except NoAnswer:
        problem = did_not_return(target, call.host, limit_s, targets)
        raise call.unusable(problem) from None
    except MeasurementError as error:
        records.add(target, TRY, {}, 0, {"problem": one_line(str(error))}, 0.0)
        raise call.unusable(f"{error}; run the call by itself first") from error
    records.add(target, TRY, {}, 0, trial, time.monotonic() - began_s, launch.pid)
    _check_callable(call, trial)
    tried = TriedCall(target, trial)
    for job in asked:
        if job.strategy not in tried.suiting_ways:
            choices = ", ".join(tried.suiting_ways)
            raise call.unusable(f"{job.strategy} does not suit it there; choose from: {choices}")
    return tried


def _check_callable(call: CallOnTarget, trial: dict[str, Any]) -> None:
    """Raise InputError where the launch could not call it."""
    problem = one_line(str(trial.get("problem", "")))
    if "missing" in trial:
        raise call.unusable(
            f"{problem}, which is not installed for {call.target.executable}; "
            "install it there, or name another interpreter with --python"
        )
    if "problem" in trial:
        raise call.unusable(problem)
