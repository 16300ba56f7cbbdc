"""Settings of a target take effect in its launches, and one without effect is an error."""

import sys
import sysconfig
import venv
from pathlib import Path

import pytest

import gilbench
from gilbench.measure.launches import Launch, MeasurementError
from gilbench.measure.targets import loading
from gilbench.model import InputError, Settings

TIMEOUT_S = 120.0


def test_settings_take_effect_in_the_launch(target_bundle):
    """What the interpreter says of itself is what was asked for."""
    asked = Settings(switch_interval_s=0.002, start_method="spawn")
    told = loading.describe_target(sys.executable, target_bundle, asked)
    assert told.switch_interval_s == pytest.approx(0.002)
    assert told.start_method == "spawn"


def test_a_setting_stands_in_the_targets_name(target_bundle):
    """Two settings of one interpreter are two targets."""
    found, problems = loading.load_targets(
        [sys.executable, f"{sys.executable},switch-interval=0.001"], target_bundle
    )
    assert problems == ()
    plain, quick = found
    assert quick.id == f"{plain.id},switch-interval=0.001" and quick.executable == plain.executable


@pytest.mark.skipif(
    bool(sysconfig.get_config_var("Py_GIL_DISABLED")), reason="this build can do without the GIL"
)
def test_a_setting_without_effect_is_an_input_error(target_bundle):
    """A build that has the GIL cannot be measured without it, and says so instead of being measured with it."""
    with pytest.raises(InputError, match=r"cannot be measured with gil=0: .*; leave out gil=0"):
        loading.load_targets([f"{sys.executable},gil=0"], target_bundle)


def test_one_target_that_cannot_be_measured_leaves_the_others(target_bundle):
    """It is one line; where none is left it is an error."""
    found, problems = loading.load_targets([sys.executable, "/no/such/python"], target_bundle)
    assert len(found) == 1
    assert problems == (
        "no interpreter at /no/such/python; give the path of an executable, such as .venv/bin/python",
    )
    with pytest.raises(InputError, match="no interpreter at"):
        loading.load_targets(["/no/such/python"], target_bundle)


def test_a_start_method_that_there_is_not_here_is_refused(bundle_with):
    """The launch itself looks at what its platform offers."""
    main = (Path(gilbench.__file__).parent / "target" / "__main__.py").read_text()
    target_bundle = bundle_with(
        {
            "__main__.py": "import multiprocessing\nmultiprocessing.get_all_start_methods = lambda: ['spawn']\n"
            + main
        }
    )
    with pytest.raises(InputError, match=r"start-method=fork is not offered \(choose from: spawn"):
        loading.describe_target(sys.executable, target_bundle, Settings(start_method="fork"))


def importing(environment: Path) -> str:
    """The spec of a virtual environment of this interpreter in which a module of the test's own is installed."""
    venv.create(environment, symlinks=True)
    (site_packages,) = environment.glob("lib/python3*/site-packages")
    (site_packages / "installed_for_the_test.py").write_text("ANSWER = 42\n")
    return str(environment / "bin" / "python")


NEEDS_A_LIBRARY = """
    def task(index, params):
        import installed_for_the_test
        return installed_for_the_test.ANSWER
"""


@pytest.mark.parametrize("strategy", ["serial", "thread", "process"])
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_what_is_installed_is_there_where_the_setting_asks_for_it(
    workload_bundle, tmp_path, strategy, method
):
    """A task imports from its virtual environment, in the launch and in the processes that it starts; without the
    setting it does not."""
    executable = importing(tmp_path / "environment")
    round_of_it = {
        "workload": "custom",
        "params": {},
        "strategy": strategy,
        "workers": 1,
        "tasks": 2,
    }
    target_bundle = workload_bundle(NEEDS_A_LIBRARY)
    for site in (True, False):
        with Launch(executable, target_bundle, Settings(site=site, start_method=method)) as launch:
            launch.set_up(TIMEOUT_S)
            if site:
                assert launch.ask("round", TIMEOUT_S, **round_of_it)["checksum"] == 84
            else:
                with pytest.raises(
                    MeasurementError, match="No module named 'installed_for_the_test'"
                ):
                    launch.ask("round", TIMEOUT_S, **round_of_it)


def test_an_environment_that_imports_gilbench_as_it_starts_is_refused(target_bundle, tmp_path):
    """Its gilbench would take the place of the target bundle's; without site=1 it is not seen."""
    executable = importing(tmp_path / "environment")
    (site_packages,) = (tmp_path / "environment").glob("lib/python3*/site-packages")
    source = Path(gilbench.__file__).parents[1]
    (site_packages / "early.pth").write_text(f"{source}\nimport gilbench\n")
    with pytest.raises(
        InputError,
        match=r"it imports gilbench from .*target as it starts, .*; take that import out",
    ):
        loading.describe_target(executable, target_bundle, Settings(site=True))
    assert loading.describe_target(executable, target_bundle)


def test_a_launch_without_settings_sets_nothing(target_bundle):
    """Defaults stay the interpreter's own."""
    with Launch(sys.executable, target_bundle) as launch:
        launch.set_up(TIMEOUT_S)
        assert launch.ask("describe", TIMEOUT_S)["switch_interval_s"] == sys.getswitchinterval()
