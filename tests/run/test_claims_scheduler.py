"""What is measured next, when items end, and how long the rest takes, on a clock that the tests set."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import msgspec
from tests import synthetic
from tests.synthetic import World

from gilbench.claims.judging import RunClaims
from gilbench.model import (
    Effort,
    ItemEnd,
    LaunchStart,
    Outcome,
    PlannedItem,
    Record,
    Stop,
)
from gilbench.plan.comparisons import compare
from gilbench.plan.profiles import PROFILES
from gilbench.run.claims_scheduler import ClaimsScheduler
from gilbench.run.compose import RunPlan
from gilbench.run.pace import Pace
from gilbench.run.recorder import Recorder

LAUNCH_S = 0.5
LOOKS = (5, 8, 12)
MANY_LOOKS = (5, 8, 12, 16, 24, 40)


@dataclass
class Simulated:
    """A run of a world on a virtual clock: every launch takes ``LAUNCH_S``, and its records are the world's.

    It is narrowed to the claims of the world unless it is a ``whole`` one.
    ``only_shown`` items are planned besides what the world's claims need; ``kept`` launches of each item
    were measured by an earlier part of the run.
    """

    world: World
    whole: bool = False
    looks: tuple[int, ...] = LOOKS
    budget_s: float = 1000.0
    only_shown: tuple[PlannedItem, ...] = ()
    kept: int = 0
    now_s: float = 0.0
    order: list[str] = field(default_factory=list)
    ends: dict[str, tuple[Stop, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        claimed = [
            msgspec.structs.replace(planned, effort=Effort(self.looks, 2))
            for planned in self.world.plan()
        ]
        items = (*self.only_shown, *claimed)
        run = msgspec.structs.replace(
            synthetic.make_run(items, targets=self.world.targets, host=self.world.host),
            claims=() if self.whole else tuple(self.world.claims),
        )
        self.launches_of = {planned.item.id: self._launches(planned) for planned in items}
        profile = replace(PROFILES["standard"], budget_s=self.budget_s)
        self.plan = RunPlan(profile, self.world.host, self.world.targets, items)
        kept = [
            record
            for launches in self.launches_of.values()
            for part in launches[: self.kept]
            for record in part
        ]
        self.recorder = Recorder(run, kept, None, lambda: self.now_s)
        self.claims = RunClaims(run)
        self.scheduler = ClaimsScheduler(
            Pace(self.plan, self.recorder, lambda: self.now_s), self.claims
        )

    def _launches(self, planned: PlannedItem) -> list[list[Record]]:
        launches: list[list[Record]] = []
        for record in self.world._records_of(planned):
            if isinstance(record, LaunchStart):
                launches.append([])
            if not isinstance(record, ItemEnd):
                launches[-1].append(record)
        return launches

    def step(self) -> PlannedItem | None:
        """End what is over, then measure one launch of what is due; None where nothing is.

        A launch that begins is shown with the verdicts as they stand, as the live picture does it.
        """
        over = self.scheduler.over()
        while over:
            for planned, because in over:
                launches = len(self.recorder.launches.get(planned.item.id, ()))
                self.ends[planned.item.label] = (because, launches)
                self.recorder.add(ItemEnd(planned.item.id, launches, because))
            over = self.scheduler.over()
        due = self.scheduler.next()
        if due is not None:
            number = len(self.recorder.launches.get(due.item.id, ()))
            for record in self.launches_of[due.item.id][number]:
                begun = isinstance(record, LaunchStart)
                self.recorder.add(
                    msgspec.structs.replace(record, began_s=self.now_s) if begun else record
                )
                if begun:
                    self.scheduler.verdicts()
            self.now_s += LAUNCH_S
            self.recorder.took(due.item.id, LAUNCH_S)
            self.order.append(due.item.label)
        return due

    def run(self, until: Callable[["Simulated"], bool] = lambda run: False) -> "Simulated":
        """Measure until there is nothing left, or something has happened."""
        while not until(self) and self.step() is not None:
            pass
        return self

    def outcomes(self) -> dict[str, Outcome]:
        """By claim, as they stand before the next launch."""
        self.scheduler.over()
        return {verdict.id: verdict.verdict for verdict in self.scheduler.verdicts()}


def world(*claims: str, launches: int = LOOKS[-1], **truth) -> World:
    return World(launches=launches, claims=frozenset(claims), **truth)


def shown(workers: int, launches: int = 3) -> PlannedItem:
    """Something that no claim needs."""
    target = synthetic.make_target()
    return PlannedItem(
        compare(target, "fnv1a", "process-subclass", workers), Effort((launches,), 2)
    )


def test_headline_claims_come_first_and_one_by_one():
    """A16's first interim analysis, then A17's, then the others that are asked first; the rest of the ledger after."""
    run = Simulated(world("A16", "A17", "A18", "B9"), only_shown=(shown(3),)).run()
    first = [
        run.order.index(label)
        for label in ("fnv1a-thread-w2", "fnv1a-process-w2", "sleep-thread-w4", "stall")
    ]
    assert first == sorted(first)
    assert run.order[: LOOKS[0]] == ["fnv1a-thread-w2"] * LOOKS[0]
    assert run.order[LOOKS[0] : 2 * LOOKS[0]] == ["fnv1a-process-w2"] * LOOKS[0]


def test_headline_claims_take_turns_in_a_whole_run():
    """So that a core that is slow for a second costs each of them a launch, and no claim all five."""
    run = Simulated(world("A16", "A17", "A18", "B9"), whole=True).run()
    headline = ["fnv1a-thread-w2", "fnv1a-process-w2", "sleep-thread-w4", "socket-thread-w4"]
    turns = run.order[: len(headline) * LOOKS[0]]
    assert set(turns[: len(headline)]) == set(headline)
    assert turns == turns[: len(headline)] * LOOKS[0]


def test_headline_claims_that_the_host_is_not_fit_for_wait_until_others_have_had_their_launches():
    """Without a second core A17 stays open however long it is measured: B9 is not to wait for that."""
    run = Simulated(world("A17", "B9", ceiling=1.0), whole=True).run()
    first_of_b9 = run.order.index("stall")
    assert run.order[:first_of_b9] == ["fnv1a-process-w2"] * LOOKS[0]
    outcomes = run.outcomes()
    assert (outcomes["A17"], outcomes["B9"]) == (Outcome.INCONCLUSIVE, Outcome.PROVED)


def test_headline_claims_that_are_hard_to_decide_go_first_while_the_host_is_fit():
    """Near its bound A17 gets more launches before any other claim, and is not given up after five."""
    near = {"fnv1a-process-w2": 0.82 * 0.98 * 2}
    run = Simulated(world("A17", "B9", speedups=near, noise=0.05), whole=True).run()
    assert run.ends["fnv1a-process-w2"] == (Stop.SETTLED, LOOKS[1])
    assert run.order.index("stall") == LOOKS[1]


def hard_to_decide(budget_s: float) -> Simulated:
    """A whole run in which A17 lies so near its bound that it takes more than ``HEADLINE_LAUNCHES``."""
    near = {"fnv1a-process-w2": 0.82 * 0.98 * 2}
    truth = world("A17", "B9", launches=MANY_LOOKS[-1], speedups=near, noise=0.12)
    return Simulated(truth, whole=True, looks=MANY_LOOKS, budget_s=budget_s).run()


def test_a_headline_claim_that_is_hard_to_decide_is_decided_before_other_claims_begin():
    """It is what readers ask first: it is not to wait until the whole ledger has been analysed once."""
    run = hard_to_decide(budget_s=1000.0)
    first_of_b9 = run.order.index("stall")
    assert first_of_b9 > ClaimsScheduler.HEADLINE_LAUNCHES
    assert run.ends["fnv1a-process-w2"] == (Stop.SETTLED, first_of_b9)


def test_a_headline_claim_is_not_given_up_before_its_spread_is_known():
    """At its bound no number of launches would decide A16, but five of them cannot tell."""
    truth = world(
        "A16", "B9", launches=MANY_LOOKS[-1], speedups={"fnv1a-thread-w2": 1.15}, noise=0.05
    )
    known = ClaimsScheduler.HEADLINE_LAUNCHES
    run = Simulated(truth, whole=True, looks=MANY_LOOKS)
    run.run(until=lambda run: len(run.order) == known)
    assert run.order == ["fnv1a-thread-w2"] * known


def test_a_headline_claim_takes_no_more_than_its_share_of_the_budget_before_other_claims():
    """Then all of them have the launches of their first analysis."""
    launches = ClaimsScheduler.HEADLINE_LAUNCHES + 2
    run = hard_to_decide(budget_s=launches * LAUNCH_S / ClaimsScheduler.HEADLINE_SHARE)
    assert run.order.index("stall") == launches
    assert run.order[launches : launches + MANY_LOOKS[0]] == ["stall"] * MANY_LOOKS[0]


def test_where_its_first_analyses_decide_the_headline_its_share_changes_nothing(monkeypatch):
    """On a quiet host a run is measured launch by launch as if the headline had none."""
    truth = world("A16", "A17", "B3", "B9")
    with_share = Simulated(truth, whole=True, only_shown=(shown(3),)).run()
    monkeypatch.setattr(ClaimsScheduler, "HEADLINE_SHARE", 0.0)
    without = Simulated(truth, whole=True, only_shown=(shown(3),)).run()
    assert with_share.order == without.order and with_share.ends == without.ends


def test_a_narrowed_run_decides_what_is_asked_first_before_it_begins_anything_else():
    """B2 has no launch, though it is of the headline, as long as the host may decide A17."""
    near = {"fnv1a-process-w2": 0.82 * 0.98 * 2}
    claims = ("A16", "A17", "A18", "B2")
    truth = world(*claims, launches=MANY_LOOKS[-1], speedups=near, noise=0.05)
    run = Simulated(truth, looks=MANY_LOOKS).run()
    launches_before_b2 = run.order[: run.order.index("sha256-large-thread-w2")]
    because, launches = run.ends["fnv1a-process-w2"]
    assert because == Stop.SETTLED and launches > LOOKS[0]
    assert launches_before_b2.count("fnv1a-process-w2") == launches


def test_a_verdict_is_there_before_the_next_launch():
    """The launch that completes A16's first interim analysis settles it; whoever watches sees that at once."""
    run = Simulated(world("A16", "A17"))
    run.run(until=lambda run: len(run.order) == LOOKS[0] - 1)
    assert run.outcomes()["A16"] == Outcome.INCONCLUSIVE
    run.step()
    assert run.outcomes() == {"A16": Outcome.PROVED, "A17": Outcome.INCONCLUSIVE}


