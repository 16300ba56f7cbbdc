"""Kills of the command, its launches, workers, servers and warden, at random moments of small real runs."""

import contextlib
import functools
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from gilbench.model import Failure, ItemEnd, LaunchLost, LaunchStart, Record
from gilbench.results import folder as layout
from tests.torture import RECORD, Entry, Trial, code
from tests.torture.disturbed import PATIENCE_S, Disturbed

SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
LEFT_AFTER_S = 5.0
INTERRUPTED = 130
RUNS = {
    "probes": ("--claim", "A10", "--claim", "A14"),
    "workers": ("--workload", "fnv1a", "--strategy", "process", "--workers", "2"),
    "server": ("--workload", "socket", "--strategy", "thread", "--workers", "2"),
}
RUNS_OF = {"worker": ["workers"], "server": ["server"], "launch": ["probes", "workers", "server"]}
VICTIMS = (
    ["parent"] * 8 + ["parent and warden"] * 2 + ["launch"] * 4 + ["worker"] * 4 + ["server"] * 2
)
# Until the command's first line has run, signals do what Python's start has them do.
NOT_STARTED = ("before the command began",)


def run(random: Random, place: Path) -> Trial:
    """One kill, what it left, and the run resumed."""
    disturbed = Disturbed(place)
    try:
        return _disturb(random, disturbed)
    finally:
        disturbed.end()


def _disturb(random: Random, disturbed: Disturbed) -> Trial:
    victim, number = random.choice(VICTIMS), random.choice(SIGNALS)
    kind = random.choice(RUNS_OF.get(victim, list(RUNS)))
    began_s = time.monotonic()
    process = disturbed.start(
        "run", "--profile", "torture", *RUNS[kind], "--quiet", "--json", "--out", "results"
    )
    when = (_moment if victim.startswith("parent") else _encounter)(
        random, disturbed, victim, process
    )
    killed = _kill(disturbed, victim, number, process)
    at_s = time.monotonic() - began_s
    try:
        code = process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return Trial(
            f"{victim} {number.name}",
            (f"{kind}: the command did not end within {PATIENCE_S:.0f} s",),
        )
    did = f"{victim} {number.name}, {kind} {when} at {at_s:.2f} s: exit code {code}"
    if not killed:
        did = f"{victim} gone before, {kind} {when}"
    wrong = _after(disturbed, victim, number, code, killed=killed)
    wrong += _next(disturbed, kind)
    return Trial(did, tuple(wrong))


def _moment(
    random: Random, disturbed: Disturbed, victim: str, process: subprocess.Popen[str]
) -> str:
    """Wait for a moment of the command's life; returns it in words."""
    phase = random.choice(["start", "start", "imports", "journal", "journal", "report"])
    if phase == "start":
        time.sleep(random.uniform(0, 0.25))
    elif phase == "imports":
        time.sleep(random.uniform(0, 3))
    elif phase == "journal":
        lines = random.randint(0, 14)
        until(
            process,
            lambda: any(text.count(b"\n") >= lines for text in _read(disturbed, layout.ROUNDS)),
        )
        time.sleep(random.uniform(0, 0.1))
    else:
        until(
            process,
            lambda: any(b'"status": "complete"' in text for text in _read(disturbed, layout.RUN)),
        )
        time.sleep(random.uniform(0, 1))
    return phase


def _encounter(
    random: Random, disturbed: Disturbed, victim: str, process: subprocess.Popen[str]
) -> str:
    """Wait until a victim lives, and a moment longer."""
    until(process, lambda: any(disturbed.victims(victim, process.pid)))
    time.sleep(random.uniform(0, 0.5))
    until(process, lambda: any(disturbed.victims(victim, process.pid)))
    return "met"


def _read(disturbed: Disturbed, name: str) -> list[bytes]:
    texts = []
    for folder in disturbed.folders:
        with contextlib.suppress(OSError):
            texts.append((folder / name).read_bytes())
    return texts


def until(process: subprocess.Popen[str], condition: Callable[[], bool]) -> None:
    """Wait for a condition, as long as the command lives."""
    while process.poll() is None and not condition():
        time.sleep(0.002)


