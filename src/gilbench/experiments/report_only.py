"""The experiments that the report shows and no claim asks for."""

from __future__ import annotations

from gilbench import model
from gilbench.experiments import turns

EXPERIMENTS = (turns.experiment,)


def report_only(target: model.Target) -> list[model.Experiment]:
    """Those of EXPERIMENTS that a target can run; another version's may not know the probe."""
    runnable = {probe.name for probe in target.description.probes if not probe.missing}
    experiments = [experiment(target) for experiment in EXPERIMENTS]
    return [experiment for experiment in experiments if experiment.probe in runnable]