def test_launches_of_the_other_claims_are_interleaved():
    """A noisy stretch costs each of them a launch or two, and none of them all."""
    run = Simulated(world("B1", "B5", "A2")).run(until=lambda run: len(run.order) == 12)
    labels = list(dict.fromkeys(run.order))
    assert len(labels) > 3
    assert run.order == [labels[index % len(labels)] for index in range(12)]


def test_what_no_claim_needs_is_measured_last_and_thinnest_first():
    """Whatever the report shows besides never comes before a claim, and its items fill up evenly; further evidence of
    a claim that is decided is among them."""
    extra = (shown(3), shown(4))
    run = Simulated(world("A16", "B9"), only_shown=extra).run()
    labels = [*(planned.item.label for planned in extra), "fnv1a-thread-w1"]
    first = min(run.order.index(label) for label in labels)
    assert run.order[first : first + 9] == labels * 3
    assert set(run.order[first:]) == set(labels)
    assert all(run.ends[planned.item.label] == (Stop.EFFORT, 3) for planned in extra)


def test_an_item_ends_where_its_claims_are_settled():
    """Far from its bounds A16 is decided at the first interim analysis; what shows more of it ends there too."""
    run = Simulated(world("A16")).run()
    assert run.ends == dict.fromkeys(
        ("fnv1a-thread-w2", "fnv1a-thread-w1"), (Stop.SETTLED, LOOKS[0])
    )
    assert run.outcomes() == {"A16": Outcome.PROVED}


