"""The two answers about a user's own workload, in the form of verdicts: what ``advice.json`` holds.

They are no claims of the ledger: nothing is expected of them, and their error is not shared with
it.
"""

from __future__ import annotations

from gilbench.model import Evidence, Target, Verdict
from gilbench.results.tables import Tables
from gilbench.summary.call_verdicts import call_verdicts
from gilbench.summary.gil_release import RULE as GIL_RULE
from gilbench.summary.gil_release import GilRelease, gil_release
from gilbench.summary.recommendation import RULE, Recommendation, recommend


def own_workloads(target: Target) -> list[str]:
    """The names of the user's workloads."""
    return [workload.name for workload in target.user_workloads]


def advise(tables: Tables) -> list[Verdict]:
    """Both answers for every user workload on every target.

    The call of ``gilbench advise`` comes first.
    """
    answers = call_verdicts(tables)
    for target in tables.run.targets:
        for workload in own_workloads(target):
            answers.append(releases_gil(tables, target, workload))
            answers.append(gains_in_parallel(tables, target, workload))
    return answers


def releases_gil(tables: Tables, target: Target, workload: str) -> Verdict:
    """Whether the workload releases the GIL for most of its time."""
    answer = gil_release(tables, target, workload)
    return _verdict(tables, target, f"{workload}/gil", answer.statement, answer, GIL_RULE)


def gains_in_parallel(tables: Tables, target: Target, workload: str) -> Verdict:
    """Whether some strategy pays off, with the recommended one."""
    answer = recommend(tables, target, workload)
    statement = f"{workload} gains from running in parallel"
    return _verdict(tables, target, f"{workload}/strategy", statement, answer, RULE)


def _verdict(
    tables: Tables,
    target: Target,
    id: str,
    statement: str,
    answer: GilRelease | Recommendation,
    rule: str,
) -> Verdict:
    evidence = []
    for quantity in answer.evidence:
        estimate = quantity.estimate(tables)
        if estimate is not None:
            evidence.append(Evidence(quantity.name, estimate, quantity.items[0].id))
    return Verdict(
        id=id,
        statement=statement,
        target=target.id,
        verdict=answer.outcome,
        estimate=evidence[0].estimate if evidence else None,
        expected=None,
        reason=answer.reason,
        evidence=tuple(evidence),
        explanation=rule,
        source="measured on this host; no outcome is expected",
        figure="speedup",
    )
