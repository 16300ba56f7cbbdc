"""Finding interpreters: by path, by name, by version in pyenv and uv; and all that there are."""

import errno
import os
import sys
from pathlib import Path

import pytest

from gilbench.measure.targets import interpreters
from gilbench.model import InputError

FREE_THREADED = "cpython-3.14.0+freethreaded-linux-x86_64-gnu"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine that has the interpreters put there and no others; executables that run are not needed to be found."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("PYENV_ROOT", raising=False)

    def put(path):
        executable = tmp_path / path
        executable.parent.mkdir(parents=True, exist_ok=True)
        threaded = executable.with_name(executable.name + "t")
        if threaded.exists():  # a free-threaded build goes by its plain name too
            executable.hardlink_to(threaded)
        else:
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
        interpreters.find_interpreter("venv/bin/python")
        == interpreters.find_interpreter("./venv/bin/python")
        == interpreters.find_interpreter("~/venv/bin/python")
        == found
    )


@pytest.mark.parametrize("spec", ["/nowhere/python", "./python", "/"])
def test_a_path_without_an_executable_is_an_input_error(machine, spec):
    """What is not there, or is a folder, is said not to be an interpreter."""
    with pytest.raises(InputError, match=r"no interpreter at .*; give the path of an executable"):
        interpreters.find_interpreter(spec)


def test_a_file_that_cannot_be_executed_is_an_input_error(machine):
    """A file without its x bit is no interpreter."""
    path = machine("somewhere/python")
    Path(path).chmod(0o644)
    with pytest.raises(InputError, match="no interpreter at"):
        interpreters.find_interpreter(path)


def test_a_name_is_looked_up_on_path(machine):
    """``pypy3`` or ``python3`` mean what the shell would start."""
    expected = machine("bin/python3")
    assert interpreters.find_interpreter("python3") == expected
    with pytest.raises(
        InputError, match="no interpreter called pypy3 on PATH; give its path or a version such as"
    ):
        interpreters.find_interpreter("pypy3")


@pytest.mark.parametrize(
    ("spec", "installed", "expected"),
    [
        ("3.13", ["bin/python3.13", pyenv("3.13.1")], "bin/python3.13"),
        ("3.13", [pyenv("3.13.0"), pyenv("3.13.2"), pyenv("3.13.10")], pyenv("3.13.10")),
        ("3.13.0", [pyenv("3.13.0"), pyenv("3.13.2")], pyenv("3.13.0")),
        ("3.1", [pyenv("3.13.0"), pyenv("3.1.4")], pyenv("3.1.4")),
        ("3.13t", [pyenv("3.13.1"), pyenv("3.13.0t")], pyenv("3.13.0t")),
        ("3.13", [pyenv("3.13.1t"), pyenv("3.13.0")], pyenv("3.13.0")),
        ("3.14", ["bin/python3.14t", "bin/python3.14", pyenv("3.14.0")], pyenv("3.14.0")),
        ("3.14t", ["bin/python3.14t", "bin/python3.14", pyenv("3.14.0")], "bin/python3.14t"),
        ("3.13", [".pyenv/shims/python3.13", pyenv("3.13.0")], pyenv("3.13.0")),
        ("3.12", [uv("cpython-3.12.7-linux-x86_64-gnu")], uv("cpython-3.12.7-linux-x86_64-gnu")),
        (
            "3.14t",
            [uv("cpython-3.14.0+freethreaded-linux-x86_64-gnu")],
            uv("cpython-3.14.0+freethreaded-linux-x86_64-gnu"),
        ),
        (
            "3.14",
            [
                uv("cpython-3.14.0+freethreaded-linux-x86_64-gnu"),
                uv("cpython-3.14.0-linux-x86_64-gnu"),
            ],
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
        "threaded-by-both-names",
        "asked-for-threaded",
        "no-shim",
        "uv",
        "uv-threaded",
        "uv-not-threaded",
    ],
)
def test_a_version_is_found_where_it_is_installed(
    machine, tmp_path, monkeypatch, spec, installed, expected
):
    """On PATH, in pyenv or in uv: the newest that matches, free-threaded where asked for and only there."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{tmp_path / '.pyenv' / 'shims'}")
    for path in installed:
        machine(path)
    assert interpreters.find_interpreter(spec) == str(tmp_path / expected)


@pytest.mark.parametrize(
    ("spec", "installed"),
    [
        ("3.13t", [pyenv("3.13.0")]),
        ("3.12", [pyenv("3.13.0t")]),
        ("3.11", []),
        ("3.13.5", [pyenv("3.13.0")]),
    ],
)
def test_a_version_that_is_not_installed_is_an_input_error(machine, spec, installed):
    """Another version, or another build of it, does not stand in."""
    for path in installed:
        machine(path)
    with pytest.raises(
        InputError,
        match=f"no Python {spec} on PATH, in pyenv or in uv; install it or give its path",
    ):
        interpreters.find_interpreter(spec)


def test_pyenv_may_live_elsewhere(machine, tmp_path, monkeypatch):
    """``PYENV_ROOT`` is followed."""
    machine(pyenv("3.13.0", "elsewhere"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "elsewhere"))
    assert interpreters.find_interpreter("3.13") == str(tmp_path / pyenv("3.13.0", "elsewhere"))


def test_everywhere_finds_each_interpreter_once(machine, tmp_path, monkeypatch):
    """On PATH, in pyenv and in uv, whatever names each goes by; what is no interpreter, cannot be executed or is a
    shim is none. Virtual environments in the current folder are known, and stand apart."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{tmp_path / '.pyenv' / 'shims'}")
    monkeypatch.chdir(tmp_path / ".." / tmp_path.name)
    machine("bin/python3.14t")
    machine("bin/python3.14")  # the same file
    machine("bin/pypy3.10")
    (tmp_path / "bin" / "python3").symlink_to("python3.14")
    for other in (
        "bin/python3-config",
        "bin/pythonista",
        ".pyenv/shims/python3.13",
        pyenv("3.13.0"),
        uv("cpython-3.12.7-x"),
    ):
        machine(other)
    Path(machine("bin/python3.9")).chmod(0o644)
    base = tmp_path / pyenv("3.13.0")
    environment = tmp_path / ".venv" / "bin" / "python"
    environment.parent.mkdir(parents=True)
    environment.symlink_to(base)
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("")
    expected = [
        "bin/python3.14t",
        "bin/pypy3.10",
        pyenv("3.13.0"),
        uv("cpython-3.12.7-x"),
    ]
    found = interpreters.all_interpreters()
    assert found[0] == sys.executable
    assert sorted(found[1:]) == sorted(str(tmp_path / path) for path in expected)
    assert interpreters.environments_here() == [str(environment)]


