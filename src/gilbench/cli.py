"""The command line: parses it, runs the verb and turns the outcome into an exit code.

What cannot be used becomes one line. A verb is imported when it is called, and what is heavy when
the verb needs it.
"""

from __future__ import annotations

import argparse
import errno
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from gilbench import __version__
from gilbench.commands._arguments import CHECKS, DEFAULT_OUT, verbs_of
from gilbench.commands._exit_codes import INTERRUPTED, OK, UNUSABLE
from gilbench.commands._streams import abandon, open_streams, say
from gilbench.measure.interrupts import INTERRUPTS

# The files of ``commands``, in the order of the help; the last one has to know all others.
VERBS = (
    *("run", "fleet", "advise", "report", "show", "check", "calibrate", "compare", "export"),
    *("trend", "verify", "list", "explain", "doctor"),
)
COMPLETION = "completion"
STDOUT = 1
OUT_OF_MEMORY = (
    "there is not enough memory; end other programs, or raise the limit of this one: ulimit -v"
)
LACKS_OF_MEMORY = ("failed to map segment", "can't start new thread")
INTRODUCTION = """\
gilbench settles, on this machine and with evidence, what the GIL costs.

  gilbench run --profile quick      measure for a minute, and write a report
  gilbench advise FILE.py:FUNCTION  does it hold the GIL, and how to run it?
  gilbench check --against TARGET   is this Python slower than another one?

gilbench: no command given; see gilbench --help
"""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line that names the remedy."""

    def error(self, message: str) -> NoReturn:
        """Exit with the contract's code for unusable input."""
        self.exit(UNUSABLE, f"gilbench: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb.

    Args:
        argv: The words after ``gilbench``; None takes them from the process.

    Returns:
        The exit code of the contract.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    before = INTERRUPTS.install()
    try:
        open_streams()
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has gone, as in `gilbench list | head`
        abandon(STDOUT)
        return OK
    except KeyboardInterrupt:
        say("gilbench: interrupted")
        return INTERRUPTED
    except OSError as error:
        say(f"gilbench: {_reason(error)}")
        abandon(STDOUT)
        # A terminal that hangs up interrupts, and then nothing can be printed any more.
        return INTERRUPTED if INTERRUPTS.has_come else UNUSABLE
    except Exception as error:
        if _is_lack_of_memory(error):
            say(f"gilbench: {OUT_OF_MEMORY}")
            return UNUSABLE
        if not INTERRUPTS.caused(error):
            raise
        say(f"gilbench: interrupted ({type(error).__name__}: {error})")
        return INTERRUPTED
    finally:
        INTERRUPTS.restore(before)
    return code


def _run(words: Sequence[str]) -> int:
    """Run the verb that the words begin with; returns its exit code."""
    if not words:
        sys.stderr.write(INTRODUCTION)
        return UNUSABLE
    arguments = _parse(words)
    from gilbench.model import InputError

    try:
        Path.cwd()
        if getattr(arguments, "sweeps", True):  # False for a verb that only tells
            _sweep(arguments)
        code: int = arguments.command(arguments)
    except InputError as error:
        say(f"gilbench: {error}")
        return UNUSABLE
    finally:
        _say_what_was_left_out()
    return code


def _say_what_was_left_out() -> None:
    """One line for every plugin that could not be used; none was tried by most verbs."""
    tried = sys.modules.get("gilbench.plugins.entry_points")
    if tried is not None:
        for plugin, reason in tried.plugins_left_out().items():
            say(f"gilbench: left out {plugin}: {reason}")


def _sweep(arguments: argparse.Namespace) -> None:
    """Remove what killed commands of this user left: processes, temporary folders, empty runs."""
    from gilbench.measure.scratch import sweep

    sweep()
    out = getattr(arguments, "out", None) or Path(DEFAULT_OUT)
    run = getattr(arguments, "run", None)
    folders = {out, out / CHECKS, Path(DEFAULT_OUT)}
    if isinstance(run, Path):
        folders.add(run.parent)
    if any(folder.is_dir() for folder in folders):
        from gilbench.results.unbegun import remove_unbegun

        for folder in folders:
            remove_unbegun(folder)


def _is_lack_of_memory(error: Exception) -> bool:
    """Whether an error is due to that: of Python, of a library to load, or of a thread to start."""
    if isinstance(error, MemoryError):
        return True
    is_of_libraries_or_threads = isinstance(error, (ImportError, RuntimeError))
    return is_of_libraries_or_threads and any(words in str(error) for words in LACKS_OF_MEMORY)


def _reason(error: OSError) -> str:
    """What the system refused, in one line with a remedy where there is a common one."""
    what = error.strerror or str(error)
    if error.errno == errno.ENOSPC:
        what += "; make room"
    elif str(error.filename).startswith("/proc/"):
        what += "; mount /proc, which says what the host does"
    elif error.errno == errno.ENOENT and not _has_working_folder():
        return "the working folder was removed; change to another one"
    return what if error.filename is None else f"{error.filename}: {what}"


def _has_working_folder() -> bool:
    try:
        Path.cwd()
    except OSError:
        return False
    return True


def parser(verb: str = "") -> Parser:
    """The command line: of one of ``VERBS``, or all of it."""
    top = Parser(
        prog="gilbench",
        description="Settles, on this machine and with evidence, what the GIL costs.",
    )
    top.add_argument("--version", action="version", version=f"gilbench {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    for name in [verb] if verb in VERBS else [*VERBS, COMPLETION]:
        import_module(f"gilbench.commands.{name}").add(commands)
    return top


def _parse(words: Sequence[str]) -> argparse.Namespace:
    """The parsed words; exits with the nearest known verb or option where one is unknown."""
    top = parser(words[0])
    verb = _verb_of(words, top)
    arguments, unrecognized = top.parse_known_args(words)
    if unrecognized:
        _refuse(unrecognized, verb)
    return arguments


def _verb_of(words: Sequence[str], top: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The parser of the verb, or of the verb within it; exits where there is no such verb."""
    verb = top
    for word in words:
        verbs = verbs_of(verb)
        if not verbs or word in ("-h", "--help"):
            break
        if word in verbs:
            verb = verbs[word]
        elif not word.startswith("-"):
            from gilbench.model import unknown_name

            verb.error(str(unknown_name("command", word, verbs)))
        elif verb is top:
            break
        else:
            verb.error(f"a command comes before {word} (choose from: {', '.join(verbs)})")
    return verb


def _refuse(unrecognized: Sequence[str], verb: argparse.ArgumentParser) -> NoReturn:
    """Exit because of words that the verb does not take; its usage has its options."""
    option = unrecognized[0].partition("=")[0]
    if not option.startswith("--"):
        verb.error(f"unrecognized arguments: {' '.join(unrecognized)}")
    from gilbench.model import unknown_name

    verb.error(str(unknown_name("option", option, re.findall(r"--[a-z-]+", verb.format_usage()))))
