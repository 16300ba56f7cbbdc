"""The frame: shares of time, failures, resuming, and the page that comes of the journal."""

import json
from dataclasses import replace
from itertools import count

import msgspec
import pytest
from tools.selfbench import page, registry
from tools.selfbench.__main__ import main
from tools.selfbench.journal import Journal
from tools.selfbench.model import Failure, Figure, PeerFigure, Result, Row, Session, Standing, Trial
from tools.selfbench.processes import Failed
from tools.selfbench.runner import Runner

SESSION = Session(
    id="s",
    began_utc="2026-01-01 00:00",
    host="a host | with a bar",
    python="CPython 3.11",
    commit="abc",
    load=0.1,
    versions={"gilbench": "1", "asv": "absent: no network"},
    minutes=1,
)


PURPOSE = Failed("on purpose")


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


def make_row(name, clock, turn_s=1.0, minutes=1.0, fails=(), enough=10**6, error=PURPOSE):
    def turns(_):
        for number in count():
            clock.now_s += turn_s
            if number in fails:
                raise error
            yield [Trial(row=name, series="s", tool="gilbench", values={"x": float(number)})]

    def results(trials):
        figure = Figure(0.5, 0.25, 0.75, len(trials), "share") if trials else None
        peer = PeerFigure("asv, continuous", None)
        return [
            Result(
                quantity=f"<b> of {name}",
                ours=figure,
                peers=(peer,),
                goal="much",
                standing=Standing.OPEN if trials else None,
            )
        ]

    return Row(
        name=name,
        title=f"Title of {name}",
        method="How.",
        minutes=minutes,
        turns=turns,
        results=results,
        enough=lambda trials: len(trials) >= enough,
    )


def run(tmp_path, clock, *rows, minutes=2.0):
    journal = Journal(tmp_path / "journal.jsonl")
    journal.add(SESSION)
    Runner(rows, journal, None, "s", minutes, clock, lambda _: None).run()
    return journal


def test_rows_get_their_shares_and_no_turn_is_begun_that_does_not_fit(tmp_path, clock):
    journal = run(tmp_path, clock, make_row("a", clock, minutes=3), make_row("b", clock, 7.0))
    assert clock.now_s <= 120
    assert len(journal.trials("a")) >= 90
    assert 3 <= len(journal.trials("b")) <= 4


def test_what_one_row_leaves_goes_to_the_others(tmp_path, clock):
    journal = run(tmp_path, clock, make_row("a", clock, enough=5), make_row("b", clock))
    assert (len(journal.trials("a")), len(journal.trials("b"))) == (5, 115)


def test_every_row_gets_a_turn_however_long_it_is(tmp_path, clock):
    journal = run(
        tmp_path, clock, make_row("a", clock, 50.0), make_row("b", clock, 50.0), minutes=1
    )
    assert journal.trials("a")
    assert journal.trials("b")


def test_a_first_measurement_begins_no_turn_that_does_not_fit(tmp_path, clock):
    row = replace(make_row("a", clock, 50.0), parts=5)
    assert len(run(tmp_path, clock, row).trials("a")) == 2
    assert clock.now_s == 100


def test_trials_of_another_host_are_kept_and_not_counted(tmp_path, clock):
    """Nor are those of another interpreter; back on the first host, they count again."""
    row = make_row("a", clock, enough=5)
    here = run(tmp_path, clock, row)
    for changed in ({"host": "another"}, {"python": "CPython 3.12"}):
        here.add(msgspec.structs.replace(SESSION, id="elsewhere", **changed))
        journal = Journal(here.path)
        assert journal.trials("a") == [] and [one.id for one in journal.sessions()] == ["elsewhere"]
    here.add(msgspec.structs.replace(SESSION, id="back"))
    journal = Journal(here.path)
    assert len(journal.trials("a")) == 5
    assert [one.id for one in journal.sessions()] == ["s", "back"]


def test_a_failure_is_written_down_and_the_next_row_is_measured(tmp_path, clock):
    broken = make_row("broken", clock, fails=(0,))
    journal = run(tmp_path, clock, broken, make_row("b", clock))
    assert {failure.reason for failure in journal.failures("broken")} == {"Failed: on purpose"}
    assert journal.trials("b")
    (made, _) = page.make_report([broken, make_row("b", clock)], journal).rows
    assert made.failure == "Failed: on purpose (2 times)"


