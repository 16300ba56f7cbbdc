"""What is measured next, when items end, and how long the rest takes, on a clock that the tests set."""

import pytest
from tests.scheduled_runs import LAUNCH_S, LOOKS, MANY_LOOKS, Simulated, shown, world

from gilbench.claims.judging import RunClaims
from gilbench.model import Outcome, Stop
from gilbench.run.claims_scheduler import ClaimsScheduler


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


def test_a_claim_whose_guard_is_only_uncertain_does_not_wait_for_the_host():
    """Launches narrow the interval of the ceiling, which leans to fit: A17 gets them before the report does."""
    cores_come_and_go = world(
        "A17", ceiling=(1.25, 2.0), speedups={"fnv1a-process-w2": 0.3}, launches=40
    )
    run = Simulated(cores_come_and_go, looks=MANY_LOOKS, only_shown=(shown(3),)).run()
    assert run.order.index(shown(3).item.label) > ClaimsScheduler.KNOWN_LAUNCHES
    assert run.outcomes() == {"A17": Outcome.REFUTED}


@pytest.mark.parametrize(
    "ceiling",
    [
        pytest.param((1.1, 1.6), id="leans to failing"),
        pytest.param((1.25, 1.6), id="at its bound"),
        pytest.param((1.2, 2.0), id="needs more launches than are planned"),
    ],
)
def test_a_claim_whose_guard_will_not_hold_comes_after_the_report(ceiling):
    """More launches would be no remedy: it gets so many that its spread is known, and then what is left."""
    lacking = world("A17", ceiling=ceiling, speedups={"fnv1a-process-w2": 0.3}, launches=24)
    run = Simulated(lacking, looks=(5, 8, 12, 16, 24), only_shown=(shown(3),)).run()
    assert run.order.index(shown(3).item.label) <= ClaimsScheduler.ASKED_FIRST_LAUNCHES
    assert run.ends["fnv1a-process-w2"] == (Stop.EFFORT, 24)


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


def test_what_is_asked_first_is_not_given_up_before_its_third_analysis():
    """By its spread after eight launches no time would decide A16; it goes on before B2 has more than its first ones."""
    at_bounds = {"fnv1a-thread-w2": 1.14, "sha256-large-thread-w2": 1.45}
    run = Simulated(
        world("A16", "B2", speedups=at_bounds, noise=0.1, launches=40), looks=MANY_LOOKS
    )
    run.run(until=lambda run: run.order.count("sha256-large-thread-w2") > MANY_LOOKS[0])
    assert run.order.count("fnv1a-thread-w2") == ClaimsScheduler.ASKED_FIRST_LAUNCHES
