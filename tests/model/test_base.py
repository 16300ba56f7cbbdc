"""The base of all records, and the error for a name that is not known."""

import msgspec
import pytest

from gilbench.model import Case, unknown_name


def test_an_unknown_name_is_answered_with_the_known_ones():
    """The nearest of them is suggested where one is near, and all are listed in their order."""
    assert str(unknown_name("strategy", "thred", ["serial", "thread"])) == (
        "unknown strategy 'thred'; did you mean 'thread'? (choose from: serial, thread)"
    )
    assert str(unknown_name("strategy", "zzz", iter(["serial", "thread"]))) == (
        "unknown strategy 'zzz' (choose from: serial, thread)"
    )


def test_a_record_is_immutable_and_strict():
    """A field that nobody knows is refused, not ignored: the file is of another version or damaged."""
    case = Case("3.13.0", "fnv1a", "thread", 2)
    with pytest.raises(AttributeError):
        case.workers = 3
    with pytest.raises(msgspec.ValidationError, match="unknown field `cores`"):
        msgspec.convert(msgspec.to_builtins(case) | {"cores": 2}, Case)
