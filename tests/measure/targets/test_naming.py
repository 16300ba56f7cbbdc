"""What targets are called: unique, short, and told apart by no more than it takes."""

import sys

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import synthetic

from gilbench.measure.targets import loading
from gilbench.measure.targets.naming import NamedTarget, with_unique_ids
from gilbench.measure.targets.spec import NAME
from gilbench.model import InputError


def called(executable, id="3.11.9", name=""):
    return NamedTarget(
        msgspec.structs.replace(synthetic.make_target(), id=id, executable=executable), name
    )


@pytest.mark.parametrize(
    ("executables", "expected"),
    [
        (["/p/bin/python"], ["3.11.9"]),
        (
            ["/p/.venv-main/bin/python", "/p/.venv-new/bin/python"],
            ["3.11.9-venv-main", "3.11.9-venv-new"],
        ),
        (["/main/.venv/bin/python", "/new/.venv/bin/python"], ["3.11.9-main", "3.11.9-new"]),
        (
            ["/home/u/.pyenv/versions/3.11.9/bin/python", "/p/.venv/bin/python"],
            ["3.11.9", "3.11.9-venv"],
        ),
        (["/usr/bin/python3", "/p/.venv/bin/python"], ["3.11.9-usr", "3.11.9-venv"]),
        (["/usr/bin/python3", "/usr/bin/python3.11"], ["3.11.9-python3", "3.11.9-python3.11"]),
        (["/p/my env/bin/python", "/p/a,b@c/bin/python"], ["3.11.9-my-env", "3.11.9-a-b-c"]),
    ],
    ids=[
        "one",
        "environments",
        "projects",
        "base-and-environment",
        "installed",
        "one-folder",
        "odd-names",
    ],
)
def test_executables_of_one_version_are_told_apart_by_their_folders(executables, expected):
    """By the nearest folder whose name differs; not at all where there is only one."""
    assert [
        one.id for one in with_unique_ids([called(executable) for executable in executables])
    ] == expected


def test_settings_stay_at_the_end_of_an_id():
    """So that they can be read, and typed again."""
    found = with_unique_ids([called(f"/p/{one}/bin/python", "3.14.0t,gil=0") for one in ("a", "b")])
    assert [one.id for one in found] == ["3.14.0t-a,gil=0", "3.14.0t-b,gil=0"]


def test_the_users_name_is_the_whole_id():
    """One binary twice is two targets if they have names; what has none of its own keeps its version."""
    found = with_unique_ids(
        [
            called("/p/bin/python", name="a"),
            called("/p/bin/python", name="b"),
            called("/p/bin/python"),
        ]
    )
    assert [one.id for one in found] == ["a", "b", "3.11.9"]
    found = with_unique_ids([called("/p/bin/python"), called("/q/bin/python", name="3.11.9")])
    assert [one.id for one in found] == ["3.11.9-p", "3.11.9"]


@pytest.mark.parametrize(
    ("twice", "id"),
    [
        ([called("/p/bin/python"), called("/p/bin/python")], "3.11.9"),
        ([called("/p/bin/python", name="a"), called("/q/bin/python", name="a")], "a"),
    ],
    ids=["executable", "name"],
)
def test_two_targets_of_one_id_are_an_input_error(twice, id):
    """The remedy is a name."""
    with pytest.raises(
        InputError,
        match=f"2 targets are called {id}; give each a different name, such as .*,name=a",
    ):
        with_unique_ids(twice)


folders = st.lists(st.sampled_from(["a", "b", "3.11.9", ".venv", "x y"]), min_size=1, max_size=4)


@given(st.lists(folders, min_size=2, max_size=4, unique_by=tuple))
def test_ids_are_unique_or_an_error_says_so(places):
    """Whatever the folders, no two targets share an id, and an id has none of the marks that separate items."""
    try:
        found = with_unique_ids(
            [called("/".join(["", *place, "bin", "python"])) for place in places]
        )
    except InputError as error:
        assert "give each a different name" in str(error)
    else:
        assert len({one.id for one in found}) == len(places)
        assert all(NAME.fullmatch(one.id) for one in found)


def test_one_binary_twice_is_loaded_by_name(target_bundle):
    """A/A over two targets: the same executable under two names."""
    found, problems = loading.load_targets(
        [f"{sys.executable},name=a", f"{sys.executable},name=b"], target_bundle
    )
    assert problems == ()
    assert [(one.id, one.executable) for one in found] == [
        ("a", sys.executable),
        ("b", sys.executable),
    ]
