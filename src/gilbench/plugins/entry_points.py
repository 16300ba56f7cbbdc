"""Finds entry points, loads them one by one, and keeps why any of them was left out.

Policy: a plugin never stops gilbench. Whatever is wrong with one costs that plugin alone, and is
said in one line that names it and the package that it comes from.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

from gilbench.model import one_line

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUPS = ("workloads", "claims", "figures", "exports")
NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*")
LOAD_LIMIT_S = 10.0

P = ParamSpec("P")
T = TypeVar("T")


class PluginTooSlow(BaseException):
    """An import did not end; no ``except Exception`` of the plugin's own catches it."""


@dataclass(frozen=True)
class Plugin:
    """An entry point.

    Attributes:
        kind: One of ``GROUPS``.
        name: As its package calls it.
        place: What it points at: ``module`` or ``module:object``.
        package: The name and the version of the package that it comes from.
    """

    kind: str
    name: str
    place: str
    package: str

    def __str__(self) -> str:
        return f"{self.name} of {self.package} (gilbench.{self.kind})"


_left_out: dict[Plugin, str] = {}


def leave_out(plugin: Plugin, reason: str) -> None:
    """Keep why a plugin is not used; the first reason counts."""
    _left_out.setdefault(plugin, one_line(reason))


def plugins_left_out() -> dict[Plugin, str]:
    """The plugins that were tried and are not used, with the reasons."""
    return dict(_left_out)


@cache
def find_plugins(kind: str) -> tuple[Plugin, ...]:
    """The entry points of a kind, by name and package; none of them is imported.

    Those that share a name are left out, for which of them was meant cannot be known.
    """
    by_name: dict[str, list[Plugin]] = {}
    for entry_point in _installed().select(group=f"gilbench.{kind}"):
        plugin = _plugin(kind, entry_point)
        if plugin not in by_name.setdefault(plugin.name, []):  # a package that is found twice
            by_name[plugin.name].append(plugin)
    usable = []
    for name, plugins in sorted(by_name.items()):
        reason = _why_unusable(name, plugins)
        if reason is None:
            usable += plugins
        else:
            for plugin in plugins:
                leave_out(plugin, reason)
    return tuple(usable)


def _why_unusable(name: str, plugins: Sequence[Plugin]) -> str | None:
    """Why none of the plugins with this name is used; None where there is one, well named."""
    if not NAME.fullmatch(name):
        return "a name is letters, digits and hyphens; rename its entry point"
    if len(plugins) > 1:
        packages = " and ".join(sorted(plugin.package for plugin in plugins))
        return f"{packages} have the same name for it; uninstall one of them"
    return None


@cache
def _installed() -> Any:
    """Every entry point of every package, read once: that takes as long as for one group.

    It can ``select``, whatever its type is in a release of Python.
    """
    # Here, since it takes a tenth of `gilbench explain`
    from importlib.metadata import entry_points

    return entry_points()


def _plugin(kind: str, entry_point: EntryPoint) -> Plugin:
    package = entry_point.dist
    origin = "an unknown package" if package is None else f"{package.name} {package.version}"
    return Plugin(kind, one_line(entry_point.name), entry_point.value, one_line(origin))


def load_object(plugin: Plugin) -> object | None:
    """Import what a plugin points at; None where that fails, which leaves the plugin out.

    What it prints meanwhile is dropped, and an import that does not end is ended.
    """
    from importlib.metadata import EntryPoint

    entry_point = EntryPoint(plugin.name, plugin.place, f"gilbench.{plugin.kind}")
    try:
        with (
            Path(os.devnull).open("w", encoding="utf-8") as dropped,
            contextlib.redirect_stdout(dropped),
            contextlib.redirect_stderr(dropped),
            _time_limit(),
        ):
            loaded: object = entry_point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a plugin may raise SystemExit too
        leave_out(plugin, describe_error(error))
        return None
    return loaded


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    """Raise PluginTooSlow in the main thread after a while; elsewhere there is no limit.

    There is none either where the system has no such timer, as Windows.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not hasattr(signal, "setitimer"):
        yield
        return

    def too_slow(*_: object) -> NoReturn:
        raise PluginTooSlow(f"its import did not end within {LOAD_LIMIT_S:.0f} s")

    before = signal.signal(signal.SIGALRM, too_slow)
    signal.setitimer(signal.ITIMER_REAL, LOAD_LIMIT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def describe_error(error: BaseException) -> str:
    """An error of a plugin in one line; one whose own text cannot be made has its type only."""
    try:
        text = str(error)
    except BaseException:
        text = ""
    return f"{type(error).__name__}: {one_line(text)}" if text else type(error).__name__


def guarded(plugin: Plugin, call: Callable[P, T], otherwise: T) -> Callable[P, T]:
    """A function of a plugin that leaves the plugin out and returns ``otherwise`` if it fails."""

    def guard(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            leave_out(plugin, describe_error(error))
            return otherwise

    return guard


def find_source(plugin: Plugin) -> Path | None:
    """The Python file of the module that a plugin points at; nothing of its package is imported.

    Returns:
        None where there is none, which leaves the plugin out.
    """
    top, *parts = plugin.place.partition(":")[0].strip().split(".")
    name = top
    try:
        spec = importlib.util.find_spec(top)
        for part in parts:
            folders = None if spec is None else spec.submodule_search_locations
            name = f"{name}.{part}"
            spec = PathFinder.find_spec(name, folders) if folders else None
    except Exception as error:
        leave_out(plugin, describe_error(error))
        return None
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        leave_out(plugin, f"there is no file {name.replace('.', '/')}.py; point it at a module")
        return None
    return Path(spec.origin)
