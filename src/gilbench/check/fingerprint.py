"""What of a host and its interpreters must agree before two absolute times mean the same."""

from __future__ import annotations

import hashlib

from gilbench.model import Host, Run, Target

OF_BUILD = (
    "version",
    "implementation",
    "compiler",
    "free_threaded_build",
    "debug_build",
    "optimised_build",
    "lto_build",
)


def fingerprint(run: Run) -> dict[str, str]:
    """Name → value, for everything that a time depends on and a run knows."""
    return of_host(run.host) | {f"Python {target.id}": of_build(target) for target in run.targets}


def of_host(host: Host) -> dict[str, str]:
    return {
        "processor": host.model,
        "logical cores": str(host.logical_cores),
        "usable cores": str(host.usable_cores),
        "kernel": host.kernel,
        "governor": str(host.governor),
        "container": str(host.container),
        "virtualised": str(host.virtualised),
    }


def of_build(target: Target) -> str:
    settings = f",{target.settings}" if str(target.settings) else ""
    return ", ".join(str(target.description.get(name)) for name in OF_BUILD) + settings


def short(host: Host) -> str:
    """A name for a host, the same as long as what a time depends on is."""
    return hashlib.sha256(repr(sorted(of_host(host).items())).encode()).hexdigest()[:12]
