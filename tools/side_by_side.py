"""Every claim on several interpreters in one run, in pieces of a few minutes, and what its page says of it.

``python tools/side_by_side.py measure OUT --python 3.8 --python 3.14t --minutes 11`` starts a run in OUT, or resumes the one
that is there, and interrupts it when the minutes are over; the last piece ends it. ``... page OUT`` keeps its journal,
compressed, in ``docs/facts/runs`` and puts its table into ``docs/measurements/claims-side-by-side.md``.
"""

from __future__ import annotations

import argparse
import gzip
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from gilbench.claims.judging import judge_claims
from gilbench.claims.registry import all_claims
from gilbench.model import InputError, Label, Run, Verdict
from gilbench.results import folder as layout
from gilbench.results import tables
from gilbench.results.chain import Chain, start_of
from gilbench.summary import formatting

ROOT = Path(__file__).parents[1]
JOURNALS = ROOT / "docs" / "facts" / "runs"
PAGE = ROOT / "docs" / "measurements" / "claims-side-by-side.md"
OPENING, CLOSING = "<!-- run -->", "<!-- /run -->"  # what the page has between them is replaced
INTERRUPTED = 130
UNFINISHED, FINISHED = 3, 0  # exit codes of ``measure``
PATIENCE_S = 120.0  # for an interrupted run to close its files and write what there is
OPEN = (Label.INCONCLUSIVE, Label.VOID)


def run_of(out: Path) -> Path | None:
    """The one run in a folder; None where there is none yet."""
    runs = sorted(path.parent for path in out.glob("*/run.json"))
    return runs[-1] if runs else None


def command_of(out: Path, pythons: Sequence[str], profile: str) -> list[str]:
    """The command that starts the run of a folder, or resumes it; the targets are named either way."""
    begun = run_of(out)
    named = [f"--python={python}" for python in pythons]
    claims = [f"--claim={claim.id}" for claim in all_claims()]  # and no survey of further cases
    start = ["--profile", profile, "--out", str(out), *claims]
    own = start if begun is None else ["--resume", str(begun)]
    return [sys.executable, "-m", "gilbench", "run", "--quiet", *own, *named]


def measure(out: Path, pythons: Sequence[str], profile: str, minutes: float) -> int:
    """Measure for so many minutes; 0 where the run is complete, 3 where it is to be resumed."""
    out.mkdir(parents=True, exist_ok=True)
    begun = run_of(out)
    if begun is not None and layout.read_run(begun).status == "complete":
        print(f"{begun} is complete")
        return FINISHED
    measuring = subprocess.Popen(command_of(out, pythons, profile), stdout=subprocess.DEVNULL)
    try:
        code = measuring.wait(60 * minutes)
    except subprocess.TimeoutExpired:
        measuring.send_signal(signal.SIGINT)
        code = measuring.wait(PATIENCE_S)
    if code == INTERRUPTED:
        print("interrupted: call it again, and the run continues")
        return UNFINISHED
    return FINISHED if code in (0, 3) else code


def keep(run: Path) -> Path:
    """Pack a run's journal, which is read whole first; equal runs are equal files.

    Interpreters keep their names and lose the folders that they stood in, so the digests are made
    again. The timeline of the cores is left out, and with it the seal of both.
    """
    described = layout.read_run(run)
    text = (run / layout.RUN).read_text(encoding="utf-8")
    for target in described.targets:
        for executable in (target.executable, target.description.executable):
            text = text.replace(f"{Path(executable).parent}/", "")
    run_json = msgspec.json.format(msgspec.json.encode({**msgspec.json.decode(text), "seal": None}))
    kept = JOURNALS / run.name
    kept.mkdir(parents=True, exist_ok=True)
    rounds = b"".join(line + b"\n" for line in linked_again(run, described, run_json))
    for name, data in ((layout.RUN, run_json), (layout.ROUNDS, rounds)):
        (kept / f"{name}.gz").write_bytes(gzip.compress(data, mtime=0))
    return kept