def test_a_claim_at_its_bound_gets_every_planned_launch():
    """An item that nothing decides ends with its last launch, and never has another."""
    run = Simulated(world("A16", speedups={"fnv1a-thread-w2": 1.15}, noise=0.05)).run()
    assert run.ends["fnv1a-thread-w2"] == (Stop.EFFORT, LOOKS[-1])
    assert run.outcomes() == {"A16": Outcome.INCONCLUSIVE}


def test_what_certainly_lies_between_the_bounds_is_not_measured_on():
    """More launches of a claim that is neither proved nor refuted would take the time of others."""
    run = Simulated(world("A18", speedups={"socket-thread-w4": 1.6})).run()
    assert run.ends["socket-thread-w4"] == (Stop.SETTLED, LOOKS[0])
    assert run.outcomes() == {"A18": Outcome.INCONCLUSIVE}


def test_claims_are_analysed_at_planned_numbers_of_launches_only(monkeypatch):
    """However often items of other claims reach theirs: every further analysis would have to be paid for."""
    analysed: dict[str, list[int]] = {}

    class Counting(RunClaims):
        def standings(self, tables, keeping=None):
            for index, (entry, question) in enumerate(self.questions):
                if index not in (keeping or {}):
                    launches = [tables.launches_of(item) for item in question.required_items]
                    analysed.setdefault(entry.claim.id, []).append(min(launches))
            return super().standings(tables, keeping)

    monkeypatch.setattr(f"{__name__}.RunClaims", Counting)
    close = {"fnv1a-thread-w2": 1.13, "fnv1a-process-w2": 1.5, "http-thread-w4": 1.13}
    run = Simulated(world("A16", "A17", "A20", "B9", speedups=close, noise=0.08)).run()
    assert max(launches for _, launches in run.ends.values()) == LOOKS[-1]
    for launches in analysed.values():
        at_looks = list(dict.fromkeys(number for number in launches if number))
        assert set(at_looks) <= set(LOOKS)


