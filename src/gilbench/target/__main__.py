"""The request loop of a launch: one JSON line in, one JSON line out, until the input ends."""

import json
import os
import signal
import sys
from functools import lru_cache
from typing import Any, Callable, Dict, Optional, TextIO, Tuple

from gilbench.target import gil, registry, rounds

# pathlib is more than a launch should load.
HERE = os.path.realpath(os.path.dirname(__file__))  # noqa: PTH120


class SettingRefused(Exception):
    """A setting did not take effect."""


def _ping(request: Dict[str, Any]) -> Dict[str, Any]:
    return {}


def _set_up(request: Dict[str, Any]) -> Dict[str, Any]:
    """Apply the settings of the target and check that they hold.

    A setting without effect would be reported as if it had one. None leaves a setting as it is.
    """
    _check_bundle()
    _check_gil(request["gil"])
    _check_site(request["site"])
    if request["switch_interval_s"] is not None:
        sys.setswitchinterval(request["switch_interval_s"])
    if request["start_method"] is not None:
        _set_start_method(request["start_method"])
    return {}


def _check_bundle() -> None:
    """Check that this code is the bundle's, in whose folder a launch starts.

    A gilbench that was imported before would hide it.
    """
    if os.path.realpath(os.path.join("gilbench", "target")) != HERE:  # noqa: PTH118
        raise SettingRefused(
            "it imports gilbench from {} as it starts, which hides what is to be measured; "
            "take that import out of its .pth files and sitecustomize".format(HERE)
        )


def _check_gil(wanted: Optional[bool]) -> None:
    if wanted is not None and gil.enabled() != wanted:
        raise SettingRefused("gil={:d} has no effect on this build".format(wanted))


def _check_site(wanted: bool) -> None:
    if wanted == bool(sys.flags.no_site):
        raise SettingRefused("site={:d} has no effect on this interpreter".format(wanted))


def _set_start_method(method: str) -> None:
    import multiprocessing

    methods = multiprocessing.get_all_start_methods()
    if method not in methods:
        choices = ", ".join(methods)
        raise SettingRefused(
            "start-method={} is not offered (choose from: {})".format(method, choices)
        )
    multiprocessing.set_start_method(method, force=True)


def _load(request: Dict[str, Any]) -> Dict[str, Any]:
    registry.load("workload", request["workload"])
    return {}


def _describe(request: Dict[str, Any]) -> Dict[str, Any]:
    from gilbench.target.description import describe

    return describe()


def _describe_workload(request: Dict[str, Any]) -> Dict[str, Any]:
    from gilbench.target.description import describe_workload

    return describe_workload(registry.load("workload", request["workload"]))


def _size_tasks(request: Dict[str, Any]) -> Dict[str, Any]:
    from gilbench.target.sizing import size_tasks

    with gil.unchanged():
        return size_tasks(request["workload"], request["aim_ns"])


def _check_workload(request: Dict[str, Any]) -> Dict[str, Any]:
    from gilbench.target.user_trials import check

    return check(request["workload"])


def _check_fork(request: Dict[str, Any]) -> Dict[str, Any]:
    from gilbench.target.fork_trials import check_fork

    return check_fork(request["workload"])


def _try_call(request: Dict[str, Any]) -> Dict[str, Any]:
    from gilbench.target.calls.operations import try_call

    return try_call(request)


def _map_calls(request: Dict[str, Any]) -> Dict[str, Any]:
    from gilbench.target.calls.operations import map_calls

    return map_calls(request)


def _round(request: Dict[str, Any]) -> Dict[str, Any]:
    job = rounds.Job(
        request["workload"],
        request["params"],
        request["tasks"],
        request["workers"],
        request.get("start_method"),
    )
    return rounds.run(job, registry.load("strategy", request["strategy"]))


def _probe(request: Dict[str, Any]) -> Dict[str, Any]:
    with gil.unchanged():
        observations = dict(registry.load("probe", request["probe"]).run(request["params"]))
    _check_children()
    return observations


@lru_cache(maxsize=None)  # the newer name for this is not in 3.8
def _check_children() -> None:
    """Check once per launch, where the GIL is a setting, that it reaches child processes.

    Those that a probe starts are not asked one by one.
    """
    if gil.is_a_setting():
        from gilbench.target.probes._children import check_gil

        check_gil()


def _modules(request: Dict[str, Any]) -> Dict[str, Any]:
    """Every module that this process has loaded and the file that it was loaded from."""
    files = {}
    for name, module in list(sys.modules.items()):
        files[name] = getattr(module, "__file__", None)
    return {"modules": files}


OPERATIONS: Dict[str, Callable[[Dict[str, Any]], Dict[str, Any]]] = {
    "ping": _ping,
    "set up": _set_up,
    "load": _load,
    "describe": _describe,
    "describe workload": _describe_workload,
    "size tasks": _size_tasks,
    "check workload": _check_workload,
    "check fork": _check_fork,
    "try call": _try_call,
    "map calls": _map_calls,
    "round": _round,
    "probe": _probe,
    "modules": _modules,
}


def answer(line: str) -> Dict[str, Any]:
    """Carry out one request.

    Args:
        line: JSON with the name of an operation, ``op``, and its arguments.

    Returns:
        The reply: ``ok`` with the operation's result, or ``error`` with whatever it raised, in one
        line, and ``died`` where that was the death of a worker.

    Raises:
        KeyboardInterrupt: The launch was interrupted.
    """
    try:
        request = json.loads(line)
        return {"ok": OPERATIONS[request["op"]](request)}
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a workload may raise SystemExit too
        reply: Dict[str, Any] = {"error": rounds.describe_error(error).replace("\n", " ")}
        if isinstance(error, rounds.WorkerDied):
            reply["died"] = True
        return reply


def private_streams() -> Tuple[TextIO, TextIO]:
    """Reserve the two protocol streams for the loop.

    What a workload prints goes to standard error, and it reads nothing.

    Returns:
        The streams of requests and of replies.
    """
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null_device = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null_device, 0)
    os.close(null_device)
    os.dup2(2, 1)
    sys.stdin = os.fdopen(0, closefd=False, encoding="utf-8")
    sys.stdout = os.fdopen(1, "w", closefd=False, encoding="utf-8")
    return requests, replies


def usual_signals() -> None:
    """Have signals do what they usually do, whatever the shell that started gilbench ignores.

    A worker that ignores SIGTERM cannot be terminated, and where SIGCHLD is ignored none has an
    exit code.
    """
    ignored_by_python = {getattr(signal, name, None) for name in ("SIGPIPE", "SIGXFSZ")}
    for number in signal.valid_signals() - ignored_by_python:
        if signal.getsignal(number) == signal.SIG_IGN:
            is_interrupt = number == signal.SIGINT
            signal.signal(number, signal.default_int_handler if is_interrupt else signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, [])


def main() -> None:
    """Answer requests until the input ends."""
    usual_signals()
    requests, replies = private_streams()
    gil.watch()
    for line in requests:
        replies.write(json.dumps(answer(line)) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
