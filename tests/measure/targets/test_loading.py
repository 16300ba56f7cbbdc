"""What interpreters say of themselves, the targets that they make, and the size of their tasks."""

import platform
import sys
from typing import ClassVar

import pytest
from tests import synthetic

from gilbench.measure.launches import MeasurementError
from gilbench.measure.targets import loading
from gilbench.model import InputError


def test_without_specs_the_target_is_this_interpreter(target_bundle):
    """The default target is what gilbench itself runs on, named by its version and not calibrated yet."""
    (found,), problems = loading.load_targets([], target_bundle)
    assert problems == ()
    assert found.executable == sys.executable and found.sizes == {}
    assert found.id == platform.python_version() + ("" if found.gil_enabled else "t")


@pytest.fixture
def fakes(tmp_path):
    """Interpreters that are none, by what is wrong with them."""
    sources = {
        "dies": "kill -SEGV $$",
        "refuses": "echo Fatal Python error: no >&2\necho state: bad >&2\nexit 1",
        "chats": "read line\necho hello",
    }

    def path(name):
        made = tmp_path / name
        made.write_text(f"#!/bin/sh\n{sources[name]}\n")
        made.chmod(0o755)
        return str(made)

    return path


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dies", "died (signal SIGSEGV)"),
        ("refuses", "Fatal Python error: no"),
        ("chats", "answered 'hello'"),
    ],
)
def test_an_interpreter_that_fails_at_start_is_one_line_and_the_others_are_there(
    target_bundle, fakes, name, words
):
    """It says what happened; the targets before and after it are loaded all the same."""
    found, problems = loading.load_targets(
        [sys.executable, fakes(name), f"{sys.executable},name=last"], target_bundle
    )
    assert [target.executable for target in found] == [sys.executable] * 2
    (problem,) = problems
    assert fakes(name) in problem and words in problem and "\n" not in problem


def test_the_survey_has_a_target_or_a_line_for_each_interpreter(target_bundle, fakes, monkeypatch):
    """Broken ones stand apart, by their executable."""
    monkeypatch.setattr(
        loading, "all_interpreters", lambda: [sys.executable, fakes("dies"), fakes("chats")]
    )
    found, problems = loading.survey_targets(target_bundle)
    assert [target.executable for target in found] == [sys.executable]
    assert set(problems) == {fakes("dies"), fakes("chats")}
    assert "SIGSEGV" in problems[fakes("dies")]


class FakeLaunch:
    """A launch that calibrates as it is told: a size, or a failure, by workload."""

    answers: ClassVar[dict[str, object]] = {}

    def __init__(self, executable, target_bundle, settings):
        pass

    def set_up(self, timeout_s):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def ask(self, op, timeout_s, workload, aim_ns):
        answer = self.answers.get(workload, 512)
        if isinstance(answer, Exception):
            raise answer
        return {"size": answer}


def test_linked_workloads_get_one_size(monkeypatch, tmp_path):
    """A workload that is sized as another does the same amount; those without a size are left alone."""
    monkeypatch.setattr(loading, "Launch", FakeLaunch)
    monkeypatch.setattr(FakeLaunch, "answers", {"sha256-large": 3 << 20})
    found, failures = loading.size_tasks(synthetic.make_target(), tmp_path, 1000)
    assert failures == {}
    assert found.sizes["sha256-large"] == found.sizes["sha256-small"] == 3 << 20
    assert "sleep" not in found.sizes


def test_only_what_is_measured_is_sized(monkeypatch, tmp_path):
    """Each takes a launch, and what it is sized as is sized with it."""
    monkeypatch.setattr(loading, "Launch", FakeLaunch)
    monkeypatch.setattr(FakeLaunch, "answers", {"sha256-large": 3 << 20})
    found, _ = loading.size_tasks(
        synthetic.make_target(), tmp_path, 1000, {"sha256-small", "sleep"}
    )
    assert found.sizes["sha256-small"] == 3 << 20
    assert set(found.sizes) <= {"sha256-large", "sha256-small"}


def test_a_workload_that_cannot_be_sized_stops_no_other(monkeypatch, tmp_path):
    """It comes back with the reason, and so does what is sized like it; the others have their sizes."""
    monkeypatch.setattr(loading, "Launch", FakeLaunch)
    monkeypatch.setattr(FakeLaunch, "answers", {"sha256-large": MeasurementError("ValueError: no")})
    found, failures = loading.size_tasks(synthetic.make_target(), tmp_path, 1000)
    assert set(failures) == {"sha256-small", "sha256-large"}
    assert failures["sha256-large"] == "its tasks could not be sized: ValueError: no"
    assert "fnv1a" in found.sizes and not set(found.sizes) & set(failures)


# An interpreter that dies as often as there are marks in a folder, and is this one then
DYING = """#!/bin/sh
for mark in {marks}/*; do
    if [ -e "$mark" ]; then rm "$mark"; kill -9 $$; fi
done
exec {python} "$@"
"""


@pytest.mark.parametrize("deaths", [1, 2])
def test_a_launch_that_dies_while_it_describes_itself_is_asked_again_once(
    tmp_path, target_bundle, deaths
):
    """Somebody may have killed it; one that dies twice has a reason."""
    marks, script = tmp_path / "marks", tmp_path / "python"
    marks.mkdir()
    for number in range(deaths):
        (marks / str(number)).touch()
    script.write_text(DYING.format(marks=marks, python=sys.executable))
    script.chmod(0o755)
    if deaths == 1:
        (target,), problems = loading.load_targets([str(script)], target_bundle)
        assert not problems and not list(marks.iterdir())
        assert target.executable == str(script)
    else:
        with pytest.raises(InputError, match="SIGKILL"):
            loading.load_targets([str(script)], target_bundle)
