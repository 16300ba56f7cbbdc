"""The verdict board in the terminal: complete, 80 columns wide, and plain where there is no terminal."""

import io

import msgspec
import pytest
from rich.console import Console
from tests.synthetic import World

from gilbench.claims import ledger
from gilbench.model import Outcome
from gilbench.report import words
from gilbench.report.terminal import print_board, short_reason, tally

ESCAPE = "\x1b["


@pytest.fixture(scope="module")
def verdicts():
    return ledger.judge(World(launches=9, speedups={"fnv1a-process-w2": 1.2}).tables())


def printed(verdicts, **options) -> str:
    out = io.StringIO()
    print_board(Console(file=out, width=80, **options), verdicts)
    return out.getvalue()


def test_every_verdict_stands_there(verdicts):
    """Each id has a line with its outcome, and each estimate its middle and its interval."""
    text = printed(verdicts)
    for verdict in verdicts:
        assert any(verdict.id in line.split() and verdict.verdict.value in line for line in text.splitlines())
        if verdict.estimate is not None:
            middle, interval = words.effect(verdict.estimate).split(" [")
            first, second = text[text.index(f" {verdict.id} ") :].split("\n")[:2]
            assert first.endswith(f" {middle}")
            assert second.endswith(f" [{interval}")


def test_it_fits_eighty_columns(verdicts):
    """No line is longer, whatever the statements and reasons are."""
    assert max(map(len, printed(verdicts).splitlines())) <= 80


def test_it_is_plain_where_there_is_no_terminal(verdicts):
    """No escape sequences in a file or a pipe; colours in a terminal."""
    assert ESCAPE not in printed(verdicts)
    assert ESCAPE in printed(verdicts, force_terminal=True, color_system="standard")


def test_brackets_are_not_markup(verdicts):
    """A statement that looks like rich's markup shows as it is."""
    strange = msgspec.structs.replace(verdicts[0], statement="[bold]x[/bold] [red]")
    assert "[bold]x[/bold] [red]" in printed([strange])


def test_targets_have_a_table_each(verdicts):
    """Two targets are told apart by a heading."""
    other = [msgspec.structs.replace(verdict, target="3.14t") for verdict in verdicts]
    text = printed([*verdicts, *other])
    assert (text.count("3.13.0\n") or text.count("3.13.0 ")) >= 1
    assert "3.14t" in text
    assert " ".join(text.split()).count(tally(verdicts)) == 2


def test_no_verdict_is_told(verdicts):
    """A run without claims says so."""
    assert "No claim is covered" in printed([])


def test_a_surprise_is_told_first(verdicts):
    """What contradicts the ledger says so before its reason."""
    surprise = next(verdict for verdict in verdicts if verdict.id == "A17")
    assert (surprise.verdict, surprise.expected) == (Outcome.REFUTED, Outcome.PROVED)
    assert short_reason(surprise).startswith("not as expected (PROVED): ")
    assert "1 not as expected" in tally(verdicts)


def test_an_open_claim_keeps_its_remedy(verdicts):
    """Where nothing is decided, the whole reason is shown, without intervals."""
    open_one = msgspec.structs.replace(
        verdicts[0], verdict=Outcome.INCONCLUSIVE, reason="a 1.00× [0.90, 1.10] is close; measure more [later]"
    )
    assert short_reason(open_one) == "a 1.00× is close; measure more [later]"


def test_the_tally_counts(verdicts):
    """The outcomes add up to the number of claims."""
    counts = tally(verdicts).split(": ")[1].split(";")[0]
    assert sum(int(part.split()[0]) for part in counts.split(", ")) == len(verdicts)
