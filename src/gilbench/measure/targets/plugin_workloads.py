"""Workloads of other packages: their files are copied into the target bundle, and described there.

Nothing of such a package is imported here. Its file runs in launches only, so it keeps to the
standard library and Python 3.8 like every workload; what fails there leaves that workload out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gilbench.measure.launches import MeasurementError
from gilbench.measure.targets.loading import DESCRIBE_TIMEOUT_S, ask_once
from gilbench.model import InputError, Target, WorkloadInfo
from gilbench.plugins.entry_points import Plugin, find_plugins, find_source, leave_out


@dataclass(frozen=True)
class PluginWorkload:
    """A workload of another package, as it was copied into a target bundle."""

    plugin: Plugin
    sha256: str


def install(target_bundle: Path) -> tuple[PluginWorkload, ...]:
    """Copy the workloads of every plugin into a target bundle, whose targets are described already.

    One that has the name of another workload is left out.
    """
    installed = []
    for plugin in find_plugins("workloads"):
        workload = _install(plugin, target_bundle)
        if workload is not None:
            installed.append(workload)
    return tuple(installed)


def _install(plugin: Plugin, target_bundle: Path) -> PluginWorkload | None:
    folder = target_bundle / "gilbench" / "target" / "workloads"
    file = folder / f"{plugin.name.replace('-', '_')}.py"
    if file.exists():
        leave_out(plugin, f"there is a workload {plugin.name!r} already; rename its entry point")
        return None
    source = find_source(plugin)
    if source is None:
        return None
    try:
        code = source.read_bytes()
    except OSError as error:
        leave_out(plugin, f"cannot read {source}: {error.strerror}")
        return None
    file.write_bytes(code)
    return PluginWorkload(plugin, hashlib.sha256(code).hexdigest())


def admit(
    workloads: Iterable[PluginWorkload], targets: Sequence[Target], target_bundle: Path
) -> tuple[Target, ...]:
    """Have every target describe the workloads of plugins, each in a separate launch.

    Returns:
        The targets, with those workloads in their descriptions that all of them can run.
    """
    admitted = tuple(targets)
    for workload in workloads:
        with_workload = []
        for target in admitted:
            info = _described(workload, target, target_bundle)
            if info is not None:
                with_workload.append(target.with_workloads([info]))
        if len(with_workload) == len(admitted):
            admitted = tuple(with_workload)
    return admitted


def _described(
    workload: PluginWorkload, target: Target, target_bundle: Path
) -> WorkloadInfo | None:
    plugin = workload.plugin
    try:
        answer = ask_once(
            target.executable,
            target_bundle,
            target.settings,
            "describe workload",
            DESCRIBE_TIMEOUT_S,
            workload=plugin.name,
        )
        info = msgspec.convert(answer, WorkloadInfo)
    except (MeasurementError, msgspec.ValidationError) as error:
        leave_out(plugin, f"on {target.id}, {error}")
        return None
    return msgspec.structs.replace(info, package=plugin.package, sha256=workload.sha256)


def reinstall(targets: Iterable[Target], target_bundle: Path) -> None:
    """Copy the workloads of plugins that a run was measured with, in order to resume it.

    Raises:
        InputError: One of them is gone, or has changed since the run began.
    """
    installed = {workload.plugin.name: workload.sha256 for workload in install(target_bundle)}
    for target in targets:
        for workload in target.description.workloads:
            if workload.package and installed.get(workload.name) != workload.sha256:
                raise InputError(
                    f"the workload {workload.name} of {workload.package} has changed or is gone; "
                    "put that version back, or measure again with `gilbench run`"
                )
