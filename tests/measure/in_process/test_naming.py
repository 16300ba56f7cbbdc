"""The command that looks closer at a function, ready to be run."""

import functools
import textwrap
import zlib
from pathlib import Path

from gilbench.measure.in_process.naming import advice_on, name_of

HERE = Path(__file__).relative_to(Path.cwd()).as_posix()


class Parser:
    def parse(self, text):
        return text


def test_a_function_is_named_by_its_file():
    """What stands below the working folder is named as a file, which need not be importable."""
    assert advice_on(Parser.parse, ()) == f"gilbench advise {HERE}:Parser.parse"


def test_a_function_elsewhere_is_named_by_its_module():
    """Installed and built-in functions are named as they are imported."""
    assert (
        advice_on(zlib.compress, (b"abc", 3))
        == "gilbench advise zlib:compress --args '[b'\"'\"'abc'\"'\"', 3]'"
    )
    assert advice_on(textwrap.dedent, ()) == "gilbench advise textwrap:dedent"


def test_arguments_that_cannot_be_written_come_from_a_function():
    """Objects and large values are made by a function of the user's."""
    for argument in (object(), bytes(1000)):
        assert "--setup FILE.py:make" in advice_on(zlib.compress, (argument,))


def test_a_partial_is_named_by_what_it_calls():
    """The arguments of a partial belong to the call."""
    assert advice_on(functools.partial(zlib.crc32, b""), ()).startswith(
        "gilbench advise zlib:crc32 --args"
    )


def test_a_function_without_a_place_is_to_get_one():
    """A lambda and a local function cannot be imported, and the advice says what to do."""
    assert "top level" in advice_on(lambda: None, ())
    assert "<lambda>" in name_of(lambda: None)
