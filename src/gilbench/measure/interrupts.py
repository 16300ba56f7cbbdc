"""Signals that end gilbench: each is a KeyboardInterrupt, but not amid what must not be cut short.

It uses the standard library only, and little of it: it is at work before anything else is imported.
"""

from __future__ import annotations

import signal

TYPE_CHECKING = False  # type checkers take it for true; typing would be a moment without handlers
if TYPE_CHECKING:
    from typing import Any, Self

# Windows has no SIGHUP.
ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Interrupts:
    """What a signal that ends gilbench does. As a context, it puts signals off until it is left.

    Attributes:
        has_come: Whether there was one since these were installed.
    """

    def __init__(self) -> None:
        self.has_come = False
        self._putting_off = 0
        self._is_pending = False

    def install(self) -> dict[int, Any]:
        """Have these signals interrupt, but for those that are ignored, as by ``nohup``.

        Where the end of children is ignored, nobody learns their exit codes, so it is not.

        Returns:
            The handlers from before, for ``restore``.
        """
        self.has_come = False
        before = {}
        for number in ENDING:
            if signal.getsignal(number) != signal.SIG_IGN:
                before[number] = signal.signal(number, self._handle)
        child = getattr(signal, "SIGCHLD", None)  # Windows has none
        if child is not None and signal.getsignal(child) == signal.SIG_IGN:
            before[child] = signal.signal(child, signal.SIG_DFL)
        return before

    @staticmethod
    def restore(before: dict[int, Any]) -> None:
        """Put back the handlers from before ``install``."""
        for number, handler in before.items():
            signal.signal(number, handler)

    @staticmethod
    def ignore() -> None:
        """Have these signals do nothing: the outcome stands, and the process is about to end."""
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)

    def _handle(self, *_: object) -> None:
        self.has_come = True
        if self._putting_off:
            self._is_pending = True
            return
        self._is_pending = False
        raise KeyboardInterrupt

    def caused(self, error: BaseException) -> bool:
        """Whether an error is an interrupt, or due to one: C code may raise another one for it."""
        if isinstance(error, KeyboardInterrupt):
            return True
        return self.has_come and isinstance(error, Exception)

    def __enter__(self) -> Self:
        self._putting_off += 1
        return self

    def __exit__(self, *error: object) -> None:
        self._putting_off -= 1
        if self._is_pending and not self._putting_off:
            self._is_pending = False
            raise KeyboardInterrupt


INTERRUPTS = Interrupts()
