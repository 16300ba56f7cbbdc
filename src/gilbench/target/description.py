"""What this interpreter is and what it can run, as plain data."""

import multiprocessing
import os
import platform
import re
import sys
import sysconfig
from typing import Any, Dict, Tuple

from gilbench.target import gil, registry


def of_workload(entry: registry.Workload) -> Dict[str, Any]:
    return {
        "name": entry.name,
        "kind": entry.kind,
        "summary": entry.summary,
        "defaults": entry.defaults,
        "size_unit": entry.size_unit,
        "size_step": entry.size_step,
        "sized_as": entry.sized_as,
        "service": entry.service,
        "survey": entry.survey,
    }


def describe() -> Dict[str, Any]:
    if sys.version_info < (3, 8):  # noqa: UP036 - this runs in whatever interpreter the user named
        raise RuntimeError("Python {} lacks the clocks and ids that a round reads".format(platform.python_version()))
    arguments = str(sysconfig.get_config_var("CONFIG_ARGS") or "")
    jit_build, jit_enabled = _jit(arguments)
    return {
        "executable": sys.executable,
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "compiler": platform.python_compiler(),
        "free_threaded_build": gil.is_a_setting(),
        "gil_enabled": gil.enabled(),
        "debug_build": hasattr(sys, "gettotalrefcount"),
        "optimised_build": "--enable-optimizations" in arguments,
        "lto_build": "--with-lto" in arguments,
        "jit_build": jit_build,
        "jit_enabled": jit_enabled,
        "switch_interval_s": sys.getswitchinterval() if hasattr(sys, "getswitchinterval") else None,
        # Up to 3.9 the evaluation loop looked at requests to switch between any two bytecodes.
        "switches_anywhere": sys.version_info < (3, 10),
        "start_method": multiprocessing.get_start_method(),
        "start_methods": multiprocessing.get_all_start_methods(),
        "cpu_count": os.cpu_count(),
        "workloads": [of_workload(entry) for entry in registry.load_all("workload")],
        "strategies": [
            {
                "name": entry.name,
                "summary": entry.summary,
                "workers_in": entry.workers_in,
                "one_worker": entry.one_worker,
                "equivalent_to": entry.equivalent_to,
                "kinds": list(entry.kinds),
                "missing": entry.missing(),
            }
            for entry in registry.load_all("strategy")
        ],
        "probes": [
            {
                "name": entry.name,
                "summary": entry.summary,
                "limit_s": entry.limit_s,
                "missing": entry.missing(),
            }
            for entry in registry.load_all("probe")
        ],
        "channels": [
            {
                "name": entry.name,
                "summary": entry.summary,
                "missing": entry.missing(),
            }
            for entry in registry.load_all("channel")
        ],
    }


def _jit(arguments: str) -> Tuple[bool, bool]:
    """Whether the interpreter was built with a JIT compiler, and whether it uses it."""
    if platform.python_implementation() == "PyPy":
        return "pypyjit" in sys.builtin_module_names, "pypyjit" in sys.builtin_module_names
    told = getattr(sys, "_jit", None)  # from 3.14 on
    if told is not None:
        return told.is_available(), told.is_enabled()
    asked = re.search(r"--enable-experimental-jit(=[\w-]+)?", arguments)
    kind = (asked.group(1) or "=yes") if asked else "=no"
    return kind in ("=yes", "=yes-off"), kind == "=yes"