def linked_again(run: Path, described: Run, run_json: bytes) -> Iterator[bytes]:
    """The lines of a run's journal, checked, with digests that follow another ``run.json``."""
    written = layout.journal_chain(run, described)
    chain = Chain(start_of(run_json))
    for line in (run / layout.ROUNDS).read_bytes().splitlines():
        yield line if written is None else chain.link(written.unlink(line))


def unpack(kept: Path, into: Path) -> Path:
    """A kept run as an ordinary folder."""
    folder = into / kept.name
    folder.mkdir()
    for name in (layout.RUN, layout.ROUNDS):
        (folder / name).write_bytes(gzip.decompress((kept / f"{name}.gz").read_bytes()))
    (
        folder / layout.CORES
    ).touch()  # the timeline of the cores is large, and no verdict rests on it
    return folder


def verdicts_of(kept: Path) -> tuple[Run, list[Verdict]]:
    """What a kept run says by the claims as they are now."""
    with tempfile.TemporaryDirectory() as into:
        loaded = tables.load(unpack(kept, Path(into)))
    return loaded.run, judge_claims(loaded)


def cell(verdict: Verdict | None) -> str:
    """The label and the effect; ≠ where it is against expectation."""
    if verdict is None or verdict.label == Label.NOT_APPLICABLE:
        return "–"
    mark = " ≠" if verdict.as_expected is False else ""
    if verdict.label in OPEN:
        return f"open {formatting.effect(verdict.estimate)}"
    return f"{verdict.label}{mark} {formatting.effect(verdict.estimate)}"


def table_of(run: Run, verdicts: Sequence[Verdict]) -> str:
    """A row for each claim and a column for each target, then what is against expectation or open."""
    targets = [target.id for target in run.targets]
    by_claim: dict[str, dict[str, Verdict]] = {}
    for verdict in verdicts:
        by_claim.setdefault(verdict.id, {})[verdict.target] = verdict
    statements = {claim.id: claim.statement for claim in all_claims()}
    host = f"{run.host.model}, {run.host.usable_cores} cores"
    lines = [
        "## Every claim in one run",
        "",
        f"{host}, profile {run.profile}, begun {run.started_utc[:16].replace('T', ' ')} UTC, "
        f"{run.status}; launches of all targets take turns. Made by `tools/side_by_side.py` from "
        "the journal in `docs/facts/runs`. ≠ marks what is against expectation, – what does not "
        "apply.",
        "",
        f"| claim | {' | '.join(targets)} |",
        f"|---|{'---|' * len(targets)}",
    ]
    for claim, of_targets in by_claim.items():
        cells = " | ".join(cell(of_targets.get(target)) for target in targets)
        lines.append(f"| {claim} {statements.get(claim, '')} | {cells} |")
    for heading, chosen in (
        ("Against expectation", [one for one in verdicts if one.as_expected is False]),
        ("Open", [one for one in verdicts if one.label in OPEN]),
    ):
        lines += ["", f"### {heading}", ""]
        lines += [f"- {one.id} on {one.target}: {one.reason}." for one in chosen] or ["None."]
    return "\n".join(lines) + "\n"


def put_into_page(table: str) -> None:
    """Replace what the page has of the run before."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(OPENING)
    _, _, after = rest.partition(CLOSING)
    PAGE.write_text(f"{before}{OPENING}\n{table}{CLOSING}{after}", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure a piece or write the page; exit code 2 where a run cannot be used."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    measuring = verbs.add_parser("measure")
    measuring.add_argument("out", type=Path)
    measuring.add_argument("--python", action="append", required=True)
    measuring.add_argument("--profile", default="standard")
    measuring.add_argument("--minutes", type=float, default=11.0)
    writing = verbs.add_parser("page")
    writing.add_argument("out", type=Path)
    parsed = parser.parse_args(arguments)
    try:
        if parsed.verb == "measure":
            return measure(parsed.out, parsed.python, parsed.profile, parsed.minutes)
        run = run_of(parsed.out)
        if run is None:
            raise InputError(f"there is no run in {parsed.out}: measure first")
        put_into_page(table_of(*verdicts_of(keep(run))))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{PAGE.relative_to(ROOT)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
