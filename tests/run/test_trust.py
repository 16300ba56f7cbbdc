"""What a run that is resumed would start: what the host finds by itself, or the user names again."""

import os
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests import synthetic

from gilbench.model import CallArguments, InputError, UserFunction
from gilbench.run.trust import NamedAgain, check_trusted, resume_command

FOLDER = Path("results/run")


def run_of(executable=sys.executable, functions=()):
    """A run that was measured with an interpreter, and with functions of the user."""
    target = synthetic.make_target()
    plain = target.description.workloads[0]
    own = tuple(
        replace(plain, name=f"own-{number}", own=function)
        for number, function in enumerate(functions)
    )
    description = replace(target.description, workloads=(*target.description.workloads, *own))
    target = replace(target, executable=str(executable), description=description)
    return synthetic.make_run(targets=(target,))


def function_of(file: Path, function: str = "work") -> UserFunction:
    return UserFunction(
        spec=f"{file}:{function}",
        file=str(file),
        sha256="0" * 64,
        module="",
        function=function,
        folder=str(file.parent),
        cpu_share=1.0,
        asynchronous=False,
    )


@pytest.fixture
def foreign(tmp_path) -> Path:
    """A program that nobody would find on PATH."""
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    return program


def test_the_interpreter_that_runs_gilbench_is_trusted():
    """As are those on PATH: nothing has to be named."""
    check_trusted(FOLDER, run_of(), NamedAgain())
    assert resume_command(FOLDER, run_of()) == "gilbench run --resume results/run"


def test_an_interpreter_of_the_run_alone_is_not_started(foreign):
    """The line says how it would be named, and with that it is started."""
    run = run_of(foreign)
    with pytest.raises(InputError, match="does not find by itself") as caught:
        check_trusted(FOLDER, run, NamedAgain())
    assert f"gilbench run --resume results/run --python {foreign}" in str(caught.value)
    assert "\n" not in str(caught.value)
    check_trusted(FOLDER, run, NamedAgain(pythons=(str(foreign),)))


def test_an_environment_in_the_current_folder_is_not_trusted(foreign, tmp_path, monkeypatch):
    """It may have come with the run."""
    environment = tmp_path / "env"
    (environment / "bin").mkdir(parents=True)
    (environment / "pyvenv.cfg").touch()
    python = Path(foreign.rename(environment / "bin" / "python"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="does not find by itself"):
        check_trusted(FOLDER, run_of(python), NamedAgain())


def test_an_interpreter_on_the_path_is_trusted(foreign, monkeypatch):
    """It is what `gilbench list targets` would find."""
    monkeypatch.setenv("PATH", f"{foreign.parent}{os.pathsep}{os.environ['PATH']}")
    check_trusted(FOLDER, run_of(foreign), NamedAgain())


def test_code_that_only_the_run_names_is_not_run(tmp_path):
    """Whatever digest the run gives for the file."""
    file = tmp_path / "own.py"
    file.write_text("def work(): pass\n")
    run = run_of(functions=[function_of(file)])
    with pytest.raises(InputError, match=r"would start code of .*own\.py"):
        check_trusted(FOLDER, run, NamedAgain())
    check_trusted(FOLDER, run, NamedAgain(workloads=(f"{file}:work",)))


def test_code_that_makes_arguments_is_named_too(tmp_path):
    """``--setup`` names a function that is run, and arguments may make a function do anything."""
    file = tmp_path / "own.py"
    file.write_text("def work(n): pass\n")
    call = CallArguments(args="[1]", setup="other.py:make")
    run = run_of(functions=[replace(function_of(file), call=call)])
    word = f"{file}:work"
    for other in (None, CallArguments(args="[2]", setup="other.py:make"), CallArguments("[1]")):
        with pytest.raises(InputError, match="would start code of") as caught:
            check_trusted(FOLDER, run, NamedAgain(workloads=(word,), call=other))
    assert f"--workload {word} --args '[1]' --kwargs '{{}}' --setup other.py:make" in str(
        caught.value
    )
    check_trusted(FOLDER, run, NamedAgain(workloads=(word,), call=call))


def test_a_statement_is_named_with_its_set_up(tmp_path, monkeypatch):
    """Both are code, and neither is run for another one."""
    monkeypatch.chdir(tmp_path)
    call = CallArguments(statement_setup="import os")
    statement = replace(
        function_of(tmp_path / "own.py"), spec="os.abort()\n", function="os.abort()\n", file=None
    )
    run = run_of(functions=[replace(statement, call=call)])
    with pytest.raises(
        InputError, match=r"start the statement os.abort.. +after import os"
    ) as caught:
        check_trusted(FOLDER, run, NamedAgain())
    assert "--workload 'os.abort()" in str(caught.value) and "-s 'import os'" in str(caught.value)
    for word, setup in (("os.abort()\n", "x = 1"), ("os.getpid()", "import os")):
        with pytest.raises(InputError):
            check_trusted(
                FOLDER, run, NamedAgain((), (word,), CallArguments(statement_setup=setup))
            )
    check_trusted(FOLDER, run, NamedAgain((), ("os.abort()\n",), call))


def test_another_function_is_not_the_one_of_the_run(tmp_path):
    """Naming one file does not trust another."""
    for name in ("own.py", "other.py"):
        (tmp_path / name).write_text("def work(): pass\n")
    run = run_of(functions=[function_of(tmp_path / "own.py")])
    for named in (f"{tmp_path / 'other.py'}:work", f"{tmp_path / 'own.py'}:rest", "http"):
        with pytest.raises(InputError, match="leave out --workload"):
            check_trusted(FOLDER, run, NamedAgain(workloads=(named,)))


def test_an_interpreter_that_the_run_does_not_have_is_refused(foreign):
    """A resumed run measures no further interpreter."""
    with pytest.raises(InputError, match="leave out --python"):
        check_trusted(FOLDER, run_of(), NamedAgain(pythons=(str(foreign),)))
