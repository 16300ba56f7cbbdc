"""Puts a real run into the README and the docs: its numbers, pictures and report, and the numbers of the FAQ.

``python tools/readme_figures.py RUN`` prints what it wrote; nothing in the README's tables is typed by hand. With
``--selfbench`` it puts in what ``docs/selfbench.json`` says, in place of a run or besides.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections import Counter
from pathlib import Path

import msgspec

from gilbench.model import InputError, Label, Outcome, Run, Verdict
from gilbench.results import folder as layout
from gilbench.summary import formatting

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the tools are no installed package

from tools import faq_numbers  # noqa: E402
from tools.selfbench import page  # noqa: E402
from tools.selfbench.model import Figure, Result, Standing  # noqa: E402

README = ROOT / "README.md"
SHOWN = (
    "A16",
    "A17",
    "B2",
    "B3",
    "A18",
    "A20",
    "B5",
    "A19",
    "A3",
    "B14",
    "B6",
    "B7",
    "B8",
    "B9",
    "B11",
    "B18",
)
SELFBENCH = ROOT / "docs" / "selfbench.json"
PICTURES = ("speedup", "latency")
LARGEST_BYTES = 3 << 20  # of the example report


def table(run: Run, verdicts: list[Verdict]) -> str:
    """The README's table of a run.

    Returns:
        Markdown: the claims of SHOWN on the run's first target, and a line about where they were measured.
    """
    target = run.targets[0]
    by_claim = {verdict.id: verdict for verdict in verdicts if verdict.target == target.id}
    rows = [
        "| | Claim | Verdict here | Estimate and 95 % confidence interval |",
        "|---|---|---|---|",
    ]
    rows += [_row(by_claim[claim]) for claim in SHOWN if claim in by_claim]
    return "\n".join([*rows, "", _provenance(run, verdicts)])


def _row(verdict: Verdict) -> str:
    outcome = verdict.label.value
    if verdict.verdict == Outcome.REFUTED:
        outcome = f"**{outcome}**"
    measured = ""
    if verdict.evidence:
        measured = f"{verdict.evidence[0].quantity}: {formatting.effect(verdict.estimate)}"
    return f"| {verdict.id} | {verdict.statement} | {outcome} | {measured} |"


def _provenance(run: Run, verdicts: list[Verdict]) -> str:
    """Interpreter, host, profile and date of a run, and how many claims had which outcome."""
    description = run.targets[0].description
    host = f"{run.host.model}, {run.host.usable_cores} cores"
    if run.host.virtualised:
        host += ", a virtual machine"
    counts = Counter(verdict.label for verdict in verdicts)
    labels = (Label.PROVED, Label.HELD, Label.REFUTED, Label.INCONCLUSIVE)
    counted = ", ".join(f"{counts[label]} {label.value.lower()}" for label in labels)
    return (
        f"*{description.implementation} {description.version} on {host}, profile {run.profile}, "
        f"{run.started_utc[:10]}: {counted} of {len(verdicts)} claims.*"
    )


def selfbench_table(report: page.Report) -> str:
    """The README's table of gilbench next to its peers: what has a goal and was measured.

    Returns:
        Markdown: a line for each result, or for those of one row that ask the same of several cases, and one about
        where and when.
    """
    rows = ["| | gilbench | next to it | goal | |", "|---|---|---|---|---|"]
    for row in report.rows:
        alike: dict[tuple[str, str, str], list[Result]] = {}
        for result in row.results:
            if result.goal and result.ours is not None:
                question = result.quantity.rpartition(": ")[2]
                if row.name == "coverage":  # asks one thing of all of its kinds
                    question = ""
                elif question == "time":  # of different commands
                    question = result.quantity
                alike.setdefault((question, result.goal, result.ours.unit), []).append(result)
        for (question, _, _), results in alike.items():
            rows.append(_selfbench_row(results, question or row.title))
    if len(rows) == 2:
        return "Not measured yet."
    host = f"{report.sessions[-1].host}, " if report.sessions else ""
    return "\n".join([*rows, "", f"*{host}{report.made_utc[:10]}.*"])


def _selfbench_row(results: list[Result], question: str) -> str:
    """One result, or several that ask the same as their range and how many of them are met, missed and open."""
    figures = [result.ours for result in results if result.ours is not None]
    peers = [peer.figure for result in results for peer in result.peers if peer.figure is not None]
    first = results[0]
    quantity, ours, met = first.quantity, page.written(first.ours), page.verdict(first)
    if len(results) > 1:
        counts = Counter(page.verdict(result) for result in results)
        quantity = f"{question}, {len(results)} kinds"
        ours = _range(figures)
        words = [standing.value for standing in Standing]
        met = ", ".join(f"{counts[word]} {word}" for word in words if counts[word])
    return f"| {quantity} | {ours} | {_range(peers)} | {first.goal} | {met} |"


def _range(figures: list[Figure]) -> str:
    """The lowest and the highest estimate of figures of one unit; a dash without any."""
    if not figures:
        return "–"
    ends = [choose(figures, key=lambda figure: figure.center) for choose in (min, max)]
    lowest, highest = (page.estimate(figure) for figure in ends)
    return lowest if lowest == highest else f"{lowest} to {highest}"


def put_into_readme(place: str, text: str) -> int:
    """Put a text between the README's two marks of a place; exit code 2 where they are not there once."""
    begin, end = f"<!-- {place} -->", f"<!-- /{place} -->"
    around = re.compile(rf"(?<={begin}\n).*?(?={end})", re.DOTALL)
    parts = around.split(README.read_text(encoding="utf-8"))
    if len(parts) != 2:
        print(f"README.md needs one place: {begin} … {end}", file=sys.stderr)
        return 2
    before, after = parts
    README.write_text(f"{before}{text}\n{after}", encoding="utf-8")
    print(text)
    return 0


def put_selfbench() -> int:
    """Put what ``docs/selfbench.json`` says into the README; exit code 2 without a place for it."""
    report = msgspec.json.decode(SELFBENCH.read_bytes(), type=page.Report)
    return put_into_readme("selfbench", selfbench_table(report))


def main() -> int:
    """Put a run or what ``make selfbench`` measured into README and docs; exit code 2 where it cannot be used."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path, nargs="?")
    parser.add_argument("--selfbench", action="store_true", help="put in docs/selfbench.json")
    options = parser.parse_args()
    code = put_selfbench() if options.selfbench else 0
    if code or options.run is None:
        return code
    return put_run(options.run)


def put_run(path: Path) -> int:
    """Put a run into README and docs; exit code 2 where it cannot be used."""
    try:
        folder = layout.resolve(path)
        run = layout.read_run(folder)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    report = folder / layout.REPORT
    if run.status != "complete" or report.stat().st_size > LARGEST_BYTES:
        print(
            f"{folder} is not complete, or its report is larger than {LARGEST_BYTES >> 20} MiB",
            file=sys.stderr,
        )
        return 2
    verdicts = msgspec.json.decode((folder / layout.VERDICTS).read_bytes(), type=list[Verdict])
    if code := put_into_readme("run", table(run, verdicts)):
        return code
    for name in PICTURES:
        shutil.copyfile(
            folder / layout.FIGURES / f"{name}.png", ROOT / "docs" / "images" / f"{name}.png"
        )
    (ROOT / "docs" / "example").mkdir(exist_ok=True)
    shutil.copyfile(report, ROOT / "docs" / "example" / "report.html")
    for problem in faq_numbers.fill():
        print(problem)
    return 0


if __name__ == "__main__":
    sys.exit(main())
