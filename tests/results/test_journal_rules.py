"""What may follow what in a launch."""

import pytest
from tests import synthetic

from gilbench.model import CeilingControl, Effort, LaunchStart, PlannedItem
from gilbench.plan.comparisons import compare
from gilbench.results.journal_rules import Impossible, JournalRules, check_ceiling

ITEM = compare(synthetic.make_target(), "fnv1a", "process", 2)


def control(began_s: float) -> CeilingControl:
    return CeilingControl(ITEM.id, 0, 2, began_s, 2.0, ((1,), (1,)), ((1,), (1,)))


def test_a_launch_has_several_ceiling_controls_and_none_twice():
    """They begin one after the other; a copy of one is refused, and a fourth."""
    rules = JournalRules(synthetic.make_run((PlannedItem(ITEM, Effort((5,), 1)),)))
    for record in (LaunchStart(ITEM.id, 0, 7, 0.1, 1000), control(0.2), control(0.3)):
        rules.check(record)
    with pytest.raises(Impossible, match="has it already"):
        rules.check(control(0.3))
    rules.check(control(0.4))
    with pytest.raises(Impossible, match="3 ceiling controls at most"):
        rules.check(control(0.5))


LOOPS = ((100, 40), (90, 110)), ((60, 100, 100, 100), (20, 100, 90, 100))


@pytest.mark.parametrize("ceiling", [335 / 2 / 100, 195 / 85])
def test_a_ceiling_is_that_of_its_loops(ceiling):
    """The ratio of means without windows below half of the best, or of medians as in runs of before."""
    alone, together = LOOPS
    check_ceiling(CeilingControl(ITEM.id, 0, 2, 0.1, ceiling, alone, together))
    with pytest.raises(Impossible, match=r"by its loops 1\.675"):
        check_ceiling(CeilingControl(ITEM.id, 0, 2, 0.1, ceiling + 0.01, alone, together))
