"""Settings of a target: how they are written, what they mean for a launch, and that one without effect is an error."""

import os
import sys
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gilbench
from gilbench.measure import targets
from gilbench.measure.launch import Launch, clean_environment
from gilbench.model import DEFAULTS, InputError, Settings

settings = st.builds(
    Settings,
    gil=st.sampled_from([None, True, False]),
    switch_interval_s=st.none() | st.floats(1e-6, 10),
    start_method=st.sampled_from([None, "fork", "forkserver", "spawn"]),
)


@given(settings)
def test_what_settings_say_of_themselves_means_the_same(given_settings):
    """A target's id can be typed again."""
    words = str(given_settings)
    interpreter, parsed = targets.parse(f"3.14t,{words}" if words else "3.14t")
    assert interpreter == "3.14t"
    assert str(parsed) == words
    assert (parsed.gil, parsed.start_method) == (given_settings.gil, given_settings.start_method)


def test_without_settings_everything_is_left_to_the_interpreter():
    """A plain spec has none."""
    assert targets.parse("/usr/bin/python3") == ("/usr/bin/python3", DEFAULTS)


@pytest.mark.parametrize(
    ("spec", "remedy"),
    [
        ("3.14t,gill=0", "there are: gil, switch-interval, start-method"),
        ("3.14t,gil=0,gil=1", "stands twice"),
        ("3.14t,gil=off", "gil takes 0 or 1"),
        ("3.14t,gil", "gil takes 0 or 1"),
        ("3.12,switch-interval=soon", "takes seconds, such as 0.001"),
        ("3.12,switch-interval=0", "takes seconds, such as 0.001"),
        ("3.12,switch-interval=nan", "takes seconds, such as 0.001"),
        ("3.12,start-method=thread", "takes fork, forkserver or spawn"),
        ("3.12,", "is no setting"),
    ],
)
def test_a_setting_that_there_is_not_is_an_input_error(spec, remedy):
    """One line that says what can be set, and to what."""
    with pytest.raises(InputError, match=remedy):
        targets.parse(spec)


def test_the_gil_is_set_for_every_process_of_a_launch(monkeypatch):
    """By a variable that children inherit; without the setting the caller's own variable does not get through."""
    monkeypatch.setenv("PYTHON_GIL", "1")
    assert "PYTHON_GIL" not in clean_environment()
    assert clean_environment(Settings(gil=False))["PYTHON_GIL"] == "0"
    assert clean_environment(Settings(gil=True))["PYTHON_GIL"] == "1"
    assert set(clean_environment()) <= set(os.environ)


def test_settings_take_effect_in_the_launch(kit):
    """What the interpreter says of itself is what was asked for."""
    asked = Settings(switch_interval_s=0.002, start_method="spawn")
    told = targets.describe(sys.executable, kit, asked)
    assert told["switch_interval_s"] == pytest.approx(0.002)
    assert told["start_method"] == "spawn"


def test_a_setting_stands_in_the_targets_name(kit):
    """Two settings of one interpreter are two targets."""
    found, problems = targets.load([sys.executable, f"{sys.executable},switch-interval=0.001"], kit)
    assert problems == ()
    plain, quick = found
    assert quick.id == f"{plain.id},switch-interval=0.001" and quick.executable == plain.executable


@pytest.mark.skipif(bool(sysconfig.get_config_var("Py_GIL_DISABLED")), reason="this build can do without the GIL")
def test_a_setting_without_effect_is_an_input_error(kit):
    """A build that has the GIL cannot be measured without it, and says so instead of being measured with it."""
    with pytest.raises(InputError, match=r"cannot be measured with gil=0: .*; leave out gil=0"):
        targets.load([f"{sys.executable},gil=0"], kit)


def test_one_target_that_cannot_be_measured_leaves_the_others(kit):
    """It is one line; where none is left it is an error."""
    found, problems = targets.load([sys.executable, "/no/such/python"], kit)
    assert len(found) == 1
    assert problems == ("no interpreter at /no/such/python; give the path of an executable, such as .venv/bin/python",)
    with pytest.raises(InputError, match="no interpreter at"):
        targets.load(["/no/such/python"], kit)


def test_a_start_method_that_there_is_not_here_is_refused(kit_with):
    """The launch itself looks at what its platform offers."""
    main = (Path(gilbench.__file__).parent / "target" / "__main__.py").read_text()
    kit = kit_with(
        {"__main__.py": "import multiprocessing\nmultiprocessing.get_all_start_methods = lambda: ['spawn']\n" + main}
    )
    with pytest.raises(InputError, match=r"start-method=fork is not offered; there are: spawn"):
        targets.describe(sys.executable, kit, Settings(start_method="fork"))


def test_a_launch_without_settings_sets_nothing(kit):
    """Defaults stay the interpreter's own."""
    with Launch(sys.executable, kit) as launch:
        launch.set_up(20)
        assert launch.ask("describe", 20)["switch_interval_s"] == sys.getswitchinterval()
