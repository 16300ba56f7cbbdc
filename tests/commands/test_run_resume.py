"""``gilbench run --resume``: a run that was killed for real is resumed, and one that cannot be says why in a line."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import msgspec
import pytest

from gilbench import __version__
from gilbench.claims.judging import judge_claims
from gilbench.model import InputError, ItemEnd, LaunchStart, Round, Verdict
from gilbench.plan import profiles
from gilbench.results import folder as layout
from gilbench.results import tables
from gilbench.results.journal import Journal
from gilbench.results.verification import Integrity, verify
from tests import synthetic
from tests.commands.conftest import COMMAND_OF_TORTURE, SOURCES, invoke, one_line
from tests.torture.command import add_profile

ARGUMENTS = ("run", "--profile", "torture", "--claim", "A18", "--seed", "5")
TRIES = 5  # a run may be over before this process has looked at it


@pytest.fixture(scope="module", autouse=True)
def _small_profile():
    """Runs of the smallest profile can be resumed in this process too."""
    kept = dict(profiles.PROFILES)
    add_profile()
    yield
    profiles.PROFILES.clear()
    profiles.PROFILES.update(kept)


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> Path:
    """The results folder of a run that was killed with SIGKILL once it had measured something of its second item."""
    for _ in range(TRIES):
        place = tmp_path_factory.mktemp("killed")
        if _killed_in(place):
            return place / "results"
    raise AssertionError(f"{TRIES} runs were over before they could be killed")


def _killed_in(place: Path) -> bool:
    """Kill a run when it is amid its items; returns whether it was."""
    process = subprocess.Popen(
        [*COMMAND_OF_TORTURE, *ARGUMENTS],
        cwd=place,
        env={**os.environ, **SOURCES},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and process.poll() is None:
        if any(_is_amid(one) for one in place.glob("results/*/rounds.jsonl")):
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    was_killed = process.wait() == -signal.SIGKILL
    (folder,) = (place / "results").glob("2*")
    return was_killed and layout.read_run(folder).status == "running"


def _is_amid(journal: Path) -> bool:
    """Whether one item has its end and a second has a round."""
    after = journal.read_bytes().partition(b'"type":"end"')[2]
    return b'"type":"round"' in after


@pytest.fixture
def copy(killed, tmp_path) -> Path:
    """A copy of the killed run, in the folder where ``gilbench`` runs."""
    shutil.copytree(killed, tmp_path / "results", symlinks=True)
    (folder,) = (tmp_path / "results").glob("2*")
    return folder


def test_a_killed_run_can_be_resumed(in_process, copy):
    """Whole launches stay as they were, the rest is measured by the same plan and sizes, and nothing is doubled; the
    verdicts are those of the journal, and every file of a run is there."""
    before, as_it_was = layout.read_records(copy), layout.read_run(copy)
    assert as_it_was.status == "running"
    words = ("run", "--resume", copy.name, "--json", "--quiet")
    done = invoke(copy.parent.parent, *words, command=COMMAND_OF_TORTURE, **SOURCES)
    assert done.returncode == 0, done.stderr
    run, records = layout.read_run(copy), layout.read_records(copy)
    (resumption,) = run.resumed
    assert (
        msgspec.structs.replace(
            as_it_was,
            status="complete",
            ended_utc=run.ended_utc,
            resumed=run.resumed,
            seal=run.seal,
        )
        == run
    )
    kept = len(before) - resumption.dropped
    assert 0 < kept < len(records)
    assert records[:kept] == before[:kept]
    ends = [one.item for one in records if isinstance(one, ItemEnd)]
    assert sorted(ends) == sorted(planned.item.id for planned in run.plan)
    starts = [(one.item, one.launch) for one in records if isinstance(one, LaunchStart)]
    assert len(starts) == len(set(starts))
    began = [one.began_s for one in records if isinstance(one, Round | LaunchStart)]
    assert began == sorted(began)
    times = [one.t_s for one in layout.read_cores(copy)]
    assert times == sorted(times) and times[-1] > resumption.at_s
    assert msgspec.json.decode(done.stdout, type=list[Verdict]) == list(
        judge_claims(tables.load(copy))
    )
    measured = {
        one["extra_info"]["gilbench_item"]
        for one in json.loads((copy / "benchmark.json").read_text())["benchmarks"]
    }
    assert measured == set(ends)
    assert verify(copy).outcome == Integrity.WHOLE
    assert "resumed at" in (copy / "summary.md").read_text()
    assert "resumed at" in (copy / "report.html").read_text()
    assert (copy.parent / "latest").resolve() == copy.resolve()
    again = in_process("run", "--resume", str(copy))
    assert again.returncode == 2 and "is complete" in one_line(again)


def changed(copy: Path, records=None, **changes) -> None:
    """Write a run again as if it had begun otherwise, with digests that fit."""
    run = msgspec.structs.replace(layout.read_run(copy), **changes)
    records = records or layout.read_records(copy)
    (copy / "rounds.jsonl").unlink()
    with Journal(copy) as journal:
        journal.write_run(run)
        for record in records:
            journal.add(record)


def _other_version(copy: Path) -> None:
    changed(copy, gilbench="0.0.1")


def _other_code(copy: Path) -> None:
    changed(copy, target_code="0123456789ab")


def _other_host(copy: Path) -> None:
    changed(copy, host=synthetic.make_host(cores=64))


def _other_interpreter(copy: Path) -> None:
    (target,) = layout.read_run(copy).targets
    described = msgspec.structs.replace(target.description, version="3.8.0")
    changed(copy, targets=(msgspec.structs.replace(target, description=described),))


def _no_interpreter(copy: Path) -> None:
    (target,) = layout.read_run(copy).targets
    changed(copy, targets=(msgspec.structs.replace(target, executable="/no/such/python"),))


def _other_schema(copy: Path) -> None:
    path = copy / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": 99}))


def _damaged(copy: Path) -> None:
    path = copy / "rounds.jsonl"
    first, *rest = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([first, b"{\n", *rest]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_other_version, f"gilbench was 0.0.1 and is {__version__}"),
        (_other_code, "the code that launches run was 0123456789ab and is "),
        (_other_host, "the host was processor Synthetic 1, logical cores 64, "),
        (_other_interpreter, "version of"),
        (
            _no_interpreter,
            "would start the interpreter /no/such/python, which this host does not find",
        ),
        (_other_schema, "has schema 99"),
        (_damaged, "rounds.jsonl:2 is damaged"),
    ],
)
def test_a_run_that_would_not_be_the_same_is_refused(copy, change, words):
    """One line says what differs, and the folder is left as it was."""
    from gilbench.run.interrupted_run import open_interrupted
    from gilbench.run.resume import ResumedStart

    change(copy)
    before = {path.name: path.read_bytes() for path in copy.iterdir() if path.is_file()}
    with pytest.raises(InputError) as caught:
        ResumedStart(open_interrupted(copy))
    assert words in str(caught.value) and "\n" not in str(caught.value)
    Journal(copy).close()  # which another process, or a second attempt, may open again
    assert {path.name: path.read_bytes() for path in copy.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("--resume", "nowhere"), "gilbench run"),
        (("--resume", "RUN", "--profile", "quick"), "leave out --profile"),
        (("--resume", "RUN", "--workload", "http"), "leave out --workload"),
    ],
)
def test_what_cannot_be_asked_of_a_resumed_run(in_process, copy, arguments, remedy):
    """A run is resumed with its original plan, and only one that is there."""
    done = in_process("run", *(copy.name if one == "RUN" else one for one in arguments))
    assert done.returncode == 2 and remedy in one_line(done)


def test_a_run_that_is_still_measured_is_left_alone(in_process, copy):
    """Its journal is locked by the process that measures, and free once that is gone."""
    with Journal(copy):
        done = in_process("run", "--resume", copy.name)
    assert done.returncode == 2 and "by another process" in one_line(done)


@pytest.mark.usefixtures("no_figures")
def test_a_run_killed_after_its_last_record_is_only_closed(in_process, copy):
    """Nothing is left to measure: the run becomes complete, with what it has."""
    run = layout.read_run(copy)
    records = layout.read_records(copy)
    while not isinstance(records[-1], ItemEnd):
        records.pop()
    ended = {one.item for one in records if isinstance(one, ItemEnd)}
    plan = tuple(planned for planned in run.plan if planned.item.id in ended)
    changed(copy, [one for one in records if one.item in ended], plan=plan)
    done = in_process("run", "--resume", copy.name, "--quiet")
    assert done.returncode == 0, done.stderr
    assert layout.read_run(copy).status == "complete"
    assert (copy / "report.html").is_file()
