"""What a workload, a strategy, a probe and a channel are, and how their files are found."""

import importlib
import os
from functools import lru_cache
from typing import Any, Callable, Coroutine, Dict, List, NamedTuple, Optional, Tuple

FOLDERS = {
    "workload": "workloads",
    "strategy": "strategies",
    "probe": "probes",
    "channel": "channels",
}


class RegistryError(Exception):
    """A file of a registry's folder is unknown, broken or incomplete.

    The folders are workloads/, strategies/, probes/ and channels/.
    """


class Workload(NamedTuple):
    """One computation, divided into tasks that any strategy can run.

    ``task(index, params)`` returns an integer that depends on the work done; the sum over the tasks
    of a round must be the same under every strategy. ``params`` is a plain dict: it has ``size`` in
    ``size_unit`` where ``size_step`` is given, and ``address`` where there is a ``service``.
    ``task_async`` is the same task as a coroutine that waits without blocking its thread.
    ``subject()`` says what a user's function is and with what it is called: a ``finding.Subject``.
    """

    name: str
    kind: str  # "cpu" or "io"
    summary: str
    task: Callable[[int, Dict[str, Any]], int]
    defaults: Dict[str, Any]
    prepare: Optional[Callable[[Dict[str, Any]], None]] = None
    size_unit: str = ""
    size_step: int = 0  # sizes are multiples of this; 0: tasks have no size
    sized_as: str = ""  # the workload whose size this one takes, so that both do the same amount
    service: str = ""  # the server (a module of services/) that must run during its rounds
    survey: bool = True  # False: measured only where a claim or the user asks for it
    task_async: Optional[Callable[[int, Dict[str, Any]], Coroutine[Any, Any, int]]] = None
    subject: Optional[Callable[[], Any]] = None


class Strategy(NamedTuple):
    """One way to map a round's tasks onto workers.

    ``run(job)`` performs every task of the job and returns one ``rounds.WorkerLog`` per worker, or
    one per task if it ``takes_single_tasks``. ``equivalent_to`` names a strategy that is claimed to
    cost the same. ``missing()`` says why this interpreter cannot run it, or returns None.
    ``prepare()`` is called before the clock of every round starts.
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

    ``run(params)`` returns its observations as a dict and does not judge them. Every wait inside
    has a limit, so that it returns within ``limit_s`` even if what it waits for never comes; the
    parent ends a launch that takes longer. ``missing()`` says why this interpreter cannot run it,
    or returns None.
    """

    name: str
    summary: str
    run: Callable[[Dict[str, Any]], Dict[str, Any]]
    limit_s: float
    missing: Callable[[], Optional[str]] = lambda: None


class Channel(NamedTuple):
    """One way to carry messages between the launch and a peer.

    The peer is a process, or a thread of the launch.

    ``connect(size_bytes)`` prepares it for messages of up to that size and returns a
    ``channels._link.Link``. ``missing()`` says why this interpreter cannot run it, or returns None.
    """

    name: str
    summary: str
    connect: Callable[[int], Any]
    peer_in: str = "process"  # or "thread"
    missing: Callable[[], Optional[str]] = lambda: None


def names(kind: str) -> List[str]:
    """Every registered name of a kind, from the files of its folder.

    A file that starts with ``_`` is a helper.
    """
    (folder,) = importlib.import_module("gilbench.target." + FOLDERS[kind]).__path__
    # pkgutil and pathlib take a megabyte more, which every forked worker would copy.
    files = os.listdir(folder)  # noqa: PTH208
    registered = [file for file in files if file.endswith(".py") and not file.startswith("_")]
    return sorted(file[: -len(".py")].replace("_", "-") for file in registered)


@lru_cache(maxsize=None)
def load(kind: str, name: str) -> Any:
    """Load the entry called ``name``.

    Only its own file is imported, so that a launch holds no more than it needs.

    Raises:
        RegistryError: The file is absent, cannot be imported or registers another name; the message
            names the file.
    """
    module_name = "gilbench.target.{}.{}".format(FOLDERS[kind], name.replace("-", "_"))
    known = names(kind)
    if name not in known:
        choices = ", ".join(known)
        raise RegistryError("unknown {} {!r} (choose from: {})".format(kind, name, choices))
    try:
        module = importlib.import_module(module_name)
        entry = getattr(module, kind.upper())
    except Exception as error:
        problem = "{}: {}".format(type(error).__name__, error)
        raise RegistryError("{}.py is broken: {}".format(module_name, problem)) from error
    if entry.name != name:
        raise RegistryError(
            "{}.py registers {!r}; by its file name it must register {!r}".format(
                module_name, entry.name, name
            )
        )
    return entry


def load_all(kind: str) -> List[Any]:
    """Load every entry of a kind, in order of their names."""
    return [load(kind, name) for name in names(kind)]
