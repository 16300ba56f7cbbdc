"""Repeats a call as code written by hand does: with its arguments in place.

``function(*args, **kwargs)`` would unpack them for every call, which takes longer than to call a
function that does nothing.
"""

import keyword
from itertools import repeat
from typing import Any, Callable, Dict, Sequence, Tuple

LOOP = """
def loop(function, numbers{parameters}):
    for _ in numbers:
        function({arguments})
"""
MOST = 12  # arguments in place; a call with very many is compiled to one that unpacks them

Loop = Callable[..., None]
_made: Dict[Tuple[int, Tuple[str, ...]], Loop] = {}  # by the number of arguments and the names


def call(function: Any, args: Sequence[Any], kwargs: Dict[str, Any], count: int) -> None:
    """Call ``count`` times in the calling thread; what is returned is dropped."""
    loop = loop_of(args, kwargs)
    loop(function, repeat(None, count), *args, *kwargs.values())


def loop_of(args: Sequence[Any], kwargs: Dict[str, Any]) -> Loop:
    """The loop for calls with so many arguments and names, compiled when first asked for."""
    form = len(args), tuple(kwargs)
    if form not in _made:
        _made[form] = _make(*form)
    return _made[form]


def _make(positional: int, names: Tuple[str, ...]) -> Loop:
    if positional + len(names) > MOST or not all(map(_can_be_written, names)):
        return _unpacking(positional, names)
    values = ["argument_{}".format(place) for place in range(positional + len(names))]
    by_name = map("{}={}".format, names, values[positional:])
    source = LOOP.format(
        parameters="".join(map(", {}".format, values)),
        arguments=", ".join([*values[:positional], *by_name]),
    )
    namespace: Dict[str, Any] = {}
    exec(compile(source, __file__, "exec"), namespace)
    loop: Loop = namespace["loop"]
    return loop


def _can_be_written(name: str) -> bool:
    """Whether a keyword argument of this name can be written in a call: ``**`` takes any text."""
    is_plain = name.isidentifier() and max(name) < "\x80"  # others are normalised
    return is_plain and not keyword.iskeyword(name) and name != "__debug__"


def _unpacking(positional: int, names: Tuple[str, ...]) -> Loop:
    def loop(function: Any, numbers: Any, *values: Any) -> None:
        args, kwargs = values[:positional], dict(zip(names, values[positional:]))
        for _ in numbers:
            function(*args, **kwargs)

    return loop
