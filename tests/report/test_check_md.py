"""A check as Markdown and as GitHub's annotations: every case in a row, escaped, and an annotation for what fails."""

from gilbench.check.decision import Change
from gilbench.check.findings import Finding, Report
from gilbench.model import Estimate
from gilbench.report.check_md import for_github, markdown


def finding(change, case="fnv1a-thread-w2", reason="why", ratio=1.1, **fields):
    return Finding(
        case, "time", change, Estimate(ratio, 1.05, 1.15, "×", 9, 0.95), 0.05, reason, **fields
    )


def report(*findings, kind="against", outcome=Change.REGRESSED, notes=()):
    return Report(kind, "old | new", "head", outcome, findings, notes=notes)


def test_every_case_is_a_row():
    """With its result, change, margin and reason; the notes follow as a list."""
    lines = markdown(
        report(finding(Change.REGRESSED), finding(Change.EQUIVALENT), notes=("it was busy",))
    ).splitlines()
    rows = [line for line in lines if line.startswith("| ✗") or line.startswith("| ✓")]
    assert len(rows) == 2
    assert all(len(row.replace("\\|", "").split("|")) == 7 for row in rows)
    assert "+10.0 % \\[+5.0 %, +15.0 %\\]" in rows[0] or "+10.0 % [+5.0 %, +15.0 %]" in rows[0]
    assert "5 %" in rows[0] and "why" in rows[0]
    assert lines[-1] == "- it was busy"


def test_what_comes_from_a_run_is_escaped():
    """Neither a name nor a reason breaks the table or becomes markup."""
    words = markdown(report(finding(Change.REGRESSED, case="a|b", reason="<script>*x*")))
    (row,) = [line for line in words.splitlines() if line.startswith("| ✗")]
    assert len(row.replace("\\|", "").split("|")) == 7
    assert "<script>" not in words and "*x*" not in words.replace("\\*", "")
    assert "old | new" not in words


def test_quantities_are_named_where_there_are_several():
    """Stored runs are compared in times and portable ratios, so a case alone would not say which."""
    assert "fnv1a-thread-w2 time" in markdown(report(finding(Change.REGRESSED), kind="baseline"))
    assert "fnv1a-thread-w2 time" not in markdown(report(finding(Change.REGRESSED)))


def test_without_a_case_there_is_no_table():
    """A table of nothing but its head is not shown."""
    assert "|---|" not in markdown(report(outcome=Change.MISSING))


def test_github_annotates_what_does_not_pass():
    """A regression is an error, what stays open a warning, and what passes or is only shown says nothing."""
    found = report(
        finding(Change.REGRESSED, case="slower"),
        finding(Change.INCONCLUSIVE, case="open"),
        finding(Change.EQUIVALENT, case="same"),
        finding(Change.REGRESSED, case="shown", decides=False),
    )
    lines = list(for_github(found))
    assert [line.partition("::")[2].partition(" ")[0] for line in lines] == [
        "error",
        "warning",
        "error",
    ]
    assert "title=gilbench%3A slower::" in lines[0] and "title=gilbench%3A open::" in lines[1]
    assert lines[2].startswith("::error title=gilbench check::")


def test_an_annotation_is_one_line():
    """What GitHub would take for an end of it is escaped."""
    (line, _) = for_github(report(finding(Change.REGRESSED, case="a:b,c", reason="50 %\nmore")))
    assert "\n" not in line and "50 %25%0Amore" in line and "a%3Ab%2Cc::" in line


def test_a_pass_is_not_annotated():
    """Nothing is to be looked at."""
    assert list(for_github(report(finding(Change.EQUIVALENT), outcome=Change.EQUIVALENT))) == []
