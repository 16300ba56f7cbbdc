"""Puts a real run into the README and the docs: its numbers, pictures and report, and the numbers of the FAQ.

``python tools/readme_figures.py RUN`` prints what it wrote; nothing in the README's table is typed by hand.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from collections import Counter
from pathlib import Path

import faq_numbers
import msgspec

from gilbench.model import InputError, Label, Outcome, Run, Verdict
from gilbench.results import folder as layout
from gilbench.summary import formatting

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PLACE = re.compile(r"(<!-- run -->\n).*?(<!-- /run -->)", re.DOTALL)
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


def main() -> int:
    """Put the run that is named on the command line into README and docs; exit code 2 where it cannot be used."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path)
    try:
        folder = layout.resolve(parser.parse_args().run)
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
    made = table(run, verdicts)
    parts = PLACE.split(README.read_text(encoding="utf-8"))
    if len(parts) != 4:  # before, the two marks, after
        print("README.md needs one place for a run: <!-- run --> … <!-- /run -->", file=sys.stderr)
        return 2
    before, begin, end, after = parts
    README.write_text(f"{before}{begin}{made}\n{end}{after}", encoding="utf-8")
    for name in PICTURES:
        shutil.copyfile(
            folder / layout.FIGURES / f"{name}.png", ROOT / "docs" / "images" / f"{name}.png"
        )
    (ROOT / "docs" / "example").mkdir(exist_ok=True)
    shutil.copyfile(report, ROOT / "docs" / "example" / "report.html")
    problems = faq_numbers.fill()
    print(made, *problems, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
