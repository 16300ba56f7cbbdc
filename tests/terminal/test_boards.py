"""The verdict board in the terminal: complete, 80 columns wide, and plain where there is no terminal."""

import io

import msgspec
import pytest
from rich.console import Console
from tests import synthetic
from tests.synthetic import World

from gilbench.claims.judging import judge_claims
from gilbench.model import UNFINISHED, HostWarning, Outcome
from gilbench.results import tables
from gilbench.summary import formatting
from gilbench.summary.cases import Measured
from gilbench.summary.target_pairs import PairedCase
from gilbench.terminal.boards import (
    print_advice,
    print_board,
    print_catalogue,
    print_comparison,
    print_host,
    short_reason,
    tally,
)

ESCAPE = "\x1b["


@pytest.fixture(scope="module")
def verdicts():
    return judge_claims(World(launches=9, speedups={"fnv1a-process-w2": 1.2}).tables())


@pytest.fixture(scope="module")
def world_cut_short():
    world = World(launches=3)
    run = synthetic.make_run(world.plan(), targets=world.targets, host=world.host)
    return judge_claims(tables.build(run, world.records()[:60]))


def printed(verdicts, width: int = 80, **options) -> str:
    out = io.StringIO()
    print_board(Console(file=out, width=width, **options), verdicts)
    return out.getvalue()


def test_every_verdict_stands_there(verdicts):
    """Each id has a line with its label, and each estimate its middle and its interval."""
    text = printed(verdicts)
    for verdict in verdicts:
        assert any(
            verdict.id in line.split() and verdict.label.value in line for line in text.splitlines()
        )
        if verdict.estimate is not None:
            middle, interval = formatting.effect(verdict.estimate).split(" [")
            first, second = text[text.index(f" {verdict.id} ") :].split("\n")[:2]
            assert first.endswith(f" {middle}")
            assert second.endswith(f" [{interval}")


def compared(*, verbose: bool = False, **options) -> str:
    """Thirty cases of two targets, the largest difference first, in a terminal of 80 by 24."""
    cases = []
    for place in range(30):
        ratio = 2 - place / 40
        measured = Measured(ratio, ratio - 0.1, ratio + 0.1, "×", 8)
        cases.append(PairedCase(f"case-{place:02}", measured, place % 2 == 0, ()))
    out = io.StringIO()
    console = Console(file=out, width=80, height=24, **options)
    print_comparison(console, "3.14.0t", "3.14.0", cases, verbose=verbose)
    return out.getvalue()


def test_a_comparison_fits_the_screen_of_a_terminal():
    """The largest differences, and how many are left out; a line stays for the prompt."""
    text = compared(force_terminal=True, color_system=None)
    shown = [place for place in range(30) if f"case-{place:02}" in text]
    assert len(text.splitlines()) == 23
    assert shown == list(range(len(shown)))
    assert f"{30 - len(shown)} cases with smaller differences" in text


@pytest.mark.parametrize("options", [{}, {"force_terminal": True, "verbose": True}])
def test_a_comparison_is_whole_elsewhere(options):
    """In a pipe, and where it is asked for."""
    text = compared(**options)
    assert all(f"case-{place:02}" in text for place in range(30))
    assert "smaller differences" not in text


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


def test_no_verdict_is_shown(verdicts):
    """A run without claims says so."""
    assert "No claim is covered" in printed([])


def test_a_surprise_comes_first(verdicts):
    """What contradicts the ledger says so before its reason."""
    surprise = next(verdict for verdict in verdicts if verdict.id == "A17")
    assert (surprise.verdict, surprise.expected) == (Outcome.REFUTED, Outcome.PROVED)
    assert short_reason(surprise).startswith("not as expected (PROVED): ")
    surprises = sum(verdict.as_expected is False for verdict in verdicts)
    assert f"{surprises} not as expected" in tally(verdicts)


def test_an_open_claim_keeps_its_remedy(verdicts):
    """Where nothing is decided, the whole reason is shown, without intervals."""
    open_one = msgspec.structs.replace(
        verdicts[0],
        verdict=Outcome.INCONCLUSIVE,
        reason="a 1.00× [0.90, 1.10] is close; measure more [later]",
    )
    assert short_reason(open_one) == "a 1.00× is close; measure more [later]"


def test_the_tally_counts(verdicts):
    """The outcomes add up to the number of claims."""
    counts = tally(verdicts).split(": ")[1].split(";")[0]
    assert sum(int(part.split()[0]) for part in counts.split(", ")) == len(verdicts)


def test_what_is_as_expected_says_no_more(verdicts):
    """A proof has its statement; a refutation, and what is open, has its reason too."""
    text = " ".join(printed(verdicts, width=1000).split())
    for verdict in verdicts:
        told = " ".join(short_reason(verdict).split()[:7]) in text
        if verdict.verdict == Outcome.PROVED and verdict.as_expected is not False:
            assert not told
        else:
            assert told or verdict.verdict == Outcome.NOT_APPLICABLE


def test_claims_that_were_not_reached_take_one_line(world_cut_short):
    """After an interruption they are counted and named together, with what to do."""
    text = " ".join(printed(world_cut_short).split())
    assert text.count(UNFINISHED) == 1
    assert "not measured yet: " in text
    assert tally(world_cut_short) in text


def test_a_wide_terminal_has_effects_in_one_line(verdicts):
    """From 110 columns on nothing is stacked."""
    out = io.StringIO()
    print_board(Console(file=out, width=120), verdicts)
    effects = [formatting.effect(verdict.estimate) for verdict in verdicts if verdict.estimate]
    assert all(effect in out.getvalue() for effect in effects)


def test_advice_is_printed_in_words(verdicts):
    """The answer, what it is about, and the whole reason."""
    answer = msgspec.structs.replace(
        verdicts[0], statement="[b]mine releases", reason="2 threads ran it [x]"
    )
    out = io.StringIO()
    print_advice(Console(file=out, width=80), [answer])
    assert "[b]mine releases" in out.getvalue() and "  2 threads ran it [x]" in out.getvalue()


def test_a_host_ends_with_what_disturbs_it():
    """Each warning with its remedy below it; a quiet host says that nothing does."""
    for host, words_ in (
        (synthetic.make_host(2), ["nothing here disturbs"]),
        (
            synthetic.make_host(2, warnings=(HostWarning("it is [busy]", "end it"),)),
            ["! it is [busy]", "remedy: end it", formatting.EFFECT_OF_WARNINGS],
        ),
    ):
        out = io.StringIO()
        print_host(Console(file=out, width=80), host, [("cores", "2 [of 2]")])
        assert "2 [of 2]" in out.getvalue()
        assert all(word in out.getvalue() for word in words_)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_catalogue_folds_in_a_terminal_only(terminal):
    """Every name with its lines; in a pipe a line stays a line, whatever its length and its brackets."""
    out = io.StringIO()
    console = Console(file=out, width=60, force_terminal=terminal, color_system=None)
    print_catalogue(
        console, "claims", [("A1", ["[a] " + "long " * 30, "second"]), ("A2", ["short"])]
    )
    lines = out.getvalue().splitlines()
    assert "[a] long" in out.getvalue() and "short" in out.getvalue() and "second" in out.getvalue()
    assert (max(map(len, lines)) <= 60) == terminal
