"""Whole programs of ``programs/``, run as they stand under each start method.

What is recorded is what a user would see: output, exit code and the exceptions that are printed.
"""

import multiprocessing
import os
import re
import subprocess
import sys
from typing import Any, Dict, List

from gilbench.target import programs
from gilbench.target.probes import _children

(FOLDER,) = programs.__path__

# The program itself is untouched: only the start method is set before it runs as __main__.
RUN = (
    "import multiprocessing, runpy, sys; multiprocessing.set_start_method(sys.argv[1]); "
    "runpy.run_path(sys.argv[2], run_name='__main__')"
)
CHILD = re.compile(r"^child (\d+) in process (\d+)$", re.MULTILINE)
RESULTS = re.compile(r"^results (.*)$", re.MULTILINE)
RAISED = re.compile(r"^(\w+(?:Error|Exception|Empty|Full))\b", re.MULTILINE)


def run_program(program: str, method: str) -> Dict[str, Any]:
    """Run a program to its end, or kill it and whatever it started."""
    path = os.path.join(FOLDER, program.replace("-", "_") + ".py")  # noqa: PTH118 - as light as the registry
    options: List[str] = ["-S"] if sys.flags.no_site else []
    command = [sys.executable, *options, "-c", RUN, method, path]
    # Unbuffered, print() writes a line in two parts, and those of several processes mix.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    running = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        out, err = running.communicate(timeout=_children.PATIENCE_S)
    except subprocess.TimeoutExpired:
        kill_all(running)
        return {"exit_code": None, "output": "", "errors": ""}
    return {
        "exit_code": running.returncode,
        "output": out.decode("utf-8", "replace"),
        "errors": err.decode("utf-8", "replace"),
    }


def kill_all(running: Any) -> None:
    """Kill a program that took too long, with its process group, and reap it."""
    import signal

    if hasattr(os, "killpg"):
        os.killpg(running.pid, signal.SIGKILL)
    else:
        running.kill()
    running.communicate()


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Run ``program`` under the start method ``method``, "" for that of this process.

    Returns:
        ``children``, the numbers that children printed, in order; ``pids``, how many processes they
        were; ``results``, what the program printed as its results; ``joined``, whether it reached
        its last line; ``raised``, the names of exceptions in its error output; and ``exit_code``,
        None where it had to be killed.
    """
    method = params["method"] or multiprocessing.get_start_method()
    seen = run_program(params["program"], method)
    children = CHILD.findall(seen["output"])
    return {
        "program": params["program"],
        "method": method,
        "children": sorted(int(number) for number, _ in children),
        "pids": len({pid for _, pid in children}),
        "results": (RESULTS.findall(seen["output"]) or [""])[0],
        "joined": "all joined" in seen["output"],
        "raised": sorted(set(RAISED.findall(seen["errors"]))),
        "exit_code": seen["exit_code"],
    }


PROBE = _children.probe_of(
    "programs", "whole programs, run as they stand under each start method", trial
)
