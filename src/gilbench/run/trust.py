"""What resuming a run may start: interpreters that this host finds by itself, and no more.

``run.json`` may come from anybody, and names interpreters and files of Python. What the host does
not find without it is started only if the user names it again.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gilbench.measure.targets.interpreters import find_interpreter, installed_interpreters
from gilbench.measure.targets.spec import parse_spec
from gilbench.measure.targets.user_functions import find_user_workload, is_user_function
from gilbench.model import CallArguments, InputError, Run, UserFunction, one_line, user_functions_of


@dataclass(frozen=True)
class NamedAgain:
    """What the user names when resuming a run.

    Attributes:
        pythons: Values of ``--python``.
        workloads: Values of ``--workload``.
        call: With what the functions among these are called.
    """

    pythons: tuple[str, ...] = ()
    workloads: tuple[str, ...] = ()
    call: CallArguments | None = None


@dataclass(frozen=True)
class ForeignCode:
    """Something of a run that the host does not find by itself.

    Attributes:
        option: The option that names it.
        word: The option's value.
        what: What it is, in words.
    """

    option: str
    word: str
    what: str


@dataclass(frozen=True)
class CodePlace:
    """Where the code of a user function is; empty texts for a registered workload.

    Attributes:
        file: The file; "" where the module is imported.
        module: The module; "" where there is a file.
        function: The name in the file or the module, or a statement.
        folder: The folder from which the function may import.
    """

    file: str = ""
    module: str = ""
    function: str = ""
    folder: str = ""


def check_trusted(folder: Path, run: Run, named: NamedAgain) -> None:
    """Check that everything a run would start is found here or named by the user.

    Args:
        folder: The run's folder.
        run: What ``run.json`` says.
        named: What the user named.

    Raises:
        InputError: Something is not, or something is named that the run does not have.
    """
    unused = _unused(run, named)
    if unused is not None:
        raise InputError(
            f"a run is resumed with its original plan; leave out {unused}, "
            "or start a new run without --resume"
        )
    trusted = {find_interpreter(parse_spec(word).interpreter) for word in named.pythons}
    trusted |= {each.spec for each in _functions_of(run) if _is_named(each, named)}
    for foreign in foreign_to(run):
        if foreign.word not in trusted:
            raise InputError(
                f"{folder} would start {foreign.what}, which this host does not find by itself; "
                f"if you trust it, name it again: {resume_command(folder, run)}"
            )


def resume_command(folder: Path, run: Run) -> str:
    """The command that resumes a run, with everything that has to be named again."""
    words = ["gilbench", "run", "--resume", str(folder)]
    for foreign in foreign_to(run):
        words += [foreign.option, foreign.word]
    for function in _functions_of(run)[:1]:  # all have the same
        if function.call is not None:
            words += function.call.options
    return shlex.join(words)


def foreign_to(run: Run) -> Iterator[ForeignCode]:
    """What a run measures and the host does not find by itself."""
    installed = installed_interpreters()
    executables = dict.fromkeys(target.executable for target in run.targets)
    for executable in executables:
        if executable not in installed:
            yield ForeignCode("--python", executable, f"the interpreter {executable}")
    for function in _functions_of(run):
        yield ForeignCode("--workload", function.spec, _code_in_words(function))


def _code_in_words(function: UserFunction) -> str:
    """What a user function would run."""
    call = function.call
    if call is not None and call.statement_setup is not None:
        return one_line(f"the statement {function.spec} after {call.statement_setup or 'nothing'}")
    code = f"code of {function.file or function.module}"
    return f"{code} and of its set-up {call.setup}" if call is not None and call.setup else code


def _functions_of(run: Run) -> list[UserFunction]:
    """The user functions that a run measures, each once."""
    return list(user_functions_of(run.targets).values())


def _is_named(function: UserFunction, named: NamedAgain) -> bool:
    """Whether the user named the same code, and the same arguments for it."""
    place = _saved_place(function)
    if function.call is not None and _named_place(function.spec, function.call) != place:
        return False  # a function that is given arguments is found by its spec
    named_places = {_named_place(word, named.call) for word in named.workloads}
    return function.call == named.call and place in named_places


def _named_place(word: str, call: CallArguments | None) -> CodePlace:
    """Where the code is that ``--workload`` names."""
    if not is_user_function(word, call):
        return CodePlace()
    is_statement = call is not None and call.statement_setup is not None
    workload = find_user_workload(word, call if is_statement else None)
    file, folder = str(workload.file or ""), str(workload.folder)
    return CodePlace(file, workload.module, workload.function, folder)


def _saved_place(function: UserFunction) -> CodePlace:
    """Where the code was when the run began."""
    return CodePlace(function.file or "", function.module, function.function, function.folder)


def _unused(run: Run, named: NamedAgain) -> str | None:
    """The first option that names what the run does not have; None where there is none."""
    executables = {target.executable for target in run.targets}
    for word in named.pythons:
        if find_interpreter(parse_spec(word).interpreter) not in executables:
            return f"--python {word}"
    places = {_saved_place(function) for function in _functions_of(run)}
    for word in named.workloads:
        if _named_place(word, named.call) not in places:
            return f"--workload {word}"
    return None
