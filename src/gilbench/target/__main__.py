"""The request loop of a launch: one JSON line in, one JSON line out, until the input ends."""

import json
import os
import sys
from functools import lru_cache
from typing import Any, Callable, Dict, TextIO, Tuple

from gilbench.target import gil, registry, rounds

HERE = os.path.realpath(os.path.dirname(__file__))  # noqa: PTH120 - pathlib is more than a launch should load


class SettingRefused(Exception):
    """A setting did not take effect."""


def _ping(request: Dict[str, Any]) -> Dict[str, Any]:
    return {}


def _set_up(request: Dict[str, Any]) -> Dict[str, Any]:
    """Set what is not None, and see that it holds: a setting that does nothing would be measured as if it did."""
    _check_bundle()
    wanted, interval_s, method = request["gil"], request["switch_interval_s"], request["start_method"]
    if wanted is not None and gil.enabled() != wanted:
        raise SettingRefused("gil={:d} has no effect on this build".format(wanted))
    if request["site"] == bool(sys.flags.no_site):
        raise SettingRefused("site={:d} has no effect on this interpreter".format(request["site"]))
    if interval_s is not None:
        sys.setswitchinterval(interval_s)
    if method is not None:
        import multiprocessing

        offered = multiprocessing.get_all_start_methods()
        if method not in offered:
            raise SettingRefused("start-method={} is not offered (choose from: {})".format(method, ", ".join(offered)))
        multiprocessing.set_start_method(method, force=True)
    return {}


def _check_bundle() -> None:
    """Check that this code is the bundle's, in whose folder a launch starts: a gilbench that was imported
    before would hide it."""
    if os.path.realpath(os.path.join("gilbench", "target")) != HERE:  # noqa: PTH118 - as above
        raise SettingRefused(
            "it imports gilbench from {} as it starts, which hides what is to be measured; take that import out of its "
            ".pth files and sitecustomize".format(HERE)
        )


def _load(request: Dict[str, Any]) -> Dict[str, Any]:
    registry.load("workload", request["workload"])
    return {}


def _describe(request: Dict[str, Any]) -> Dict[str, Any]:
    from gilbench.target.description import describe

    return describe()


def _calibrate(request: Dict[str, Any]) -> Dict[str, Any]:
    from gilbench.target.calibration import calibrate

    with gil.unchanged():
        return calibrate(request["workload"], request["aim_ns"])


def _check_workload(request: Dict[str, Any]) -> Dict[str, Any]:
    from gilbench.target.own import check

    return check(request["workload"])


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
        seen = dict(registry.load("probe", request["probe"]).run(request["params"]))
    _check_children()
    return seen


@lru_cache(maxsize=None)  # the newer name for this is not in 3.8
def _check_children() -> None:
    """Once a launch, where the GIL is a setting: processes that a probe starts are not asked one by one."""
    if gil.is_a_setting():
        from gilbench.target.probes._children import check_gil

        check_gil()


def _modules(request: Dict[str, Any]) -> Dict[str, Any]:
    """Every module this process has loaded and the file it came from."""
    return {"modules": {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}}


OPERATIONS: Dict[str, Callable[[Dict[str, Any]], Dict[str, Any]]] = {
    "ping": _ping,
    "set up": _set_up,
    "load": _load,
    "describe": _describe,
    "calibrate": _calibrate,
    "check workload": _check_workload,
    "round": _round,
    "probe": _probe,
    "modules": _modules,
}


def answer(line: str) -> Dict[str, Any]:
    """The reply to one request. Whatever the work raises becomes an ``error`` of one line; the loop goes on."""
    try:
        request = json.loads(line)
        return {"ok": OPERATIONS[request["op"]](request)}
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a workload may raise SystemExit too
        return {"error": rounds.describe_error(error).replace("\n", " ")}


def private_streams() -> Tuple[TextIO, TextIO]:
    """Keep the two protocol streams for the loop alone: whatever a workload prints or reads goes elsewhere."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdin = os.fdopen(0, closefd=False, encoding="utf-8")
    sys.stdout = os.fdopen(1, "w", closefd=False, encoding="utf-8")
    return requests, replies


def main() -> None:
    requests, replies = private_streams()
    gil.watch()
    for line in requests:
        replies.write(json.dumps(answer(line)) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
