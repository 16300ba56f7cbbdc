"""What claims expect where the build, and not the GIL, decides, and where the number of cores does."""

import pytest
from msgspec.structs import replace
from tests.synthetic import make_host, make_target

from gilbench.claims.claim import Setting
from gilbench.claims.registry import find_claims
from gilbench.model import Outcome, Target


def make_build(*, free_threaded: bool, gil: bool) -> Target:
    """A target of a build, whose GIL may be switched on."""
    target = make_target(gil=gil, version="3.14.0")
    description = replace(target.description, free_threaded_build=free_threaded)
    return replace(target, description=description)


@pytest.mark.parametrize(
    ("claim", "default", "free_threaded"),
    [("B13", Outcome.PROVED, None), ("C13", Outcome.REFUTED, Outcome.PROVED)],
)
def test_a_gil_that_is_switched_on_does_not_make_a_default_build(claim, default, free_threaded):
    """Reference counts and interpreters are those of the build."""
    (found,) = find_claims([claim])
    for build, gil, expected in (
        (False, True, default),
        (True, False, free_threaded),
        (True, True, free_threaded),
    ):
        target = make_build(free_threaded=build, gil=gil)
        assert found.expected(Setting(target, make_host())) == expected


@pytest.mark.parametrize(("cores", "expected"), [(2, None), (3, Outcome.PROVED)])
def test_sharing_on_two_cores_costs_about_what_the_second_gives(cores, expected):
    """There either outcome of B15 is news."""
    (found,) = find_claims(["B15"])
    target = make_build(free_threaded=True, gil=False)
    assert found.expected(Setting(target, make_host(cores))) == expected
