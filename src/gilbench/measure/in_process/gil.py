"""The object that the fixture ``gil`` hands to a test."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pytest

from gilbench.measure import host
from gilbench.measure.in_process import turns
from gilbench.measure.in_process.ceiling import CeilingControl
from gilbench.measure.in_process.held_up import HeldSample, StallSample, has_gil
from gilbench.measure.in_process.naming import advice_on, name_of
from gilbench.measure.in_process.results import Released, Result
from gilbench.measure.in_process.rounds import Call
from gilbench.measure.in_process.samples import Sample, Sequential, TooSlow
from gilbench.measure.in_process.settings import Settings, settings_of
from gilbench.measure.in_process.speedup import SpeedupSample, TooFewCores

CONTROL = pytest.StashKey[CeilingControl]()
MOST_THREADS = 64

Measured = TypeVar("Measured", bound=Result)


class Gil:
    """Measures what a function does with the GIL, in the process of the test.

    The function is called thousands of times if it is short, from several threads. Its results are
    dropped; what it raises ends the test.

    Args:
        node: The test.
        shared: A folder that all workers of pytest-xdist share; None without them.
    """

    def __init__(self, node: pytest.Item, shared: Path | None) -> None:
        self._node = node
        self._settings = self._read_settings()
        self._shared = shared

    def _read_settings(self) -> Settings:
        __tracebackhide__ = True
        try:
            return settings_of(self._node)
        except ValueError as error:
            pytest.fail(f"gilbench: {error}", pytrace=False)

    def speedup(
        self, func: Callable[..., object], *args: Any, threads: int = 2, **kwargs: Any
    ) -> Result:
        """The time of some calls in one thread over their time in several.

        Args:
            func: The function.
            *args: Its arguments, which all threads share.
            threads: How many threads share the calls, from 2 to 64.
            **kwargs: Its keyword arguments, likewise.

        Returns:
            A factor to compare: ``assert gil.speedup(parse, data) > 1.5``.
        """
        __tracebackhide__ = True
        call = self._call(func, args, kwargs)
        sample = self._speedup_sample(call, threads)
        what = f"speedup of {name_of(func)} in {threads} threads"
        return self._measure(Result, sample, what, _factor, advice_on(func, args))

    def releases(self, func: Callable[..., object], *args: Any, **kwargs: Any) -> Released:
        """Whether a function releases the GIL while it computes or waits.

        Returns:
            An answer: ``assert gil.releases(parse, data)``. It is true where the function certainly
            holds the GIL for less than half of its time, as ``held`` measures it.
        """
        __tracebackhide__ = True
        call = self._call(func, args, kwargs)
        if not has_gil():
            pytest.skip("gilbench: this interpreter runs without the GIL; there is none to release")
        sample = HeldSample(call)
        return self._measure(Released, sample, _held_by(func), _share, advice_on(func, args))

    def held(self, func: Callable[..., object], *args: Any, **kwargs: Any) -> Result:
        """The share of a function's time for which no other thread can run Python code.

        Returns:
            A share to compare: ``assert gil.held(parse, data) < 0.1``.
        """
        __tracebackhide__ = True
        sample = HeldSample(self._call(func, args, kwargs))
        return self._measure(Result, sample, _held_by(func), _share, advice_on(func, args))

    def stall(self, func: Callable[..., object], *args: Any, **kwargs: Any) -> Result:
        """The longest time for which another thread has to wait while a function runs.

        Returns:
            Seconds to compare: ``assert gil.stall(parse, data) < 0.010``.
        """
        __tracebackhide__ = True
        sample = StallSample(self._call(func, args, kwargs))
        what = f"longest stall alongside {name_of(func)}"
        return self._measure(Result, sample, what, _ms, advice_on(func, args))

    def _call(
        self, func: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Call:
        if not callable(func):
            raise TypeError(
                f"{type(func).__name__} cannot be called; hand over the function and its "
                "arguments: "
                "gil.speedup(parse, data), not gil.speedup(parse(data))"
            )
        name = name_of(func)
        if inspect.iscoroutinefunction(func):
            raise TypeError(
                f"{name} only makes a coroutine; measure a function that runs it: "
                f"lambda: asyncio.run({name}(…))"
            )
        if inspect.isgeneratorfunction(func) or inspect.isasyncgenfunction(func):
            raise TypeError(
                f"{name} only makes a generator; measure a function that runs it to its end: "
                f"lambda: list({name}(…))"
            )
        return functools.partial(func, *args, **kwargs) if args or kwargs else func

    def _speedup_sample(self, call: Call, threads: int) -> SpeedupSample:
        if not isinstance(threads, int) or not 2 <= threads <= MOST_THREADS:
            raise ValueError(f"threads={threads!r} is no whole number from 2 to {MOST_THREADS}")
        cores = host.inspect(0).usable_cores
        return SpeedupSample(call, threads, cores, self._control())

    def _control(self) -> CeilingControl:
        """The control of this session, which ends with it."""
        config = self._node.config
        if CONTROL not in config.stash:
            config.stash[CONTROL] = control = CeilingControl()
            config.add_cleanup(control.close)
        return config.stash[CONTROL]

    def _measure(
        self,
        kind: type[Measured],
        sample: Sample,
        what: str,
        shown: Callable[[float], str],
        advice: str,
    ) -> Measured:
        """Measure up to the first analysis, or end the test where that cannot be."""
        __tracebackhide__ = True
        measured = Sequential(sample, self._settings.seconds)
        try:
            with turns.turn(self._shared):
                measured.start()
        except TooFewCores as error:
            pytest.skip(f"gilbench: {what}: {error}")
        except TooSlow as error:
            self._give_up(f"{what}: {error}")

        def measure_more() -> None:
            with turns.turn(self._shared):
                measured.measure_more()

        return kind(what, measured, measure_more, self._give_up, shown, advice)

    def _give_up(self, reason: str) -> NoReturn:
        __tracebackhide__ = True
        if self._settings.undecided == "skip":
            pytest.skip(f"gilbench: undecided: {reason}")
        pytest.fail(f"gilbench: undecided: {reason}")


def _held_by(func: Callable[..., object]) -> str:
    return f"share of its time that {name_of(func)} holds the GIL"


def _factor(value: float) -> str:
    return f"{value:.2f}×"


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _ms(value: float) -> str:
    return f"{1000 * value:.1f} ms"
