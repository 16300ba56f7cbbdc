"""``gilbench fleet``: what cannot be used is one line; a small fleet measures for real."""

import errno
import json
import os
import subprocess
import sys

import pytest

from gilbench import cli
from gilbench.commands.fleet import _terms
from gilbench.model.fleets import Fleet
from gilbench.results.fleet_folder import unwritable

REAL = pytest.mark.slow


def error_of(capsys, *words: str) -> str:
    """The one line of an input error."""
    assert cli.main(["fleet", "run", *words]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    return line


def test_no_scheduler_is_one_line(capsys, tmp_path, monkeypatch):
    """And no folder is made."""
    from gilbench.fleet import cluster

    monkeypatch.setattr(cluster, "CONNECT_LIMIT_S", 0.5)
    line = error_of(capsys, "--scheduler", "tcp://127.0.0.1:9", "--out", str(tmp_path / "out"))
    assert "no scheduler answers at tcp://127.0.0.1:9" in line
    assert "dask scheduler" in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--scheduler", "here"), "is no address of a scheduler"),
        (("--scheduler", "tls://127.0.0.1:9"), "needs TLS"),
        (("--scheduler", "tls://127.0.0.1:9", "--tls-cert", "x"), "TLS needs all three"),
        (
            ("--scheduler", "tls://h:9", "--tls-ca-file", "x", "--tls-cert", "x", "--tls-key", "x"),
            "x cannot be read",
        ),
        (("--local", "1", "--resume", "nowhere"), "is no folder of a fleet"),
        (("--local", "1", "--resume", ".", "--seed", "1"), "leave out --seed"),
        (("--local", "1", "--resume", ".", "--at-once"), "leave out --at-once"),
        (("--local", "1", "--resume", ".", "--seed", "0"), "leave out --seed"),
        (("--local", "1", "--tls-cert", "x"), "leave out the files of TLS"),
        (("--local", "1", "--profile", "quik"), "did you mean 'quick'?"),
        (("--local", "1", "--claim", "A999"), "unknown claim 'A999'"),
    ],
)
def test_what_cannot_be_used_is_one_line(capsys, words, what):
    """With the remedy, before anything is started."""
    assert what in error_of(capsys, *words)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ((), "required: run|worker; see gilbench fleet --help"),
        (("wroker",), "did you mean 'worker'? (choose from: run, worker); see gilbench fleet --"),
        (("--local", "2"), "a command comes before --local (choose from: run, worker)"),
        (("run",), "--scheduler --local is required; see gilbench fleet run --help"),
        (("run", "--local", "0"), "'0' is no number of hosts; give 1 to 32"),
        (("run", "--local", "1000"), "'1000' is no number of hosts; give 1 to 32"),
        (("run", "--local", "1", "--hosts", "x"), "'x' is no number of hosts; give 1 or more"),
        (("run", "--local", "1", "--hosts", "2"), "give --local 2"),
        (("run", "--local", "1", "--patience", "nan"), "'nan' is no number of seconds"),
        (("run", "--local", "1", "--sheduler", "x"), "did you mean '--scheduler'?"),
        (("run", "--local", "1", "--scheduler", "tcp://h:1"), "not allowed with argument --local"),
        (("run", "--scheduler", "ftp://h:1"), "is no address of a scheduler"),
        (("worker",), "required: ADDRESS; see gilbench fleet worker --help"),
        (
            ("worker", "--scheduler", "tcp://h:1"),
            "the address is given without --scheduler: gilbench fleet worker tcp://h:1; see "
            "gilbench fleet worker --help",
        ),
        (("worker", "tcp://h:1", "--nmae", "a"), "did you mean '--name'?"),
        (("worker", "here"), "is no address of a scheduler"),
        (("worker", "tls://h:1"), "needs TLS"),
        (("worker", "tcp://h:1", "--tls-key", "k"), "TLS needs all three"),
    ],
)
def test_every_wrong_use_is_one_line(capsys, words, what):
    """Which names what is right, or the help of that very command."""
    try:
        code = cli.main(["fleet", *words])
    except SystemExit as ended:
        code = ended.code
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert code == 2
    assert what in line


