"""How this interpreter describes itself and what it can run, as plain data."""

import multiprocessing
import os
import platform
import re
import sys
import sysconfig
from typing import Any, Dict, Tuple

from gilbench.target import gil, registry


def describe_workload(entry: registry.Workload) -> Dict[str, Any]:
    """A workload as the parent reads it, without its functions."""
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


def describe_strategy(entry: registry.Strategy) -> Dict[str, Any]:
    """A strategy as the parent reads it, and whether this interpreter can run it."""
    return {
        "name": entry.name,
        "summary": entry.summary,
        "workers_in": entry.workers_in,
        "one_worker": entry.one_worker,
        "equivalent_to": entry.equivalent_to,
        "kinds": list(entry.kinds),
        "missing": entry.missing(),
    }


def describe_probe(entry: registry.Probe) -> Dict[str, Any]:
    """A probe as the parent reads it, and whether this interpreter can run it."""
    return {
        "name": entry.name,
        "summary": entry.summary,
        "limit_s": entry.limit_s,
        "missing": entry.missing(),
    }


def describe_channel(entry: registry.Channel) -> Dict[str, Any]:
    """A channel as the parent reads it, and whether this interpreter can run it."""
    return {"name": entry.name, "summary": entry.summary, "missing": entry.missing()}


def describe() -> Dict[str, Any]:
    """Describe this interpreter, with its settings in effect, and everything that is registered.

    Raises:
        RuntimeError: It is older than Python 3.8.
        RegistryError: A registered file is broken.
    """
    if sys.version_info < (3, 8):  # noqa: UP036 - this runs in whatever interpreter the user named
        version = platform.python_version()
        raise RuntimeError("Python {} lacks the clocks and ids that a round reads".format(version))
    arguments = str(sysconfig.get_config_var("CONFIG_ARGS") or "")
    jit_build, jit_enabled = _jit(arguments)
    switch_interval_s = sys.getswitchinterval() if hasattr(sys, "getswitchinterval") else None
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
        "switch_interval_s": switch_interval_s,
        # Up to 3.9 the evaluation loop checked for requests to switch between any two bytecodes.
        "switches_anywhere": sys.version_info < (3, 10),
        "start_method": multiprocessing.get_start_method(),
        "start_methods": multiprocessing.get_all_start_methods(),
        "cpu_count": os.cpu_count(),
        "workloads": [describe_workload(entry) for entry in registry.load_all("workload")],
        "strategies": [describe_strategy(entry) for entry in registry.load_all("strategy")],
        "probes": [describe_probe(entry) for entry in registry.load_all("probe")],
        "channels": [describe_channel(entry) for entry in registry.load_all("channel")],
    }


def _jit(arguments: str) -> Tuple[bool, bool]:
    """Whether the interpreter was built with a JIT compiler, and whether it uses it.

    ``arguments`` are those with which it was configured.
    """
    if platform.python_implementation() == "PyPy":
        has_jit = "pypyjit" in sys.builtin_module_names
        return has_jit, has_jit
    jit = getattr(sys, "_jit", None)  # from 3.14 on
    if jit is not None:
        return jit.is_available(), jit.is_enabled()
    option = re.search(r"--enable-experimental-jit(=[\w-]+)?", arguments)
    value = (option.group(1) or "=yes") if option else "=no"
    return value in ("=yes", "=yes-off"), value == "=yes"
