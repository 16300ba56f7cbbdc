"""Puts a real run into the README and the documentation: its numbers, its pictures and its report, by one command.

``python tools/readme_figures.py RUN`` prints what it wrote; nothing in the README's table is typed by hand.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path

import msgspec

from gilbench.model import InputError, Run, Verdict
from gilbench.results import folder as layout
from gilbench.summary import formatting

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PLACE = re.compile(r"(<!-- run -->\n).*?(<!-- /run -->)", re.DOTALL)
SHOWN = ("A16", "A17", "B2", "B3", "A18", "A20", "B5", "A19", "A3", "B14", "B6", "B7", "B8", "B9", "B11", "B18")
PICTURES = ("speedup", "latency")
LARGEST_BYTES = 3 << 20  # of the example report


def table(run: Run, verdicts: list[Verdict]) -> str:
    """The table of the shown claims on a run's first target, and a line that says where it comes from."""
    target = run.targets[0]
    found = {one.id: one for one in verdicts if one.target == target.id}
    rows = ["| | Claim | Verdict here | Estimate and 95 % confidence interval |", "|---|---|---|---|"]
    for one in (found[claim] for claim in SHOWN if claim in found):
        outcome = f"**{one.verdict.value}**" if one.verdict == "REFUTED" else one.verdict.value
        measured = f"{one.evidence[0].quantity}: {formatting.effect(one.estimate)}" if one.evidence else ""
        rows.append(f"| {one.id} | {one.statement} | {outcome} | {measured} |")
    version = f"{target.description.implementation} {target.description.version}"
    host = f"{run.host.model}, {run.host.usable_cores} cores{', a virtual machine' if run.host.virtualised else ''}"
    counted = ", ".join(
        f"{sum(one.verdict == outcome for one in verdicts)} {outcome.lower()}"
        for outcome in ("PROVED", "REFUTED", "INCONCLUSIVE")
    )
    said = f"*{version} on {host}, profile {run.profile}, {run.started_utc[:10]}: {counted} of {len(verdicts)} claims.*"
    return "\n".join([*rows, "", said])


def main() -> int:
    """The exit code: 2 where the run cannot be used."""
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
        print(f"{folder} is not complete, or its report is larger than {LARGEST_BYTES >> 20} MiB", file=sys.stderr)
        return 2
    verdicts = msgspec.json.decode((folder / layout.VERDICTS).read_bytes(), type=list[Verdict])
    made = table(run, verdicts)
    text, places = PLACE.subn(lambda found: f"{found[1]}{made}\n{found[2]}", README.read_text(encoding="utf-8"))
    if places != 1:
        print("README.md has no place, or several, for a run: <!-- run --> … <!-- /run -->", file=sys.stderr)
        return 2
    README.write_text(text, encoding="utf-8")
    for name in PICTURES:
        shutil.copyfile(folder / layout.FIGURES / f"{name}.png", ROOT / "docs" / "images" / f"{name}.png")
    (ROOT / "docs" / "example").mkdir(exist_ok=True)
    shutil.copyfile(report, ROOT / "docs" / "example" / "report.html")
    print(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