def _kill(
    disturbed: Disturbed, victim: str, number: signal.Signals, process: subprocess.Popen[str]
) -> bool:
    """Send the signal; returns whether there was anybody to get it."""
    if victim in ("parent", "parent and warden"):
        if victim == "parent and warden":
            for warden in disturbed.victims("warden", process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(warden, signal.SIGKILL)
        is_there = process.poll() is None
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGINT and victim == "parent":  # as Ctrl-C has it
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
        return is_there
    for pid in disturbed.victims(victim, process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
            return True
    return False


def _after(
    disturbed: Disturbed, victim: str, number: signal.Signals, code: int, *, killed: bool
) -> list[str]:
    """What is wrong right after the command has ended."""
    wrong = []
    told = disturbed.told
    hit = killed and victim.startswith("parent")
    by_python = hit and code in (1, -number)  # it ends so while it starts itself
    not_started = by_python and not disturbed.folders and "gilbench" not in told
    if "Traceback" in told and not not_started:
        wrong.append(f"a traceback: {told[-600:]!r}")
    expected = {0}
    if hit:
        expected = {0, -number} if number == signal.SIGKILL else {0, INTERRUPTED}
    if code not in expected and not not_started:
        wrong.append(f"exit code {code}: {told[-300:]!r}")
    if code == INTERRUPTED:
        for folder in disturbed.folders:
            if (
                f"--resume results/{folder.name}" not in told
                and f"report results/{folder.name}" not in told
            ):
                wrong.append(f"it did not say how to go on: {told[-300:]!r}")
    was_swept = not (hit and number == signal.SIGKILL) and victim != "parent and warden"
    end_s = time.monotonic() + LEFT_AFTER_S
    while time.monotonic() < end_s and _left(disturbed, everything=was_swept):
        time.sleep(0.05)
    wrong += [
        f"left after {LEFT_AFTER_S:.0f} s: {what}"
        for what in _left(disturbed, everything=was_swept)
    ]
    if was_swept:
        wrong += _unreadable(disturbed)
    if not victim.startswith("parent") and killed and code == 0:
        records = [record for folder in disturbed.folders for record in layout.read_records(folder)]
        wrong += [f"an item failed: {one.message}" for one in records if isinstance(one, Failure)]
    return wrong


def _left(disturbed: Disturbed, *, everything: bool) -> list[str]:
    """What is left: processes that a living warden ends; folders only where the command could remove them."""
    return [what for what in disturbed.leftovers() if everything or what.startswith("process")]


def _unreadable(disturbed: Disturbed) -> list[str]:
    """Folders that are no runs, and more of them than there were runs."""
    wrong = [
        f"{folder.name} has no run.json"
        for folder in disturbed.folders
        if not (folder / layout.RUN).is_file()
    ]
    if len(disturbed.folders) > 1:
        wrong.append(f"{len(disturbed.folders)} folders of one run")
    return wrong


def _next(disturbed: Disturbed, kind: str) -> list[str]:
    """Give the next command, which sweeps up and resumes; returns what is wrong after it."""
    runs = [folder for folder in disturbed.folders if (folder / layout.RUN).is_file()]
    if not runs:
        disturbed.finish("list", "workloads")
        return _swept(disturbed)
    folder = runs[0]
    before = layout.read_records(folder)
    was_complete = layout.read_run(folder).status == "complete"
    words = (
        ("report", str(folder), "--json")
        if was_complete
        else ("run", "--resume", str(folder), "--quiet", "--json")
    )
    code = disturbed.finish(*words)
    wrong = _swept(disturbed)
    if code not in (0, 2) or (code == 2 and not _failed(folder)):
        return [*wrong, f"{words[0]} ended with {code}: {disturbed.told[-400:]!r}"]
    after = layout.read_records(folder)
    whole = _whole_launches(before)
    if after[: len(whole)] != whole:
        wrong.append(f"of {len(whole)} records of whole launches not all were kept")
    if layout.read_run(folder).status != "complete":
        wrong.append("the resumed run is not complete")
    if (folder.parent / layout.LATEST).resolve() != folder.resolve():
        wrong.append("latest does not lead to it")
    wrong += _verdicts_differ(json.loads((folder / layout.VERDICTS).read_text()), kind)
    return wrong


def _failed(folder: Path) -> bool:
    return any(isinstance(record, Failure) for record in layout.read_records(folder))


def _swept(disturbed: Disturbed) -> list[str]:
    end_s = time.monotonic() + LEFT_AFTER_S
    while time.monotonic() < end_s and disturbed.leftovers():
        time.sleep(0.05)
    wrong = [f"left by the next command: {what}" for what in disturbed.leftovers()]
    return wrong + _unreadable(disturbed)


def _whole_launches(records: list[Record]) -> list[Record]:
    """The records up to the start of the latest launch, which may not have been over; all where an item's end follows."""
    for place in range(len(records) - 1, -1, -1):
        if isinstance(records[place], ItemEnd | Failure | LaunchLost):
            return records[: place + 1]
        if isinstance(records[place], LaunchStart):
            return records[:place]
    return []


@functools.cache
def _undisturbed(kind: str) -> dict[str, str]:
    """The verdicts of a run that nobody disturbed, by claim; kept with the record for the same commit."""
    commit = code()
    kept = RECORD / f"undisturbed-{kind}-{commit}.json"
    if not kept.exists():
        with tempfile.TemporaryDirectory(prefix="torture-") as place:
            run_ = Disturbed(Path(place))
            run_.finish(
                "run", "--profile", "torture", *RUNS[kind], "--quiet", "--json", "--out", "results"
            )
            verdicts = (run_.place / "stdout").read_text()
        if not RECORD.is_dir() or commit.endswith("+"):
            return _outcomes(json.loads(verdicts))
        kept.write_text(verdicts)
    return _outcomes(json.loads(kept.read_text()))


def _outcomes(verdicts: list[dict]) -> dict[str, str]:
    return {verdict["id"]: verdict["verdict"] for verdict in verdicts}


def _verdicts_differ(verdicts: list[dict], kind: str) -> list[str]:
    """Where verdicts are not those of an undisturbed run. Those about speed depend on the host; which there are does not."""
    undisturbed, now = _undisturbed(kind), _outcomes(verdicts)
    if kind != "probes":
        undisturbed, now = dict.fromkeys(undisturbed, ""), dict.fromkeys(now, "")
    return (
        [] if undisturbed == now else [f"verdicts {now} where an undisturbed run has {undisturbed}"]
    )


ENTRY = Entry("kills", 320, run, short=(4, 6, 8, 12, 13))
