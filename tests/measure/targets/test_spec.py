"""What the words of ``--python`` mean, and what is not a setting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gilbench.measure.targets import spec as specs
from gilbench.model import DEFAULTS, InputError, Settings

settings = st.builds(
    Settings,
    gil=st.sampled_from([None, True, False]),
    switch_interval_s=st.none() | st.floats(1e-6, 10),
    start_method=st.sampled_from([None, "fork", "forkserver", "spawn"]),
    site=st.booleans(),
)


@given(settings)
def test_what_settings_say_of_themselves_means_the_same(given_settings):
    """A target's id can be typed again."""
    words = str(given_settings)
    parsed = specs.parse_spec(f"3.14t,{words}" if words else "3.14t")
    assert (parsed.interpreter, parsed.name) == ("3.14t", "")
    assert str(parsed.settings) == words
    for setting in ("gil", "start_method", "site"):
        assert getattr(parsed.settings, setting) == getattr(given_settings, setting)


def test_without_settings_everything_is_left_to_the_interpreter():
    """A plain spec has none."""
    assert specs.parse_spec("/usr/bin/python3") == specs.Spec("/usr/bin/python3", DEFAULTS)


def test_a_name_is_no_setting_of_the_launch():
    """It is what the user calls the target, settings or not."""
    assert specs.parse_spec("3.14t,name=off,gil=0") == specs.Spec(
        "3.14t", Settings(gil=False), "off"
    )


@pytest.mark.parametrize(
    ("spec", "remedy"),
    [
        ("3.14t,gill=0", r"choose from: gil, switch-interval, start-method"),
        ("3.14t,gil=0,gil=1", "gil is given twice"),
        ("3.14t,gil=off", "gil takes 0 or 1"),
        ("3.14t,gil", "gil takes 0 or 1"),
        ("3.12,switch-interval=soon", "takes seconds, such as 0.001"),
        ("3.12,switch-interval=0", "takes seconds, such as 0.001"),
        ("3.12,switch-interval=nan", "takes seconds, such as 0.001"),
        ("3.12,start-method=thread", "takes fork, forkserver or spawn"),
        ("3.12,site=yes", "site takes 0 or 1"),
        ("3.12,name=", "name takes letters, digits"),
        ("3.12,name=a@b", "name takes letters, digits"),
        ("3.12,name=-vs", "name takes letters, digits"),
        ("3.12,", "unknown setting ''"),
    ],
)
def test_a_setting_that_there_is_not_is_an_input_error(spec, remedy):
    """One line that says what can be set, and to what."""
    with pytest.raises(InputError, match=remedy):
        specs.parse_spec(spec)
