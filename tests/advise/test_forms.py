"""Every form in which a call may be named: found, called as it is shown, and run to its end."""

from __future__ import annotations

import pytest

from gilbench.measure.targets.calls import function_spec, statement_spec
from gilbench.model import InputError

FORMS = [
    (("work.py:pure",), "pure()", "plain"),
    (("work.py:add", "[1]"), "add(1)", "plain"),
    (("work.py:add", "[1]", "{'right': 5}"), "add(1, right=5)", "plain"),
    (("work.py:Parser.parse",), "Parser.parse()", "plain"),
    (("work.py:Parser.static",), "Parser.static()", "plain"),
    (("work.py:Parser.of_class",), "Parser.of_class()", "plain"),
    (("work.py:Parser",), "Parser()", "plain"),
    (("work.py:shout",), "shout()", "plain"),
    (("work.py:join", "[['a', 'b']]"), "join(['a', 'b'])", "plain"),
    (("work.py:cached",), "cached()", "plain"),
    (("work.py:awaited",), "awaited()", "coroutine"),
    (("work.py:generated",), "generated()", "generator"),
    (("work.py:agenerated",), "agenerated()", "async generator"),
    (("work.py:use", "[]", "{}", "work.py:connect"), "use(…)", "plain"),
    (("zlib:compress", "[b'a']"), "compress(b'a')", "plain"),
    (("time:sleep", "[0.001]"), "sleep(0.001)", "plain"),
]


@pytest.mark.parametrize(("words", "shown", "form"), FORMS, ids=[form[0][0] for form in FORMS])
def test_a_callable_is_found_and_called_as_shown(launched, words, shown, form):
    """Functions, methods, built-ins and the like are called with the arguments that were given."""
    trial = launched(function_spec(*words))
    assert (trial.get("problem"), trial.get("shown"), trial.get("form")) == (None, shown, form)


def test_who_made_the_arguments_is_said(launched):
    """A reader sees what the … of the call stands for."""
    trial = launched(function_spec("work.py:use", setup="work.py:connect"))
    assert trial["shown"] == "use(…)"
    assert "connect made its arguments, once per worker" in trial["findings"]


def test_a_statement_may_assign_to_names_of_its_set_up(launched):
    """``x += 1`` works as it does at the top level of a script."""
    assert launched(statement_spec("x = 0", "x += 1"))["shown"] == "x += 1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("work.py:add",), "missing a required argument: 'left'; give it arguments: --args"),
        (("work.py:ad",), "has no 'ad'; it has: pure"),
        (("work.py:LOCK",), "is no callable"),
        (("work.py:Connection.query",), "cannot be made without arguments"),
        (("work.py:raises",), "it raised ValueError: no luck in work.py, line"),
        (("nosuchmodule:f",), "it imports nosuchmodule"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_called_is_one_line_with_the_remedy(launched, words, said):
    """A function that needs arguments is never called with something else."""
    assert said in launched(function_spec(*words))["problem"]


def test_what_raises_megabytes_is_a_short_line(launched, folder):
    """With the place, which comes after the message."""
    (folder / "much.py").write_text("def f():\n    raise ValueError('y' * 5_000_000)\n")
    problem = launched(function_spec("much.py:f"))["problem"]
    assert len(problem) < 600 and "in much.py, line 2" in problem


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("work.py",), "work.py names no function; give PACKAGE.MODULE:FUNCTION"),
        (("",), "'' names no function; give PACKAGE.MODULE:FUNCTION"),
        (("os.path.join",), "os.path.join names no function; did you mean os.path:join?"),
        (("absent.py:f",), "absent.py cannot be read"),
        (("book.ipynb:f",), "book.ipynb is no Python file"),
        (("zlib:compress", "b'a'"), "--args b'a' is no Python literal"),
        (("zlib:compress", "[]", "{1: 2}"), "--kwargs has a key that is no text"),
        (("zlib:compress", "[1]", "{}", "work.py:connect"), "--setup returns the arguments"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_malformed_call_is_refused_before_a_launch(folder, words, said):
    """The line names the option, or the file."""
    (folder / "book.ipynb").write_text("{}")
    with pytest.raises(InputError) as caught:
        function_spec(*words)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "said"),
    [(" ", "the statement is empty; give one"), ("'\udcff'", "is not in UTF-8; escape such bytes")],
    ids=["empty", "bytes"],
)
def test_what_is_no_statement_is_refused(statement, said):
    """As a shell makes it of a variable that is not set, or of a file in another encoding."""
    with pytest.raises(InputError, match=said):
        statement_spec("import zlib", statement)


