"""Which verdicts of a run that is still measured are shown, and how they are counted."""

from tests.synthetic import World

from gilbench.claims.judging import judge_claims
from gilbench.model import Outcome
from gilbench.terminal.verdicts_so_far import SETTLED, VerdictsSoFar


def test_what_is_new_stands_on_top():
    """The last change comes first, decided before open."""
    so_far, verdicts = VerdictsSoFar(), judge_claims(World(launches=9).tables())
    still_open = [verdict for verdict in verdicts if verdict.verdict == Outcome.INCONCLUSIVE]
    decided = [verdict for verdict in verdicts if verdict.verdict in SETTLED]
    assert decided[0] in so_far.update(decided[:1])
    assert so_far.update([*decided[:1], *still_open]) == []
    assert so_far.update([*decided, *still_open]) == decided[1:]
    assert so_far.shown(2) == [decided[-1], decided[-2]]
    are_decided = [verdict.verdict in SETTLED for verdict in so_far.shown(1000)]
    assert are_decided == sorted(are_decided, reverse=True)


def test_verdicts_are_counted_by_what_readers_see():
    """Each outcome that occurs, in a fixed order; a claim that does not apply is not counted."""
    so_far, verdicts = VerdictsSoFar(), judge_claims(World(launches=9).tables())
    so_far.update(verdicts)
    applying = [verdict for verdict in verdicts if verdict.verdict != Outcome.NOT_APPLICABLE]
    assert len(applying) < len(verdicts)
    total, _, counts = so_far.tally().partition(": ")
    assert total == f"{len(applying)} claims"
    assert sum(int(count.split()[0]) for count in counts.split(", ")) == len(applying)
    assert counts.split(", ")[0].endswith(" proved")


def test_what_readers_ask_first_keeps_its_place():
    """A third of the rows is theirs, in the same order whatever was decided last."""
    so_far = VerdictsSoFar()
    so_far.update(judge_claims(World(launches=9).tables()))
    first = [verdict.id for verdict in so_far.shown(15)[:5]]
    assert first == ["A16", "A17", "A18", "B2", "B3"]
    assert len(so_far.shown(15)) == 15