def test_whatever_a_row_raises_the_next_row_is_measured(tmp_path, clock):
    broken = make_row("broken", clock, fails=(0,), error=KeyError("benchmarks"))
    journal = run(tmp_path, clock, broken, make_row("b", clock))
    assert {failure.reason for failure in journal.failures("broken")} == {"KeyError: 'benchmarks'"}
    assert journal.trials("b")


def test_what_fails_of_one_tool_stops_no_other(tmp_path, clock):
    """The row goes on, and the page says which tool failed how, and how often."""
    row = make_row("a", clock)

    def turns(bench):
        for trials in row.turns(bench):
            yield [Failure(row="a", tool="asv", reason="no time_work")]
            yield trials

    failing = replace(row, turns=turns)
    journal = run(tmp_path, clock, failing, minutes=0.1)
    assert len(journal.trials("a")) >= 5
    (made,) = page.make_report([failing], journal).rows
    assert made.failure.startswith("asv: no time_work (")


def test_trials_that_cannot_be_used_cost_one_row(tmp_path, clock):
    """The page of the other rows is written, and this one says why it has no results."""
    row = make_row("a", clock, enough=3)
    journal = run(tmp_path, clock, row)
    broken = replace(row, name="a", results=lambda trials: trials[10**6])
    made, other = page.make_report([broken, row], journal).rows
    assert made.failure.startswith("its trials could not be used (IndexError")
    assert other.results


def test_a_journal_is_continued_and_a_line_that_was_cut_off_is_left_out(tmp_path, clock):
    row = make_row("a", clock, enough=8)
    first = run(tmp_path, clock, make_row("a", clock, enough=5))
    with first.path.open("ab") as file:
        file.write(b'{"type":"trial","row":')
    journal = run(tmp_path, clock, row)
    assert len(journal.trials("a")) == 8
    assert len(Journal(first.path).trials("a")) == 8


def test_a_line_that_is_none_names_its_place(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_text("{}\n")
    with pytest.raises(ValueError, match=r"journal\.jsonl:1 is no line of a journal"):
        Journal(path)


def test_the_three_files_come_from_one_source(tmp_path, clock):
    row = make_row("a", clock, enough=3)
    journal = run(tmp_path, clock, row)
    paths = page.write([row], journal, tmp_path / "out")
    assert [path.name for path in paths] == [
        "selfbench.json",
        "selfbench.md",
        "selfbench-page.html",
    ]
    report = msgspec.json.decode(paths[0].read_bytes(), type=page.Report)
    assert page.render(report) == {path.suffix[1:]: path.read_text() for path in paths[1:]}
    markdown, html = paths[1].read_text(), paths[2].read_text()
    for text in (markdown, html):
        assert "2 of 3: 50 % [25, 75]" in text
        assert "absent: no network" in text
        assert "0 goals met" in text
    assert "&lt;b&gt; of a" in html
    assert r"a host \| with a bar" in markdown


def test_what_was_not_measured_is_on_the_page_all_the_same(tmp_path):
    rows = registry.all_rows()
    page.write(rows, Journal(tmp_path / "none.jsonl"), tmp_path)
    report = json.loads((tmp_path / "selfbench.json").read_text())
    assert [row["name"] for row in report["rows"]] == [row.name for row in rows]
    assert all(row["results"] for row in report["rows"])
    assert "not measured yet" in (tmp_path / "selfbench-page.html").read_text()


def test_the_command_writes_the_page_without_measuring(tmp_path, capsys):
    arguments = ["--minutes", "0", "--journal", str(tmp_path / "j.jsonl"), "--out", str(tmp_path)]
    assert main(arguments) == 0
    assert str(tmp_path / "selfbench.md") in capsys.readouterr().out


def test_a_row_that_there_is_not_is_refused(capsys):
    assert main(["--rows", "nothing"]) == 2
    assert "no row 'nothing' (choose from: fidelity" in capsys.readouterr().err


def test_failures_are_of_the_last_session_only(tmp_path, clock):
    row = make_row("a", clock, enough=3)
    journal = run(tmp_path, clock, row)
    journal.add(Failure(row="a", tool="", reason="then", session="s"))
    later = msgspec.structs.replace(SESSION, id="later")
    journal.add(later)
    assert page.make_report([row], journal).rows[0].failure == ""
