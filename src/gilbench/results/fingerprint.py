"""What of a host and its interpreters must agree before two absolute times mean the same."""

from __future__ import annotations

import hashlib

from gilbench.model import Host, Target

OF_BUILD = (
    "version",
    "implementation",
    "compiler",
    "free_threaded_build",
    "debug_build",
    "optimised_build",
    "lto_build",
)


def of_host(host: Host) -> dict[str, str]:
    quota = host.cgroup_quota_cores
    return {
        "processor": host.model,
        "logical cores": str(host.logical_cores),
        "physical cores": str(host.physical_cores or "unknown"),
        "usable cores": str(host.usable_cores),
        "quota": "none" if quota is None else f"{quota:g} cores",
        "memory": f"{host.memory_bytes / 2**30:.0f} GiB",
        "kernel": host.kernel,
        "governor": str(host.governor),
        "container": str(host.container),
        "virtualised": str(host.virtualised),
    }


def of_build(target: Target) -> str:
    settings = f",{target.settings}" if str(target.settings) else ""
    return ", ".join(str(getattr(target.description, name)) for name in OF_BUILD) + settings


def in_words(host: Host) -> str:
    """What a host is to a time, in one line: the same for two hosts where their times mean the same."""
    return ", ".join(f"{name} {value}" for name, value in of_host(host).items())


def short(host: Host) -> str:
    """A name for a host, the same as long as what a time depends on is."""
    return hashlib.sha256(in_words(host).encode()).hexdigest()[:12]
