"""Requests and files that are wrong: a launch answers each with one line and goes on."""

import sys

import pytest

from gilbench.measure.launches import Launch, MeasurementError
from gilbench.measure.targets import loading
from gilbench.measure.targets.interpreters import find_interpreter
from gilbench.model import InputError

TIMEOUT_S = 120.0
WORKLOAD = """
    from gilbench.target.registry import Workload
    WORKLOAD = Workload(name={name!r}, kind="cpu", summary="a test", task=abs, defaults={{}})
"""
ROUND = {"strategy": "serial", "params": {}, "tasks": 2, "workers": 1}


def refused(launch, op, **arguments):
    """The one line in which a request is refused; the launch then answers the next one."""
    with pytest.raises(MeasurementError) as caught:
        launch.ask(op, TIMEOUT_S, **arguments)
    assert launch.ask("ping", TIMEOUT_S) == {}
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture(scope="module")
def launch(target_bundle):
    """A launch of the package as it is."""
    with Launch(sys.executable, target_bundle) as opened:
        yield opened


@pytest.mark.parametrize(
    ("kind", "request_"),
    [
        ("workload", ("round", ROUND | {"workload": "nope"})),
        ("strategy", ("round", ROUND | {"workload": "fnv1a", "strategy": "nope"})),
        ("probe", ("probe", {"probe": "nope", "params": {}})),
        ("workload", ("size tasks", {"workload": "nope", "aim_ns": 1000})),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(launch, kind, request_):
    """Asked for what is not registered, a launch says what is."""
    op, arguments = request_
    message = refused(launch, op, **arguments)
    assert f"unknown {kind} 'nope' (choose from: " in message and "RegistryError" in message


@pytest.mark.parametrize(
    "name", ["_buffers", "__init__", "../registry", "", "fnv1a.task", "sha256_large"]
)
def test_a_helper_or_a_path_is_no_workload(launch, name):
    """Only names of registered files are names: helpers, paths and other spellings are not."""
    assert "unknown workload" in refused(launch, "round", **ROUND, workload=name)


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "{",
        "[]",
        "null",
        '"round"',
        '{"workload": "fnv1a"}',
        '{"op": "dance"}',
        '{"op": ["round"]}',
        "",
    ],
)
def test_a_request_that_makes_no_sense_is_answered(launch, line):
    """Garbage in is an error out, one line for one line, and the loop goes on."""
    launch._process.stdin.write(line + "\n")
    launch._process.stdin.flush()
    assert set(launch.read(TIMEOUT_S)) == {"error"}
    assert launch.ask("ping", TIMEOUT_S) == {}


def test_a_round_without_its_arguments_names_what_is_missing(launch):
    """A request that lacks a field says which."""
    assert "tasks" in refused(
        launch, "round", workload="fnv1a", strategy="serial", params={"size": 256}, workers=1
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def task(:", "SyntaxError"),
        ("import numpy_of_another_world", "No module named 'numpy_of_another_world'"),
        ("raise OSError('no licence')", "OSError: no licence"),
        ("x = 1", "has no attribute 'WORKLOAD'"),
        (
            WORKLOAD.format(name="other"),
            "registers 'other'; by its file name it must register 'custom'",
        ),
    ],
    ids=["syntax", "import", "raises", "registers-nothing", "another-name"],
)
def test_a_broken_workload_fails_loudly_and_by_name(bundle_with, source, words):
    """A file that cannot be used is named with the reason, when it is asked for and when all are listed."""
    target_bundle = bundle_with({"workloads/custom.py": source})
    with Launch(sys.executable, target_bundle) as launch:
        for op, arguments in (("round", ROUND | {"workload": "custom"}), ("describe", {})):
            message = refused(launch, op, **arguments)
            assert words in message and "gilbench.target.workloads.custom.py" in message
        healthy = launch.ask(
            "round", TIMEOUT_S, **ROUND | {"workload": "fnv1a", "params": {"size": 256}}
        )
        assert healthy["tasks"] == 2
    with pytest.raises(InputError, match="cannot be measured: RegistryError"):
        loading.describe_target(sys.executable, target_bundle)


def test_a_malformed_description_is_an_input_error(bundle_with):
    """A workload that registers a value of another type is refused in one line that says where it stands."""
    target_bundle = bundle_with(
        {"workloads/custom.py": WORKLOAD.format(name="custom").replace('"cpu"', '"gpu"')}
    )
    with pytest.raises(
        InputError, match=r"description is malformed \(Invalid enum value 'gpu'.*workloads"
    ) as caught:
        loading.describe_target(sys.executable, target_bundle)
    assert "\n" not in str(caught.value)


def test_a_file_may_register_the_name_of_another_only_once(bundle_with):
    """A copy of a workload under a new file name does not pass for the original."""
    target_bundle = bundle_with({"workloads/fnv1a_copy.py": WORKLOAD.format(name="fnv1a")})
    with pytest.raises(
        InputError, match="registers 'fnv1a'; by its file name it must register 'fnv1a-copy'"
    ):
        loading.describe_target(sys.executable, target_bundle)


@pytest.mark.parametrize("executable", ["true", "false", "cat", "echo"])
def test_what_is_no_python_is_an_input_error(target_bundle, executable):
    """Naming another program as the interpreter is one line that says what can be measured."""
    with pytest.raises(
        InputError, match=r"cannot be measured: .*targets are CPython 3\.8 or later"
    ) as caught:
        loading.describe_target(find_interpreter(executable), target_bundle)
    assert "\n" not in str(caught.value)
