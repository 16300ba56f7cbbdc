"""The error that says what a user has to fix, where a name is wrong too."""

from __future__ import annotations

from collections.abc import Iterable

from gilbench.model.text import plain


class InputError(Exception):
    """Something from outside cannot be used.

    The message is one line: what is wrong and how to fix it. It may quote names from outside.
    """

    def __str__(self) -> str:
        return plain(super().__str__())


def unknown_name(kind: str, name: str, known: Iterable[str]) -> InputError:
    """The error for a name that is not known, with the nearest known one where there is any.

    Args:
        kind: What is named, such as ``"strategy"``.
        name: The name that the user gave.
        known: All names that can be given, in the order to list them in.
    """
    import difflib

    known = tuple(known)
    nearest = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
    return InputError(f"unknown {kind} {name!r}{hint} (choose from: {', '.join(known)})")
