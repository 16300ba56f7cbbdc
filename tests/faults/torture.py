"""Gives mutated files to every reader, in this process, and says what went wrong.

    python -m tests.faults.torture --until 200000 --state build/torture.json

Each file follows from its number; a run that is stopped continues at the next number.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import signal
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gilbench.model import InputError
from gilbench.results.chain import CHANGING
from tests.faults.documents import DOCUMENTS, LONGEST_LINE, Document, write_all
from tests.faults.mutations import mutate

MEMORY = Path("/dev/shm")  # noqa: S108 - a disk would be slower; the folder in it has a new name
LIMIT_S = 60  # of one file; a slow host is no hang
THOROUGH = 4  # one file in so many goes to everything that computes with it and shows it
MOST_FINDINGS = 30  # that are kept with their text


class Hang(Exception):
    """A reader did not return."""


@dataclass
class Tally:
    """What came of the files so far."""

    next: int = 0
    refused: int = 0
    accepted: int = 0
    seconds: float = 0.0
    most_mib: int = 0
    by_document: dict[str, int] = field(default_factory=dict)
    findings: list[dict[str, Any]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)


class Torture:
    """Reads mutated files in a separate folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        write_all(root)
        self._original = {each.path: (root / each.path).read_bytes() for each in DOCUMENTS}
        self._shares = [each.share for each in DOCUMENTS]

    def read(self, number: int, *, thorough: bool | None = None) -> tuple[Document, str | None]:
        """Read the file of a number.

        Args:
            number: What the file follows from.
            thorough: Whether to give it to every reader; None for one file in some.

        Returns:
            What it is a mutation of, and the message that refuses it; None if it is accepted.
        """
        chance = random.Random(number)
        (document,) = chance.choices(DOCUMENTS, self._shares)
        path = self.root / document.path
        original = self._original[document.path]
        mutated = mutate(original, chance)
        path.write_bytes(mutated)
        try:
            document.read(path, thorough=number % THOROUGH == 0 if thorough is None else thorough)
        except InputError as error:
            return document, str(error)
        finally:
            path.write_bytes(original)
        if document.digests and _said(mutated) != _said(original):
            raise AssertionError("a change was accepted that its digest should have shown")
        return document, None


def _said(data: bytes) -> Any:
    """What a run's file says, apart from what may change in it and the end of its last line."""
    try:
        described = json.loads(data)
    except ValueError:
        return data.rstrip(b"\n")
    for name in CHANGING:
        described.pop(name, None)
    return described


def torture(tally: Tally, until: int, seconds: float) -> Tally:
    """Read files until a number, or for so many seconds."""
    signal.signal(signal.SIGALRM, _hang)
    end_s = time.monotonic() + seconds
    counts = Counter(tally.by_document)
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        readers = Torture(Path(folder))
        while tally.next < until and time.monotonic() < end_s:
            number, began_s = tally.next, time.monotonic()
            signal.alarm(LIMIT_S)
            try:
                document, refusal = readers.read(number)
                counts[document.name] += 1
                if refusal is None:
                    tally.accepted += 1
                else:
                    tally.refused += 1
                    if not refusal.isprintable() or len(refusal) > LONGEST_LINE:
                        _note(tally, number, f"not one line: {refusal[:200]!r}", "message")
            except Exception as error:
                place = traceback.extract_tb(error.__traceback__)[-1]
                _note(tally, number, traceback.format_exc(), f"{place.filename}:{place.lineno}")
            finally:
                signal.alarm(0)
            tally.next, tally.seconds = number + 1, tally.seconds + time.monotonic() - began_s
    most_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    tally.by_document, tally.most_mib = dict(counts), max(tally.most_mib, most_mib)
    return tally


def _hang(*_: Any) -> None:
    raise Hang(f"no answer within {LIMIT_S} s")


def _note(tally: Tally, number: int, what: str, place: str) -> None:
    tally.places[place] = tally.places.get(place, 0) + 1
    if tally.places[place] == 1 and len(tally.findings) < MOST_FINDINGS:
        tally.findings.append({"number": number, "what": what})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first number")
    parser.add_argument("--until", type=int, default=200_000, help="the number to stop before")
    parser.add_argument("--seconds", type=float, default=3600, help="stop after so many")
    parser.add_argument("--state", type=Path, help="where to continue, and what was found")
    arguments = parser.parse_args()
    tally = Tally(next=arguments.first)
    if arguments.state is not None and arguments.state.exists():
        tally = Tally(**json.loads(arguments.state.read_text()))
    tally = torture(tally, arguments.until, arguments.seconds)
    if arguments.state is not None:
        arguments.state.parent.mkdir(parents=True, exist_ok=True)
        arguments.state.write_text(json.dumps(asdict(tally), indent=2))
    print(
        f"{tally.next - arguments.first:,} files: {tally.refused:,} refused, {tally.accepted:,} accepted, "
        f"{sum(tally.places.values())} findings in {len(tally.places)} places, "
        f"{tally.seconds:.0f} s, {tally.most_mib} MiB"
    )
    for finding in tally.findings:
        print(f"--- file {finding['number']}\n{finding['what']}")
    return 1 if tally.places else 0


if __name__ == "__main__":
    raise SystemExit(main())
