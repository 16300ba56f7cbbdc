"""What the README says of gilbench next to its peers comes from ``docs/selfbench.json``."""

import msgspec
from tools import readme_figures
from tools.selfbench import page, registry
from tools.selfbench.journal import Journal
from tools.selfbench.model import Figure, PeerFigure, Result, Session, Standing, Trial
from tools.selfbench.rows import start_up

SESSION = Session(
    id="s",
    began_utc="2026-01-01 00:00",
    host="a host",
    python="CPython 3.11",
    commit="abc",
    load=0.1,
    versions={"gilbench": "1"},
    minutes=1,
)


def test_figures_and_their_goals_are_put_where_the_marks_are(tmp_path, monkeypatch):
    journal = Journal(tmp_path / "journal.jsonl")
    journal.add(SESSION)
    for wall_s in (0.05, 0.06, 0.07, 0.05, 0.06, 0.07):
        values = {start_up.VALUE: wall_s}
        journal.add(
            Trial(row="start_up", series="list", tool="gilbench", values=values, session="s")
        )
    page.write(registry.all_rows(), journal, tmp_path)
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- selfbench -->\nold\n<!-- /selfbench -->\nafter\n")
    monkeypatch.setattr(readme_figures, "README", readme)
    monkeypatch.setattr(readme_figures, "SELFBENCH", tmp_path / "selfbench.json")
    assert readme_figures.put_selfbench() == 0
    text = readme.read_text()
    assert "| gilbench list | 0.06 s [0.05, 0.07] | – | at most 0.6 s | met |" in text
    assert "old" not in text
    assert text.startswith("before\n") and text.endswith("after\n")


def test_a_report_without_trials_says_so(tmp_path):
    report = page.make_report(registry.all_rows(), Journal(tmp_path / "none.jsonl"))
    report = msgspec.structs.replace(report, rows=report.rows[:3])
    assert readme_figures.selfbench_table(report) == "Not measured yet."


def test_results_that_ask_the_same_of_several_cases_are_one_line():
    def result(quantity, center, standing, peers=()):
        ours = Figure(center, center - 0.01, center + 0.01, 10, "change")
        return Result(
            quantity=quantity, ours=ours, goal="within ±1 %", standing=standing, peers=peers
        )

    peers = tuple(PeerFigure(str(share), Figure(share, 0, 1, 5, "share")) for share in (0.4, 0.0))
    results = (
        result("serial: time reported", -0.002, Standing.MET),
        result("pool: time reported", 0.013, Standing.MISSED, peers),
        result("time of a start", 0.0, Standing.OPEN),
    )
    row = page.RowReport(
        name="r", title="T", method="", command="", trials=1, sessions=(), results=results
    )
    report = page.Report(made_utc="2026-01-01 00:00", sessions=(), rows=(row,))
    table = readme_figures.selfbench_table(report)
    several = "time reported, 2 kinds | −0.20 % to +1.30 % | 0 % to 40 % | within ±1 %"
    assert f"| {several} | 1 met, 1 missed |" in table
    assert "| time of a start | +0.00 % [−1.00, +1.00] | – | within ±1 % | open |" in table
