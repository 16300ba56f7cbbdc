"""How functions and arguments of a session reach other processes."""

import functools
import linecache
import pickle
import sys
import textwrap
import types
import zlib
from pathlib import Path

import numpy as np
import pytest

from gilbench.api.shipping import ship
from gilbench.model import InputError

CELL = """
    import hashlib as digests
    import os.path as paths
    from functools import lru_cache
    from numbers import Number
    from textwrap import dedent

    SIZE = 64
    SOCKET = open

    def helper(n):
        return bytes(n)

    def digest(text=""):
        return digests.sha256(helper(SIZE)).hexdigest() + dedent(text) + paths.join("a", "b")

    def squares(size=SIZE):
        return sum(square(n) for n in range(size))

    def square(n):
        return n * n

    @lru_cache(maxsize=SIZE)
    def cached(n: Number) -> Number:
        size = [SOCKET for SOCKET in range(n)]
        return square(len(size))

    def recursive(n):
        return even(n)

    def even(n):
        return odd(n - 1) if n else SIZE

    def odd(n):
        return even(n - 1) if n else -SIZE
"""


@pytest.fixture
def cell():
    """The names of a notebook's cell, whose functions have source and no file."""
    source = textwrap.dedent(CELL)
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(True), "<cell>")
    names = {"__name__": "__main__"}
    exec(compile(source, "<cell>", "exec"), names)  # noqa: S102 - a cell of a notebook is run by exec
    yield names
    del linecache.cache["<cell>"]


@pytest.fixture(autouse=True)
def without_cloudpickle(monkeypatch):
    """Whatever is installed; a test that wants it puts it back."""
    monkeypatch.setitem(sys.modules, "cloudpickle", None)


def called(spec):
    """The result of a shipped call, made from nothing but what was shipped."""
    place = spec.request["target"]
    names = {}
    exec(Path(place["file"]).read_text(encoding="utf-8"), names)  # noqa: S102 - what was shipped is a module's code
    return names[place["attribute"]]


def top_level():
    return 1


def test_a_function_of_a_file_is_imported_from_it(tmp_path):
    """Nothing is copied where another process can import the function."""
    place = ship(top_level, (), {}, tmp_path).request["target"]
    assert place["file"] == str(Path(__file__).resolve()) and place["attribute"] == "top_level"
    assert not list(tmp_path.iterdir())


def test_how_a_function_was_shipped_is_said(cell, tmp_path):
    """From its file, or as source with what came along."""
    assert ship(top_level, (), {}, tmp_path).shipped == f"imported from {Path(__file__).resolve()}"
    assert ship(zlib.crc32, (b"x",), {}, tmp_path).shipped == "imported from zlib"
    shipped = ship(cell["recursive"], (), {}, tmp_path).shipped
    assert shipped == "shipped as source, with SIZE, even, odd"


def test_what_source_cannot_express_goes_by_cloudpickle_where_there_is_one(tmp_path, monkeypatch):
    """A partial, a bound method or a lambda is loaded by a function that child processes can import."""
    stand_in = types.SimpleNamespace(dumps=pickle.dumps)
    monkeypatch.setitem(sys.modules, "cloudpickle", stand_in)
    spec = ship(functools.partial(divmod, 7), (2,), {}, tmp_path)
    assert called(spec)(2) == (3, 1) and spec.shipped == "shipped by cloudpickle"
    assert called(ship("a-b".split, ("-",), {}, tmp_path))("-") == ["a", "b"]
    with pytest.raises(InputError, match="or install cloudpickle"):  # which cannot do this either
        ship(lambda: 1, (), {}, tmp_path)


def test_cloudpickle_ships_what_has_no_name(cell, tmp_path, monkeypatch):
    """The real one: a lambda with what it closes over, and a function that uses an object of the session."""
    monkeypatch.delitem(sys.modules, "cloudpickle")
    pytest.importorskip("cloudpickle")
    number = 20
    spec = ship(lambda more: number + more, (3,), {}, tmp_path)
    assert called(spec)(3) == 23 and spec.shipped == "shipped by cloudpickle"
    cell["SIZE"] = range(5)
    assert called(ship(cell["even"], (0,), {}, tmp_path))(0) == range(5)


def test_a_built_in_function_is_named_by_its_module(tmp_path):
    """Functions without source are imported by name."""
    assert ship(zlib.crc32, (b"x",), {}, tmp_path).text == "zlib:crc32"


def test_a_function_of_a_notebook_brings_what_it_uses(cell, tmp_path):
    """Imports under other names, plain values and other functions come along, even where these call each other."""
    assert called(ship(cell["digest"], (), {}, tmp_path))("x") == cell["digest"]("x")
    assert called(ship(cell["recursive"], (), {}, tmp_path))(4) == 64


