"""Items: their ids are unique in a run, and what they are measured on follows from them."""

from gilbench.model import Case, Comparison, Effort, Experiment, PlannedItem

HEAD, BASELINE = "head", "baseline"
EFFORT = Effort((8, 16), 4)


def case(target=HEAD, strategy="thread", workers=2):
    return Case(target, "fnv1a", strategy, workers)


OVER_SERIAL = Comparison(case(), case(strategy="serial", workers=1), 8)
OVER_PROCESSES = Comparison(case(), case(strategy="process"), 8)
ACROSS = Comparison(case(), case(BASELINE), 8)
AGAIN = Comparison(case(), case(BASELINE), 8, again=True)
PROBE = Experiment(HEAD, "switching", ({},))


def test_ids_name_what_is_unusual():
    """Serial code of the same target, the usual reference, is not named; any other reference is."""
    items = (OVER_SERIAL, OVER_PROCESSES, ACROSS, AGAIN, PROBE)
    assert [item.id for item in items] == [
        "fnv1a-thread-w2@head",
        "fnv1a-thread-w2-vs-process@head",
        "fnv1a-thread-w2@head-vs-baseline",
        "fnv1a-thread-w2-again@head-vs-baseline",
        "switching@head",
    ]


def test_labels_leave_the_target_out():
    """On one target a name is still unique: it has the reference's target where that is another."""
    assert [item.label for item in (OVER_SERIAL, OVER_PROCESSES, ACROSS, PROBE)] == [
        "fnv1a-thread-w2",
        "fnv1a-thread-w2-vs-process",
        "fnv1a-thread-w2",
        "switching",
    ]
    assert OVER_SERIAL.name_on_target == "fnv1a-thread-w2"
    assert ACROSS.name_on_target == "fnv1a-thread-w2-vs-baseline"


def test_only_serial_code_of_the_same_target_is_a_speedup():
    """Serial code of another target is as little one as processes of the same."""
    across_serial = Comparison(case(), case(BASELINE, "serial", 1), 8)
    over_serial = [
        item.over_serial for item in (OVER_SERIAL, OVER_PROCESSES, ACROSS, across_serial)
    ]
    assert over_serial == [True, False, False, False]


def test_an_item_needs_the_targets_that_measure_it():
    """Each once, that of the case first."""
    targets = [PlannedItem(item, EFFORT).targets for item in (OVER_SERIAL, ACROSS, PROBE)]
    assert targets == [("head",), ("head", "baseline"), ("head",)]


def test_an_effort_ends_at_its_last_look():
    """A launch goes on up to the larger number of pairs."""
    assert EFFORT.most_launches == 16
    assert [Effort((8,), 4, most).longest_launch for most in (0, 2, 20)] == [4, 4, 20]
