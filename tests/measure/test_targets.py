"""Finding interpreters: by path, by name, by version in pyenv and uv; sizing their tasks."""

import os
import sys
from pathlib import Path
from typing import ClassVar

import pytest
from tests import synthetic

from gilbench.measure import targets
from gilbench.model import InputError


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine that has the interpreters put there and no others; executables that run are not needed to be found."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("PYENV_ROOT", raising=False)

    def put(path):
        executable = tmp_path / path
        executable.parent.mkdir(parents=True, exist_ok=True)
        executable.write_text("#!/bin/sh\n")
        executable.chmod(0o755)
        return str(executable)

    return put


def pyenv(version, root=".pyenv"):
    return f"{root}/versions/{version}/bin/python"


def uv(name):
    return f".local/share/uv/python/{name}/bin/python"


def test_a_path_is_taken_as_it_is(machine, tmp_path, monkeypatch):
    """A path is made absolute, not followed: a virtual environment's python is not its base interpreter's."""
    found = machine("venv/bin/python")
    monkeypatch.chdir(tmp_path)
    assert (
        targets.find("venv/bin/python")
        == targets.find("./venv/bin/python")
        == targets.find("~/venv/bin/python")
        == found
    )


@pytest.mark.parametrize("spec", ["/nowhere/python", "./python", "/"])
def test_a_path_without_an_executable_is_an_input_error(machine, spec):
    """What is not there, or is a folder, is said not to be an interpreter."""
    with pytest.raises(InputError, match=r"no interpreter at .*; give the path of an executable"):
        targets.find(spec)


def test_a_file_that_cannot_be_executed_is_an_input_error(machine):
    """A file without its x bit is no interpreter."""
    path = machine("somewhere/python")
    Path(path).chmod(0o644)
    with pytest.raises(InputError, match="no interpreter at"):
        targets.find(path)


def test_a_name_is_looked_up_on_path(machine):
    """``pypy3`` or ``python3`` mean what the shell would start."""
    expected = machine("bin/python3")
    assert targets.find("python3") == expected
    with pytest.raises(InputError, match="no interpreter called pypy3 on PATH; give its path or a version such as"):
        targets.find("pypy3")


@pytest.mark.parametrize(
    ("spec", "installed", "expected"),
    [
        ("3.13", ["bin/python3.13", pyenv("3.13.1")], "bin/python3.13"),
        ("3.13", [pyenv("3.13.0"), pyenv("3.13.2"), pyenv("3.13.10")], pyenv("3.13.10")),
        ("3.13.0", [pyenv("3.13.0"), pyenv("3.13.2")], pyenv("3.13.0")),
        ("3.1", [pyenv("3.13.0"), pyenv("3.1.4")], pyenv("3.1.4")),
        ("3.13t", [pyenv("3.13.1"), pyenv("3.13.0t")], pyenv("3.13.0t")),
        ("3.13", [pyenv("3.13.1t"), pyenv("3.13.0")], pyenv("3.13.0")),
        ("3.13", [".pyenv/shims/python3.13", pyenv("3.13.0")], pyenv("3.13.0")),
        ("3.12", [uv("cpython-3.12.7-linux-x86_64-gnu")], uv("cpython-3.12.7-linux-x86_64-gnu")),
        (
            "3.14t",
            [uv("cpython-3.14.0+freethreaded-linux-x86_64-gnu")],
            uv("cpython-3.14.0+freethreaded-linux-x86_64-gnu"),
        ),
        (
            "3.14",
            [uv("cpython-3.14.0+freethreaded-linux-x86_64-gnu"), uv("cpython-3.14.0-linux-x86_64-gnu")],
            uv("cpython-3.14.0-linux-x86_64-gnu"),
        ),
    ],
    ids=[
        "path-first",
        "newest",
        "exact",
        "no-prefix",
        "threaded",
        "not-threaded",
        "no-shim",
        "uv",
        "uv-threaded",
        "uv-not-threaded",
    ],
)
def test_a_version_is_found_where_it_is_installed(machine, tmp_path, monkeypatch, spec, installed, expected):
    """On PATH, in pyenv or in uv: the newest that matches, free-threaded where asked for and only there."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{tmp_path / '.pyenv' / 'shims'}")
    for path in installed:
        machine(path)
    assert targets.find(spec) == str(tmp_path / expected)


@pytest.mark.parametrize(
    ("spec", "installed"),
    [("3.13t", [pyenv("3.13.0")]), ("3.12", [pyenv("3.13.0t")]), ("3.11", []), ("3.13.5", [pyenv("3.13.0")])],
)
def test_a_version_that_is_not_installed_is_an_input_error(machine, spec, installed):
    """Another version, or another build of it, does not stand in."""
    for path in installed:
        machine(path)
    with pytest.raises(InputError, match=f"no Python {spec} on PATH, in pyenv or in uv; install it or give its path"):
        targets.find(spec)


def test_pyenv_may_live_elsewhere(machine, tmp_path, monkeypatch):
    """``PYENV_ROOT`` is followed."""
    machine(pyenv("3.13.0", "elsewhere"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "elsewhere"))
    assert targets.find("3.13") == str(tmp_path / pyenv("3.13.0", "elsewhere"))


def test_without_specs_the_target_is_this_interpreter(kit):
    """The default target is what gilbench itself runs on, named by its version and not calibrated yet."""
    (found,), problems = targets.load([], kit)
    assert problems == ()
    assert found.executable == sys.executable and found.sizes == {}
    assert found.id == "{}.{}.{}".format(*sys.version_info) + ("" if found.gil_enabled else "t")


class FakeLaunch:
    """A launch that calibrates as it is told: a size, or a failure, by workload."""

    answers: ClassVar[dict[str, object]] = {}

    def __init__(self, executable, kit, settings):
        pass

    def set_up(self, timeout_s):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def ask(self, op, timeout_s, workload, aim_ns):
        answer = self.answers.get(workload, 512)
        if isinstance(answer, Exception):
            raise answer
        return {"size": answer}


def test_linked_workloads_get_one_size(monkeypatch, tmp_path):
    """A workload that is sized as another does the same amount; those without a size are left alone."""
    monkeypatch.setattr(targets, "Launch", FakeLaunch)
    monkeypatch.setattr(FakeLaunch, "answers", {"sha256-small": 3 << 20})
    found, failures = targets.calibrate(synthetic.make_target(), tmp_path, 1000)
    assert failures == {}
    assert found.sizes["sha256-large"] == found.sizes["sha256-small"] == 3 << 20
    assert "sleep" not in found.sizes


def test_a_workload_that_cannot_be_calibrated_stops_no_other(monkeypatch, tmp_path):
    """It comes back with the reason, and so does what is sized like it; the others have their sizes."""
    monkeypatch.setattr(targets, "Launch", FakeLaunch)
    monkeypatch.setattr(FakeLaunch, "answers", {"sha256-small": targets.MeasurementError("ValueError: no")})
    found, failures = targets.calibrate(synthetic.make_target(), tmp_path, 1000)
    assert set(failures) == {"sha256-small", "sha256-large"}
    assert failures["sha256-small"] == "it could not be calibrated: ValueError: no"
    assert "fnv1a" in found.sizes and not set(found.sizes) & set(failures)