@pytest.mark.parametrize(
    ("name", "args", "company"),
    [
        ("squares", (), "SIZE, square"),  # a default, and what a generator calls
        ("cached", (5,), "Number, SIZE, lru_cache, square"),  # a decorator, and annotations
    ],
)
def test_what_a_definition_needs_comes_along(name, args, company, cell, tmp_path):
    """Defaults, decorators, annotations and what is used within; no global variable that a local one hides."""
    spec = ship(cell[name], args, {}, tmp_path)
    assert called(spec)(*args) == cell[name](*args)
    assert spec.shipped == f"shipped as source, with {company}"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lambda: 1, "define it at the top level"),
        (lambda: functools.partial(top_level), "no name that another process could import"),
        (lambda: "text".upper, "no name that another process could import"),
    ],
)
def test_what_has_no_name_elsewhere_is_refused(make, message, tmp_path):
    """Lambdas, partials and bound methods are refused in one line with the remedy."""
    with pytest.raises(InputError, match=message):
        ship(make(), (), {}, tmp_path)


def test_a_function_without_known_source_is_refused(cell, tmp_path):
    """As one of a cell with %%time is, whose source Jupyter does not keep."""
    del linecache.cache["<cell>"]
    with pytest.raises(InputError, match="define it in a cell that does not begin with %%"):
        ship(cell["recursive"], (), {}, tmp_path)
    linecache.cache["<cell>"] = (0, None, [], "<cell>")


def test_an_object_of_the_session_is_refused_by_name(cell, tmp_path):
    """A notebook's function that uses an open connection cannot be shipped, and the name says why."""
    cell["SIZE"] = object()
    with pytest.raises(InputError, match="uses SIZE, a object that exists in this session only"):
        ship(cell["recursive"], (), {}, tmp_path)


def test_arguments_are_literals_where_they_can_be(tmp_path):
    """Plain values are written as the command line takes them, so that the run names its call."""
    request = ship(zlib.compress, (b"abc",), {"level": 3}, tmp_path).request
    assert request["args"] == "[b'abc']" and request["kwargs"] == "{'level': 3}"


@pytest.mark.parametrize(("args", "kwargs"), [((Path("x"),), {}), ((), {"data": Path("x")})])
def test_other_arguments_are_pickled(args, kwargs, tmp_path):
    """A frame or an array arrives as it is, by position or by keyword."""
    setup = ship(top_level, args, kwargs, tmp_path).request["setup"]
    names = {}
    exec(Path(setup["file"]).read_text(encoding="utf-8"), names)  # noqa: S102 - what was shipped is a module's code
    assert names[setup["attribute"]]() == (args or kwargs)


class Hostile:
    """An object that raises, or lies, whatever it is asked."""

    def __repr__(self):
        return "5"

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 1

    def __reduce__(self):
        raise RuntimeError("line\nand another \x1b[2J")


class Mute(Hostile):
    """One that cannot even say what it is."""

    def __repr__(self):
        raise RuntimeError

    def __reduce__(self):
        raise Mute.Unspeakable

    class Unspeakable(Exception):
        """What it raises."""

        def __str__(self):
            raise RuntimeError


HOLDS_ITSELF: list = []
HOLDS_ITSELF.append(HOLDS_ITSELF)
NESTED: list = []
for _ in range(100_000):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    "argument", [Hostile(), [Hostile()], {Hostile(): 1}, Mute(), NESTED], ids=range(5)
)
def test_an_argument_that_raises_whatever_it_is_asked_is_one_line(argument, tmp_path):
    """Neither what it says of itself nor what pickling it raises is trusted."""
    with pytest.raises(InputError, match="arguments cannot be pickled") as caught:
        ship(top_level, (argument,), {}, tmp_path)
    assert str(caught.value).isprintable()


def test_an_argument_that_holds_itself_is_pickled(tmp_path):
    """It looks like a literal, and is none."""
    assert ship(top_level, (HOLDS_ITSELF,), {}, tmp_path).request["setup"]


@pytest.mark.parametrize(
    "value", [Hostile(), Mute(), NESTED, HOLDS_ITSELF, [Hostile()]], ids=range(5)
)
def test_what_a_cell_uses_is_shipped_only_if_it_is_plain(cell, tmp_path, value):
    """An object that calls itself 5 is not the number 5 in another process."""
    cell["SIZE"] = value
    with pytest.raises(InputError, match="uses SIZE"):
        ship(cell["recursive"], (), {}, tmp_path)


@pytest.mark.parametrize("args", ["text", b"bytes", {"level": 3}, np.zeros(3), 5])
def test_an_argument_that_is_no_tuple_is_refused(args, tmp_path):
    """A text or an array would be taken for a list of arguments."""
    with pytest.raises(InputError, match=r"give a tuple, such as \(data,\)"):
        ship(zlib.crc32, args, {}, tmp_path)


@pytest.mark.parametrize(
    ("func", "kwargs", "said"),
    [
        (5, {}, "func is of type int; give a function or its name"),
        (None, {}, "func is of type NoneType"),
        (zlib.crc32, {1: np.zeros(3)}, "kwargs is no dict with keys of text"),
        (zlib.crc32, [("level", 3)], "kwargs is no dict with keys of text"),
    ],
)
def test_what_is_no_function_or_no_keyword_is_refused(func, kwargs, said, tmp_path):
    """Neither is pickled to fail in another process, or to be taken for an argument."""
    with pytest.raises(InputError, match=said):
        ship(func, (), kwargs, tmp_path)


def test_arguments_that_cannot_be_pickled_are_refused(tmp_path):
    """An open file stays in its process; the remedy is to open it there."""
    with pytest.raises(InputError, match="have the function create them"):
        ship(top_level, (lambda: 1,), {}, tmp_path)
