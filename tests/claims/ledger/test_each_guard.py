"""Every guard of the ledger by name: one that is dropped fails here, and each alone keeps its claim from being decided."""

import dataclasses
from functools import cache

import pytest
from tests.claim_worlds import REFUTED, WORLDS
from tests.synthetic import world_of

from gilbench.analysis.location import Location
from gilbench.analysis.proportion import Proportion
from gilbench.claims import rules
from gilbench.claims.claim import Guard, Question
from gilbench.claims.judging import judge_claims
from gilbench.claims.questions import ask_claims
from gilbench.claims.registry import all_claims
from gilbench.model import OF_TRIALS, Outcome, Verdict
from gilbench.results.tables import Tables


def ceilings(*labels: str) -> list[str]:
    return [f"ceiling next to {label}" for label in labels]


def shares(label: str) -> list[str]:
    return [f"speedup of {label} over the ceiling of equal shares"]


def to_scale(label: str) -> list[str]:
    return [f"speedup of {label}", *ceilings(label), *references(label)]


def references(*labels: str) -> list[str]:
    return [f"cores used by the serial reference of {label}" for label in labels]


def foreign(*labels: str) -> list[str]:
    return [f"cores used by other programs during {label}" for label in labels]


def overlaps(*kinds: str) -> list[str]:
    return [f"runs of {kind} in which the threads overlapped" for kind in kinds]


QUIET = ["p90 of wake-up alone", "cores used where CPU threads were alongside"]
READERS = ["cores used by both readers"]
REQUESTS = ["cores used while requests were made next to a CPU-bound thread"]
HANDING_OVER = ["cores used next to the CPU-bound thread"]
FOUR_CASES = tuple(
    f"{workload}-thread-w{workers}" for workload in ("fnv1a", "sha256-small") for workers in (2, 4)
)
WRITES = tuple(f"shared-{kind}-thread-w2" for kind in ("attribute", "list", "dict"))

GUARDS: dict[str, list[str]] = {
    "A15": overlaps("read-modify-write under none"),
    "A16": ceilings("fnv1a-thread-w2")
    + shares("fnv1a-thread-w2")
    + ceilings("fnv1a-thread-w2")
    + references("fnv1a-thread-w2"),
    "A17": to_scale("fnv1a-process-w2"),
    "A18": foreign("sleep-thread-w4", "socket-thread-w4"),
    "A20": foreign("http-thread-w4"),
    "A24": ["runs in which both processes were at it"],
    "B1": references(*FOUR_CASES) + ceilings(*FOUR_CASES),
    "B2": to_scale("sha256-large-thread-w2"),
    "B3": ceilings("sha256-small-thread-w2", "sha256-large-thread-w2")
    + references("sha256-small-thread-w2"),
    "B4": ceilings("crc32-large-thread-w2")
    + references("crc32-large-thread-w2", "crc32-small-thread-w2"),
    "B5": references("fnv1a-asyncio-w2") + foreign("sleep-asyncio-w4"),
    "B6": QUIET,
    "B7": QUIET,
    "B8": QUIET,
    "B9": ["longest stall during as long a loop of bytecode, over the switch interval"],
    "B10": ["cores used by two CPU threads"],
    "B13": to_scale("fnv1a-interpreter-w2"),
    "B14": overlaps("bare under none"),
    "B15": ceilings(*WRITES, "own-attribute-thread-w2") + foreign(*WRITES),
    "B20": QUIET,
    "B21": overlaps("property under none", "subclass under none", "call under none"),
    "B22": ceilings("fnv1a-thread-w2") + references("fnv1a-thread-w2"),
    "B23": ceilings("sha256-large-thread-w2")
    + references("sha256-large-thread-w2")
    + ceilings("fnv1a-thread-w2")
    + references("fnv1a-thread-w2"),
    "B28": ceilings("fnv1a-process-w2") + references("fnv1a-process-w2", "fnv1a-process-w1"),
    "B29": [
        "median wake-up for 128 KiB, alone, over the switch interval",
        "cores used where a CPU thread was alongside a socket with large messages",
    ],
    "C3": ["runs in which both threads asked"],
    "C6": overlaps("d[k] = d.get(k, 0) + 1"),
    "C7": overlaps("counter[k] += 1"),
    "C9": HANDING_OVER,
    "C10": [*HANDING_OVER, "mean hand-over next to a CPU-bound thread, over the switch interval"],
    "C11": REQUESTS,
    "C12": REQUESTS,
    "C13": READERS,
    "C14": READERS,
    "C16": ["task of a thread with 0 numbers"],
    "C17": ["loops of two processes without a lock, over those of one"],
    "C18": ["cores used by the loop"],
    "C15": ["longest time without a tick during gc.collect(), over its length"],
}
EACH = [(claim, place) for claim, names in GUARDS.items() for place in range(len(names))]


def guards_of(claim: str, *, refuted: bool = False) -> tuple[Guard, ...]:
    world = world_of(claim, **truth_of(claim, refuted=refuted))
    for entry in ask_claims(world.targets, world.host, only=[claim]):
        if isinstance(entry.question, Question):
            return entry.question.guards
    raise AssertionError(f"{claim} applies nowhere")


def truth_of(claim: str, *, refuted: bool) -> dict:
    """What is true in a world in which the claim is refuted, or decided as the field expects."""
    if not refuted:
        return {}
    return next(truth for one, outcome, truth in WORLDS if (one, outcome) == (claim, REFUTED))


@cache
def decided_world(claim: str, *, refuted: bool) -> Tables:
    return world_of(claim, **truth_of(claim, refuted=refuted)).tables()


def verdict_in(tables: Tables, claim: str) -> Verdict:
    verdicts = [verdict for verdict in judge_claims(tables) if verdict.id == claim]
    return next(one for one in verdicts if one.verdict != Outcome.NOT_APPLICABLE)


def certainly_failing(test: rules.Test) -> Location | Proportion:
    """A tenth beyond the bound on the wrong side, of many launches or trials."""
    wrong = 0.9 if test.above else 1.1
    if test.quantity.unit == OF_TRIALS:
        return Proportion(round(1000 * wrong * test.bound), 1000)
    center = test.quantity.scaled(wrong * test.bound)
    return Location(center, se=abs(center) / 1e6 + 1e-9, df=20, n=24)


@pytest.mark.parametrize("claim", [claim.id for claim in all_claims()])
def test_a_guard_that_is_dropped_fails_here(claim):
    """Those of the question are those of this page, in their order."""
    assert [guard.test.quantity.name for guard in guards_of(claim)] == GUARDS.get(claim, [])


@pytest.mark.parametrize(("claim", "place"), EACH)
def test_each_guard_alone_keeps_its_claim_open(claim, place):
    """Where nothing but the guarded quantity is on the wrong side, the reason names it and what to do."""
    refuted = guards_of(claim)[place].only_for == Outcome.REFUTED
    guard = guards_of(claim, refuted=refuted)[place]
    tables = dataclasses.replace(decided_world(claim, refuted=refuted))
    assert verdict_in(tables, claim).verdict in (Outcome.PROVED, Outcome.REFUTED)
    disturbed = dataclasses.replace(tables)
    disturbed.located[guard.test.quantity.key] = certainly_failing(guard.test)
    found = verdict_in(disturbed, claim)
    assert found.verdict == Outcome.INCONCLUSIVE
    assert found.reason.startswith(guard.test.quantity.name)
    assert guard.remedy in found.reason
