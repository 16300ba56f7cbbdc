"""The answers about a call as the report has them: from a run's tables, as verdicts."""

from __future__ import annotations

from gilbench.claims import margins
from gilbench.model import Estimate, Evidence, Observation, Outcome, Verdict
from gilbench.plan.call_plan import MAP, TICKER, TRY
from gilbench.results.tables import Tables
from gilbench.summary.call_advice import CallAdvice, advise_calls
from gilbench.summary.evidence import AS_GOOD
from gilbench.summary.formatting import percent, share_interval

OUTCOMES = {
    "use": Outcome.PROVED,
    "serial": Outcome.REFUTED,
    "undecided": Outcome.INCONCLUSIVE,
}
MOSTLY = 0.5  # of its time
GIL_RULE = (
    "A ticking thread sleeps for short, random times and asks for the GIL after each. The share of "
    "the time that passed before ticks which had to wait is the share in which the calls hold it, "
    "with a 95 % interval over launches."
)
WAYS_RULE = (
    f"A way pays off where it is certainly more than {percent(margins.GAIN - 1)} faster than one "
    "call after another, with everything that it has to hand over and back. Of the ways that pay "
    f"off and are within {percent(AS_GOOD - 1)} of the fastest, the simplest is advised: threads, "
    "then interpreters, then processes."
)


def call_answers(tables: Tables) -> list[CallAdvice]:
    """The answer for the call on each target.

    Empty for a run that was not of ``gilbench advise``.
    """
    if not any(planned.item.id.startswith(f"{TRY}@") for planned in tables.run.plan):
        return []
    frame = tables.observations
    columns = (frame[name] for name in Observation.__struct_fields__)
    observations = [Observation(*values) for values in zip(*columns, strict=True)]
    return advise_calls(tables.run, observations)


def call_verdicts(tables: Tables) -> list[Verdict]:
    """Both answers on each target: whether it holds the GIL, and whether it gains in parallel."""
    verdicts = []
    for answer in call_answers(tables):
        verdicts += [_holds_gil(answer), _gains(answer)]
    return verdicts


def _holds_gil(answer: CallAdvice) -> Verdict:
    held = answer.holds_gil
    if held is None and answer.has_gil:
        outcome, reason = Outcome.INCONCLUSIVE, "there was no time for it; more time: --budget"
    elif held is None:
        outcome, reason = Outcome.NOT_APPLICABLE, "it ran without the GIL"
    else:
        reason = f"it has it for {share_interval(held)} of its time"
        outcome = Outcome.INCONCLUSIVE
        if held.lo > MOSTLY:
            outcome = Outcome.PROVED
        elif held.hi < MOSTLY:
            outcome = Outcome.REFUTED
    return Verdict(
        id="call/gil",
        statement=f"{answer.call} holds the GIL for most of its time",
        target=answer.target,
        verdict=outcome,
        estimate=held,
        expected=None,
        reason=reason,
        evidence=_evidence("share of its time with the GIL", held, f"{TICKER}@{answer.target}"),
        explanation=GIL_RULE,
        source="measured on this host; no outcome is expected",
        figure="call-ways",
    )


def _gains(answer: CallAdvice) -> Verdict:
    best = answer.best.gain if answer.best is not None else None
    return Verdict(
        id="call/strategy",
        statement=f"{answer.call} gains from running in parallel",
        target=answer.target,
        verdict=OUTCOMES[answer.outcome],
        estimate=best,
        expected=None,
        reason="; ".join([answer.answer, *answer.why_not_more]),
        evidence=_evidence("gain over serial calls", best, f"{MAP}@{answer.target}"),
        explanation=WAYS_RULE,
        source="measured on this host; no outcome is expected",
        figure="call-ways",
    )


def _evidence(quantity: str, estimate: Estimate | None, item: str) -> tuple[Evidence, ...]:
    return () if estimate is None else (Evidence(quantity, estimate, item),)
