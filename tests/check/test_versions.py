"""Which interpreters of two stored runs are compared: the same release, another where asked, never another build."""

import msgspec
import pytest
from tests import synthetic

from gilbench.check.versions import Interpreter, interpreters_named, interpreters_of, pair_up
from gilbench.model import InputError, Settings

OLD, OLD_PATCHED, NEW = (
    Interpreter("3.11", "3.11.2"),
    Interpreter("3.11", "3.11.9"),
    Interpreter("3.12", "3.12.1"),
)
FREE = Interpreter("3.14t", "3.14.0", "CPython free-threaded")
UNKNOWN = Interpreter("own", "")


def named(name: str, of: Interpreter) -> Interpreter:
    return msgspec.structs.replace(of, name=name)


def names(pairs) -> list[tuple[str, str]]:
    return [(pair.baseline.name, pair.head.name) for pair in pairs]


@pytest.mark.parametrize(
    ("baseline", "head", "paired"),
    [
        ([OLD], [OLD_PATCHED], [("3.11", "3.11")]),
        ([OLD, NEW], [NEW, OLD], [("3.11", "3.11"), ("3.12", "3.12")]),
        ([named("main", NEW)], [named("head", NEW)], [("main", "head")]),
        (
            [named("a", NEW), named("b", NEW)],
            [named("c", NEW), named("d", NEW)],
            [("a", "c"), ("b", "d")],
        ),
        ([UNKNOWN], [named("own", NEW)], [("own", "own")]),
        ([OLD], [OLD, NEW], [("3.11", "3.11")]),
    ],
)
def test_the_same_release_is_compared_as_a_matter_of_course(baseline, head, paired):
    """Whatever the patch, the order and the name; one that only one run measured is in no pair."""
    pairs = pair_up(baseline, head, across_versions=False)
    assert names(pairs) == paired and all(pair.is_same_release for pair in pairs)


@pytest.mark.parametrize(
    ("baseline", "head"),
    [
        ([OLD], [NEW]),
        ([named("own", OLD)], [named("own", NEW)]),
        ([OLD, NEW], [FREE, NEW]),
        ([UNKNOWN], [NEW]),
    ],
)
def test_another_release_is_refused(baseline, head):
    """With both interpreters and the remedy, even where both are called the same."""
    with pytest.raises(InputError, match="--across-versions") as caught:
        pair_up(baseline, head, across_versions=False)
    assert str(head[0]) in str(caught.value) and "\n" not in str(caught.value)


def test_another_release_is_compared_where_it_is_asked_for():
    """The same release comes first; the rest is paired by build, in the order of the runs."""
    pairs = pair_up(
        [OLD, NEW, FREE],
        [NEW, FREE, named("next", Interpreter("", "3.13.0"))],
        across_versions=True,
    )
    assert names(pairs) == [("3.12", "3.12"), ("3.14t", "3.14t"), ("3.11", "next")]
    assert [pair.is_same_release for pair in pairs] == [True, True, False]


@pytest.mark.parametrize(
    "head", [[FREE], [msgspec.structs.replace(NEW, settings="switch-interval=0.1")]]
)
def test_another_build_or_setting_is_never_compared(head):
    """What it gains is no change of a version, and one run tells it better."""
    with pytest.raises(InputError, match="in one run"):
        pair_up([OLD], head, across_versions=True)


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("3.13.0", "3.13"),
        ("3.14.0t,gil=0", "3.14t,gil=0"),
        ("3.14.0t-main", "3.14t-main"),
        ("3.11.9-main,site=1", "3.11-main,site=1"),
        ("3.14.0rc1", "3.14"),
        ("main.v1.2", "main.v1.2"),
    ],
)
def test_the_patch_release_is_left_out_of_a_name(id, name):
    """Another machine need not have the same one; a name of the user's stays as it is."""
    target = msgspec.structs.replace(synthetic.make_target(), id=id)
    assert interpreters_of([target])[id].name == name


def test_two_patch_releases_of_a_run_stay_apart():
    """Their quantities would take each other's place."""
    targets = [synthetic.make_target(version="3.12.1"), synthetic.make_target(version="3.12.4")]
    assert [one.name for one in interpreters_of(targets).values()] == ["3.12.1", "3.12.4"]


def test_an_interpreter_says_what_it_is():
    """Version, build, settings, and the strategies that it cannot run."""
    target = synthetic.make_target(gil=False, version="3.14.0", missing={"interpreter": "too old"})
    target = msgspec.structs.replace(target, id="mine", settings=Settings(gil=False))
    interpreter = interpreters_of([target])["mine"]
    assert interpreter.lacks == ("dask", "interpreter")
    assert str(interpreter) == "mine (Python 3.14.0,gil=0 (CPython free-threaded))"
    assert (str(OLD), str(UNKNOWN)) == ("Python 3.11.2", "own")


def test_an_older_baseline_is_understood_by_its_names():
    """Those of a version say which; what a user called otherwise stays unknown."""
    old, free, own = interpreters_named(["3.11", "3.14t,gil=0", "own", "3.11"])
    assert old.release == OLD.release and own.version == ""
    assert free.release == ("3.14", FREE.build, "gil=0")
