"""The registry: a file a name, found by being there, and loud about everything else."""

import pytest
from tests.bundle_code import run_in_bundle

from gilbench.target import registry


def test_names_are_those_of_the_files(subtests):
    """Every file registers the name of the file; helpers, which begin with an underscore, do not count."""
    for kind in registry.FOLDERS:
        with subtests.test(kind=kind):
            names = registry.names(kind)
            assert names and names == sorted(set(names))
            assert [entry.name for entry in registry.load_all(kind)] == names
            assert not [name for name in names if name.startswith(("_", "-"))]


def test_an_entry_is_loaded_once(subtests):
    """Loading it twice gives the same entry, so what it has prepared is kept."""
    for kind in registry.FOLDERS:
        with subtests.test(kind=kind):
            name = registry.names(kind)[0]
            assert registry.load(kind, name) is registry.load(kind, name)


def test_an_unknown_name_lists_the_known_ones(subtests):
    """The error says which names there are."""
    for kind in registry.FOLDERS:
        words = rf"unknown {kind} 'x' \(choose from: .*{registry.names(kind)[-1]}"
        with subtests.test(kind=kind), pytest.raises(registry.RegistryError, match=words):
            registry.load(kind, "x")


def test_a_new_file_is_all_it_takes(bundle_with):
    """A workload put into the folder is registered, with no list to add it to; so is a strategy."""
    target_bundle = bundle_with(
        {
            "workloads/new_one.py": """
                from gilbench.target.registry import Workload
                WORKLOAD = Workload(name="new-one", kind="cpu", summary="new", task=lambda i, p: i, defaults={})
            """,
            "strategies/backwards.py": """
                from gilbench.target.registry import Strategy
                def run(job):
                    return [job.perform(range(job.tasks - 1, -1, -1))]
                STRATEGY = Strategy(name="backwards", summary="new", run=run, workers_in="caller", one_worker=True)
            """,
        }
    )
    code = (
        "from gilbench.target import registry, rounds\n"
        "job = rounds.Job('new-one', {}, 5, 1)\n"
        "print(rounds.run(job, registry.load('strategy', 'backwards'))['checksum'])\n"
        "print('new-one' in registry.names('workload'), 'backwards' in registry.names('strategy'))\n"
    )
    assert run_in_bundle(code, target_bundle).split() == ["10", "True", "True"]