@pytest.mark.parametrize("variable", ["PATH", "HOME", "PYENV_ROOT", "UV_PYTHON_INSTALL_DIR"])
def test_a_folder_that_may_not_be_entered_has_no_interpreters(
    machine, tmp_path, monkeypatch, variable
):
    """As the folders of root that are on the PATH of a service, or its home."""
    monkeypatch.setenv(variable, str(tmp_path / "closed"))
    looked_up = Path.glob

    def glob(folder, pattern):
        if tmp_path / "closed" in [folder, *folder.parents]:
            raise PermissionError(errno.EACCES, "Permission denied", str(folder))
        return looked_up(folder, pattern)

    monkeypatch.setattr(Path, "glob", glob)
    assert sys.executable in interpreters.all_interpreters()
    assert interpreters.newest_free_threaded() is None
    with pytest.raises(InputError, match="install it or give its path"):
        interpreters.find_interpreter("3.99")


def test_a_user_without_a_home_finds_what_is_on_path(machine, monkeypatch):
    """Containers run as users of whom the system knows nothing."""
    on_path = machine("bin/python3.13")

    def home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", home)
    assert on_path in interpreters.all_interpreters()
    with pytest.raises(InputError, match="no interpreter at ~nobody-of-that-name/python"):
        interpreters.find_interpreter("~nobody-of-that-name/python")


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ([], None),
        (["bin/python3.13", pyenv("3.13.1")], None),
        (["bin/python3.13t", "bin/python3.14t"], "bin/python3.14t"),
        (["bin/python3.13t", pyenv("3.14.2t")], pyenv("3.14.2t")),
        ([uv(FREE_THREADED), pyenv("3.14.1")], uv(FREE_THREADED)),
    ],
)
def test_the_newest_free_threaded_one_is_found_by_its_name(
    machine, tmp_path, monkeypatch, installed, expected
):
    """On PATH, in pyenv and in uv; none where there are only others."""
    monkeypatch.delenv("UV_PYTHON_INSTALL_DIR", raising=False)
    for path in installed:
        machine(path)
    found = interpreters.newest_free_threaded()
    assert found == (None if expected is None else str(tmp_path / expected))
