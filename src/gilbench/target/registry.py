"""What a workload, a strategy, a probe and a channel are, and how their files are found; it knows none by name."""

import importlib
import os
from functools import lru_cache
from typing import Any, Callable, Coroutine, Dict, List, NamedTuple, Optional, Tuple, Union

FOLDERS = {"workload": "workloads", "strategy": "strategies", "probe": "probes", "channel": "channels"}


class RegistryError(Exception):
    """A file under workloads/, strategies/, probes/ or channels/ is unknown, broken or does not say what it must."""


class Workload(NamedTuple):
    """One computation, cut into tasks that any strategy can run.

    ``task(index, params)`` returns an integer that depends on the work done; the sum over the tasks of a round must be
    the same under every strategy. ``params`` is a plain dict: ``size`` in ``size_unit`` for a calibrated workload, and
    ``address`` for one that talks to a ``service``. ``task_async`` is the same task as a coroutine that waits without
    blocking its thread.
    """

    name: str
    kind: str  # "cpu" or "io"
    summary: str
    task: Callable[[int, Dict[str, Any]], int]
    defaults: Dict[str, Any]
    prepare: Optional[Callable[[Dict[str, Any]], None]] = None
    size_unit: str = ""
    size_step: int = 0  # 0: not calibrated; otherwise sizes are multiples of this
    sized_as: str = ""  # the workload whose calibrated size this one takes, so that both do the same amount
    service: str = ""  # the server (a module of services/) that must run beside it
    survey: bool = True  # False: measured only where a claim or the user asks for it
    task_async: Optional[Callable[[int, Dict[str, Any]], Coroutine[Any, Any, int]]] = None


class Strategy(NamedTuple):
    """One way to map a round's tasks onto workers.

    ``run(job)`` performs every task of the job and returns one ``rounds.WorkerLog`` a worker, or one a task if it
    ``takes_single_tasks``. ``equivalent_to`` names a strategy that is claimed to cost the same. ``missing()`` says why
    this interpreter cannot run it, or None. ``prepare()`` is called before the clock of every round starts.
    """

    name: str
    summary: str
    run: Callable[[Any], List[Any]]
    workers_in: str  # "caller", "threads", "interpreters" or "processes"
    one_worker: bool = False
    takes_single_tasks: bool = False
    equivalent_to: str = ""
    missing: Callable[[], Optional[str]] = lambda: None
    kinds: Tuple[str, ...] = ("cpu", "io")  # kinds of workload it is surveyed with
    prepare: Callable[[], None] = lambda: None


class Probe(NamedTuple):
    """One experiment that is not a workload under a strategy.

    ``run(params)`` returns its observations as a dict: what was seen, never what to think of it. Every wait inside has
    an end of its own, so that it returns within ``limit_s`` even if what it waits for never comes; the parent ends a
    launch that takes longer. ``missing()`` says why this interpreter cannot run it, or None.
    """

    name: str
    summary: str
    run: Callable[[Dict[str, Any]], Dict[str, Any]]
    limit_s: float
    missing: Callable[[], Optional[str]] = lambda: None


class Channel(NamedTuple):
    """One way to carry messages between the launch and a peer: a process, or a thread of the launch.

    ``connect(size_bytes)`` makes it ready for messages of up to that size and returns a ``channels._link.Link``.
    ``missing()`` says why this interpreter cannot run it, or None.
    """

    name: str
    summary: str
    connect: Callable[[int], Any]
    peer_in: str = "process"  # or "thread"
    missing: Callable[[], Optional[str]] = lambda: None


Entry = Union[Workload, Strategy, Probe, Channel]


def names(kind: str) -> List[str]:
    """Every registered name of a kind, from the files of its folder; a file that starts with ``_`` is a helper."""
    (folder,) = importlib.import_module("gilbench.target." + FOLDERS[kind]).__path__
    # By pkgutil or pathlib a launch would import a megabyte more, which every forked worker would carry.
    files = os.listdir(folder)  # noqa: PTH208
    return sorted(file[:-3].replace("_", "-") for file in files if file.endswith(".py") and not file.startswith("_"))


@lru_cache(maxsize=None)
def load(kind: str, name: str) -> Any:
    """The entry called ``name``; only its own file is imported, so that a launch holds no more than it needs.

    Raises RegistryError, with the file's name, if the file is absent, fails to import or registers another name.
    """
    module_name = "gilbench.target.{}.{}".format(FOLDERS[kind], name.replace("-", "_"))
    known = names(kind)
    if name not in known:
        raise RegistryError("no {} is called {!r}; there are: {}".format(kind, name, ", ".join(known)))
    try:
        module = importlib.import_module(module_name)
        entry = getattr(module, kind.upper())
    except Exception as error:
        raise RegistryError("{}.py is broken: {}: {}".format(module_name, type(error).__name__, error)) from error
    if entry.name != name:
        raise RegistryError(
            "{}.py registers {!r}; a file registers the name it bears, {!r}".format(module_name, entry.name, name)
        )
    return entry


def load_all(kind: str) -> List[Any]:
    return [load(kind, name) for name in names(kind)]