def test_every_item_ends_when_the_budget_is_spent():
    """With the reason that there was no time; nothing is measured beyond it."""
    run = Simulated(world("A16", "A17"), budget_s=8 * LAUNCH_S, only_shown=(shown(3),)).run()
    assert run.now_s <= 8 * LAUNCH_S
    because, launches = run.ends["fnv1a-process-w2"]
    assert because == Stop.TIME and 0 < launches < LOOKS[0]
    assert run.ends[shown(3).item.label] == (Stop.TIME, 0)


def test_time_goes_to_the_report_before_claims_that_it_would_not_decide():
    """A claim on its bound would take all that is left and be no more certain: it comes last of all.

    It gets so many launches before that its spread is known.
    """
    twin = "fnv1a-thread-subclass-w2-vs-thread"
    run = Simulated(
        world("A13", speedups={twin: 1 / 1.1}, noise=0.05), only_shown=(shown(3),)
    ).run()
    known = ClaimsScheduler.KNOWN_LAUNCHES
    assert run.order[:known] == [twin] * known
    last_shown = len(run.order) - 1 - run.order[::-1].index(shown(3).item.label)
    assert run.order[last_shown + 1 :] == [twin] * (LOOKS[-1] - known)


def test_the_rest_is_never_expected_to_take_more_than_the_budget_leaves():
    """And it shrinks to nothing as the run ends."""
    run = Simulated(world("A16", "B9"), budget_s=6.0, only_shown=(shown(3),))
    assert 0 < run.scheduler.remaining_s() <= 6.0
    run.run(until=lambda run: len(run.order) == 4)
    assert run.scheduler.remaining_s() <= 4.0
    run.run()
    assert run.scheduler.remaining_s() == 0


def test_claims_that_take_the_time_that_is_left_count_in_what_is_left():
    """A claim on its bound has every launch that is planned for it, and nobody is told otherwise."""
    twin = "fnv1a-thread-subclass-w2-vs-thread"
    run = Simulated(world("A13", speedups={twin: 1 / 1.1}, noise=0.05))
    run.run(until=lambda run: len(run.order) == LOOKS[0])
    assert run.scheduler.remaining_s() == (LOOKS[-1] - LOOKS[0]) * LAUNCH_S


def test_a_resumed_run_continues_the_schedule():
    """Launches that are kept count: what they decide is not measured again, and the rest is taken up where it was."""
    decided = Simulated(world("A16"), kept=LOOKS[0]).run()
    assert decided.order == []
    assert decided.ends["fnv1a-thread-w2"] == (Stop.SETTLED, LOOKS[0])
    begun = Simulated(world("A16"), kept=3).run()
    assert begun.order == ["fnv1a-thread-w2"] * (LOOKS[0] - 3) + ["fnv1a-thread-w1"] * (
        LOOKS[0] - 3
    )
