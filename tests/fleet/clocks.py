"""A clock that only waits move, for what waits while a fleet is measured."""


class Clock:
    """In place of the module ``time``: a wait only moves its hand."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds
