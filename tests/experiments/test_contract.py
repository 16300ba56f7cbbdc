"""The contract that every experiment keeps."""

import importlib
import pkgutil

import msgspec
from tests import synthetic

from gilbench import experiments
from gilbench.claims.questions import wanted_items
from gilbench.experiments.report_only import report_only
from gilbench.model import Experiment

MODULES = {
    info.name: importlib.import_module(f"gilbench.experiments.{info.name}")
    for info in pkgutil.iter_modules(experiments.__path__)
    if info.name != "report_only"
}


def test_it_asks_a_registered_probe_under_its_conditions(subtests):
    """A file is named as its probe, and its experiment asks that probe under every condition, in their order."""
    target = synthetic.make_target()
    for name, module in MODULES.items():
        with subtests.test(experiment=name):
            experiment = module.experiment(target)
            assert experiment.probe == name.replace("_", "-")
            assert experiment.probe in {probe.name for probe in target.description.probes}
            assert experiment.target == target.id
            assert experiment.conditions == module.CONDITIONS
            assert experiment.launch_s > 0


def test_every_timed_experiment_is_one_of_these():
    """What claims or the report ask of a probe that is timed stands here, and nowhere a second time."""
    target = synthetic.make_target()
    wanted = [entry.item for entry in wanted_items((target,), synthetic.make_host()).values()]
    asked = [item for item in (*wanted, *report_only(target)) if isinstance(item, Experiment)]
    trials = [item for item in asked if all("trials" in condition for condition in item.conditions)]
    here = [module.experiment(target) for module in MODULES.values()]
    assert sorted(item.id for item in asked if item not in trials) == sorted(
        item.id for item in here
    )
    assert all(item in asked for item in here)


def test_what_the_report_shows_is_left_out_where_it_cannot_run():
    """A probe that a target lacks, or that a run of another version does not know, is not asked."""
    target = synthetic.make_target()
    assert [item.probe for item in report_only(target)] == ["turns"]
    assert report_only(synthetic.make_target(missing={"turns": "no clock"})) == []
    others = tuple(probe for probe in target.description.probes if probe.name != "turns")
    described = msgspec.structs.replace(target.description, probes=others)
    older = msgspec.structs.replace(target, description=described)
    assert report_only(older) == []
