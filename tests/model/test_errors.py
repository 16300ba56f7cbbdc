"""The error for a name that is not known."""

from gilbench.model import unknown_name


def test_an_unknown_name_is_answered_with_the_known_ones():
    """The nearest of them is suggested where one is near, and all are listed in their order."""
    assert str(unknown_name("strategy", "thred", ["serial", "thread"])) == (
        "unknown strategy 'thred'; did you mean 'thread'? (choose from: serial, thread)"
    )
    assert str(unknown_name("strategy", "zzz", iter(["serial", "thread"]))) == (
        "unknown strategy 'zzz' (choose from: serial, thread)"
    )