def test_a_worker_gives_up_after_its_patience(capsys, monkeypatch):
    """In one line each: what it waits for, and that it does no longer."""
    from gilbench.fleet import serving

    monkeypatch.setattr(serving, "TRY_S", 0.1)
    assert cli.main(["fleet", "worker", "tcp://127.0.0.1:9", "--patience", "0"]) == 2
    first, last = capsys.readouterr().err.strip().splitlines()
    assert first.startswith("gilbench: waits up to 0 s to join a scheduler at tcp://127.0.0.1:9")
    assert last.startswith("gilbench: no scheduler could be joined at tcp://127.0.0.1:9 for 0 s")


def test_without_dask_the_line_says_what_to_install(capsys, monkeypatch):
    """As where the extra was not installed."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pip install 'gilbench[fleet]'" in error_of(capsys, "--local", "1")


def test_nothing_else_imports_dask():
    """Neither the command line nor a run, its report or its measurement."""
    code = (
        "import sys\n"
        "sys.modules['distributed'] = sys.modules['dask'] = None\n"
        "from gilbench import cli\n"
        "import gilbench.run.pytest_driver, gilbench.report.run_files, gilbench.commands._fleets\n"
        "import gilbench.report.html.fleet_page, gilbench.results.fleet_folder\n"
        "cli.parser()\n"
        "print('gilbench.fleet' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "where",
    [
        "--local 2",
        "--scheduler tls://10.0.0.1:8786 --hosts 3 --tls-ca-file ca --tls-cert own --tls-key key",
    ],
)
def test_a_full_disk_names_the_command_that_resumes(capsys, tmp_path, monkeypatch, where):
    """With where the hosts are, as it was given, and what names code."""
    from gilbench.fleet import measuring

    def full(cluster, address, start, tell, show):
        folder = start.folder()
        raise unwritable(folder, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    monkeypatch.setattr(measuring, "measure_fleet", full)
    words = (*where.split(), "--python", "3.13")
    line = error_of(capsys, *words, "--profile", "quick", "--out", str(tmp_path))
    (folder,) = tmp_path.iterdir()
    assert line == (
        f"gilbench: {folder} cannot be written (No space left on device); make room, then resume "
        f"it: gilbench fleet run {where} --python 3.13 --resume {folder}"
    )


def test_options_that_name_code_are_named_again(capsys, tmp_path):
    """A fleet's folder may come from anybody."""
    fleet = {
        "id": "f",
        "started_utc": "x",
        "ended_utc": None,
        "options": ["--workload", "evil.py:f"],
        "gilbench": "0.1.0",
        "target_code": "x",
    }
    described = fleet | {"at_once": False, "hosts": [], "gaps": [], "resumed": 0, "schema": 1}
    (tmp_path / "fleet.json").write_text(json.dumps(described | {"elapsed_s": 0.0}))
    line = error_of(capsys, "--local", "1", "--resume", str(tmp_path))
    assert "name the same again" in line
    assert "--workload evil.py:f" in line


def test_a_resumed_fleet_is_measured_on_its_own_terms():
    """What was to be at once stays so, without being asked for again."""
    words = ("fleet", "run", "--local", "1", "--resume", "f")
    fleet = Fleet("f", "x", None, ("--profile", "quick"), "0.1.0", "code", at_once=True)
    terms = _terms(cli.parser().parse_args(words), fleet)
    assert (terms.at_once, terms.request.profile) == (True, "quick")


@REAL
def test_a_small_fleet_is_measured_and_every_verb_takes_it(tmp_path, capsys, monkeypatch):
    """Two worker processes behind TLS; every verb takes what they leave."""
    monkeypatch.setenv("GILBENCH_FLEET_DIR", str(tmp_path / "stations"))
    out = tmp_path / "out"
    words = ["--local", "2", "--quiet", "--out", str(out), "--profile", "quick", "--claim", "A1"]
    command = [sys.executable, "-m", "gilbench", "fleet", "run", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=250, check=False)
    assert done.returncode == 0, done.stderr
    (folder,) = out.glob("2*")
    assert {path.name for path in (folder / "hosts").iterdir()} == {"worker-0", "worker-1"}
    assert (folder / "report.html").stat().st_size > 10_000
    assert cli.main(["verify", str(folder)]) == 0
    assert cli.main(["report", str(folder)]) == 0
    assert cli.main(["check", "--baseline", str(folder), str(folder)]) in (0, 3)
    capsys.readouterr()