def test_a_file_of_a_package_runs_under_its_real_name(launched, folder):
    """Relative imports work, and so does a child that imports the module by its name."""
    package = folder / "shop" / "core"
    package.mkdir(parents=True)
    for place in (folder / "shop", package):
        (place / "__init__.py").write_text("")
    (folder / "shop" / "rates.py").write_text("RATE = 3\n")
    (package / "price.py").write_text(
        "from ..rates import RATE\ndef price():\n    return RATE, __name__\n"
    )
    trial = launched(function_spec("shop/core/price.py:price"))
    assert trial.get("problem") is None
    assert trial["pickling"]["args_bytes"] > 0  # by the name that a child can import


def test_output_is_counted_and_no_refusal(launched):
    """What a call prints is caught, and what C code or a child process writes is too."""
    trial = launched(function_spec("work.py:prints"))
    assert trial["output_bytes"] == 102  # a line of 100 and one byte without Python's own stream


@pytest.mark.parametrize(
    ("setup", "statement"),
    [
        ("import sys; out = sys.stdout.buffer", "out.write(b'x' * 100)"),
        ("import logging; logging.basicConfig(level='INFO')", "logging.info('x' * 100)"),
    ],
    ids=["stream", "log"],
)
def test_what_took_a_stream_at_its_import_writes_to_it_later(launched, setup, statement):
    """It is no closed file in the second call, and is counted as what a call prints."""
    trial = launched(statement_spec(setup, statement))
    assert trial.get("problem") is None and trial["output_bytes"] >= 100


def test_a_script_has_the_arguments_of_a_script(launched, folder):
    """``sys.argv`` is its file, and nothing of the launch's."""
    (folder / "script.py").write_text(
        "import sys\nname, = sys.argv\ndef base():\n    assert name == __file__\n"
    )
    assert launched(function_spec("script.py:base")).get("problem") is None


def test_a_script_reads_a_file_of_the_current_folder(launched, folder):
    """The working folder is the user's, and PYTHONPATH is kept."""
    (folder / "data.txt").write_text("seven")
    (folder / "script.py").write_text(
        "TEXT = open('data.txt').read()\ndef size():\n    return len(TEXT)\n"
    )
    assert launched(function_spec("script.py:size")).get("problem") is None


@pytest.mark.parametrize(
    ("setup", "statement", "imports"),
    [
        ("b = bytes(2**20)", "hashlib.sha256(b)", ("hashlib",)),
        ("import hashlib; b = b''", "hashlib.sha256(b); os.getpid()", ("os",)),
        ("import os.path as path", "path.join('a', json.dumps(len))", ("json",)),
        ("from json import *", "zlib.crc32(dumps(1).encode())", ()),
        ("def queue(array): return array", "for code in queue([1]): code", ()),
        ("import numpy", "numpy.zeros(1); nothing.at_all", ()),
        ("string = 'x'", "string.upper(", ()),
    ],
)
def test_modules_of_the_standard_library_need_no_import(setup, statement, imports):
    """Those that the statement or its set-up uses and binds nowhere; where that cannot be told, none."""
    assert statement_spec(setup, statement).imports == imports


def test_what_is_imported_for_a_statement_is_there(launched):
    """The set-up has it too."""
    trial = launched(statement_spec("data = zlib.compress(b'x' * 999)", "hashlib.sha256(data)"))
    assert trial.get("problem") is None
