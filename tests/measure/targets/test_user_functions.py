"""Workloads of the user's own: what a spec may mean, what is refused in which words, what a target says of them."""

import sys

import msgspec
import pytest

from gilbench.measure.launches import Launch
from gilbench.measure.targets import user_functions, user_trials
from gilbench.model import InputError, Target, UserFunction, WorkloadInfo
from gilbench.plan.comparisons import TASKS_OF_FORKED, tasks_for
from gilbench.plan.matrix import Filters, matrix
from gilbench.plan.profiles import PROFILES


def with_workload(target: Target, workload: WorkloadInfo) -> Target:
    """The target with one workload more."""
    workloads = (*target.description.workloads, workload)
    described = msgspec.structs.replace(target.description, workloads=workloads)
    return msgspec.structs.replace(target, description=described)


@pytest.mark.parametrize(
    ("text", "is_own"),
    [
        ("fnv1a", False),
        ("mine.py", True),
        ("mine.py:f", True),
        ("json:dumps", True),
        ("some/where", True),
    ],
)
def test_names_of_workloads_are_distinguished_from_files(text, is_own):
    """A registered name has neither a suffix, nor a colon, nor a separator."""
    assert user_functions.is_user_function(text) == is_own


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("nowhere.py", r"nowhere\.py cannot be read \(No such file"),
        ("some/where", "names neither a file nor a function"),
        ("a b:c", "names neither a file nor a function"),
        ("json:dumps it", "is not the name of a function"),
    ],
)
def test_a_spec_that_means_nothing(spec, words):
    """The line says what is wrong and how a spec is written."""
    with pytest.raises(InputError, match=words) as caught:
        user_functions.find_user_workload(spec)
    assert "FILE.py" in str(caught.value)


def test_a_function_is_timed_by_the_call(admitted):
    """It is calibrated in calls, and what it is like stands in its entry."""
    entry = admitted("def task(index, params):\n    return sum(range(2000)) + index\n")
    assert (entry.kind, entry.size_unit, entry.size_step) == ("cpu", "calls", 1)
    assert entry.own.sha256 and 0 < entry.task_s < 1
    assert not entry.own.asynchronous


@pytest.mark.parametrize(
    "head", ["def f():", "def f(index):", "def f(index, params):", "def f(index, factor=3):"]
)
def test_a_function_takes_what_it_asks_for(admitted, head):
    """No argument, the index, or the index and the module's PARAMS; what has a default keeps it."""
    assert admitted(f"PARAMS = {{'n': 1}}\n{head}\n    return 5\n", "f").name == "mine-f"


@pytest.mark.parametrize(
    "source",
    [
        "async def task():\n    return 1\n",
        "async def task():\n    yield 1\n",
        "def task():\n    yield 1\n",
        "import functools\ntask = functools.partial(pow, 2, 3)\n",
        "import os\ntask = os.getcwd\n",
        "class C:\n    def f(self):\n        return 1\ntask = C().f\n",
    ],
    ids=["coroutine", "asynchronous generator", "generator", "partial", "built-in", "bound method"],
)
def test_every_callable_without_arguments_is_a_task(admitted, source):
    """What needs none is called as it is, and run to its end."""
    assert admitted(source).name == "mine"


def test_params_of_the_module_are_given(admitted):
    """A function with two arguments gets the module's PARAMS as the second."""
    admitted(
        "PARAMS = {'n': 9}\ndef task(index, params):\n    assert params == {'n': 9}\n    return 1\n"
    )


def test_waiting_is_distinguished_from_computing(admitted):
    """A function that sleeps waits, one that computes does not."""
    assert admitted("import time\ndef task():\n    time.sleep(0.003)\n").kind == "io"


def test_a_declared_workload_is_taken_as_it_is(admitted):
    """Its kind, sizes and defaults are what the file says; its name is that of the file."""
    entry = admitted(
        """
        from gilbench.target.registry import Workload
        def task(index, params):
            return sum(range(params["size"])) + index
        WORKLOAD = Workload(name="summing", kind="io", summary="s", task=task, defaults={"size": 7},
                            size_unit="numbers", size_step=100)
        """
    )
    assert (entry.name, entry.kind, entry.size_unit, entry.defaults) == (
        "mine",
        "io",
        "numbers",
        {"size": 7},
    )


def test_modules_next_to_the_file_can_be_imported(admitted, tmp_path):
    """The file's folder is on the path, behind the standard library."""
    (tmp_path / "beside.py").write_text("VALUE = 3\n")
    (tmp_path / "json.py").write_text("raise RuntimeError('the wrong json')\n")
    assert (
        admitted("import json, beside\ndef task():\n    return json.dumps(beside.VALUE)\n").name
        == "mine"
    )


def test_the_rest_of_gilbench_is_the_one_that_the_function_sees(admitted, tmp_path):
    """A launch has its target only; that must not hide a gilbench of the function's own, nor be replaced by it."""
    (tmp_path / "gilbench" / "target").mkdir(parents=True)
    for name, value in (("__init__", 1), ("analysis", 2), ("target/__init__", 3)):
        (tmp_path / "gilbench" / f"{name}.py").write_text(f"WHOSE = {value}\n")
    entry = admitted(
        """
        import gilbench.target
        from gilbench.analysis import WHOSE
        def task():
            assert WHOSE == 2 and not hasattr(gilbench, "WHOSE") and not hasattr(gilbench.target, "WHOSE")
            return 1
        """
    )
    assert entry.name == "mine"


WRITES_ANSWERS = """
import contextlib, os

def task(index, params):
    for descriptor in range(3, 30):
        with contextlib.suppress(OSError):
            os.write(descriptor, b'{"ok": {}}\\n')
    return 1
"""
UNUSABLE = {
    "def task(index, params)\n    return 1\n": "line 1 is no valid Python",
    "x = 1\n": "it defines no task; define task",
    "1/0\n": "ZeroDivisionError: division by zero in line 1",
    "def task():\n    return 1 / 0\n": "ZeroDivisionError: division by zero in line 2",
    "def task():\n    import sys\n    sys.exit(3)\n": "SystemExit: 3 in line 3",
    "import nothing_of_that_name\ndef task():\n    return 1\n": "it imports nothing_of_that_name, which is not",
    "def task():\n    import os\n    os._exit(3)\n": r"the launch died \(exit code 3\)",
    "def task(path):\n    return 1\n": r"takes more than \(index, params\): path; give it arguments: --args",
    "def task(a, b, c):\n    return 1\n": "takes more than",
    "task = abs\n": "missing a required argument: 'x'; give it arguments",
    "task = 3\n": "is not callable",
    WRITES_ANSWERS: "gave a malformed answer",
    "WORKLOAD = 3\n": "WORKLOAD is no Workload",
    "from gilbench.target.registry import Workload\ndef task(i, p):\n    return 'x'\n"
    "WORKLOAD = Workload('a', 'cpu', '', task, {})\n": "task returned str, not an integer",
    "from gilbench.target.registry import Workload\n"
    "WORKLOAD = Workload('a', 'gpu', '', lambda i, p: i, {})\n": r"WORKLOAD is malformed \(Invalid enum value 'gpu'",
}


@pytest.mark.parametrize(("source", "words"), UNUSABLE.items(), ids=UNUSABLE.values())
def test_what_cannot_be_measured_is_refused_in_one_line(admitted, source, words):
    """The line names the file, the target and the way out, and comes before anything is measured."""
    with pytest.raises(InputError, match=words) as caught:
        admitted(source)
    assert "mine.py cannot be measured on 3.13.0: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_function_that_hangs_is_ended(admitted, monkeypatch):
    """Its launch is not waited for longer than it is told to be."""
    monkeypatch.setattr(user_trials, "CHECK_TIMEOUT_S", 0.5)
    with pytest.raises(InputError, match="did not return within"):
        admitted("import time\ndef task():\n    time.sleep(60)\n")


def test_a_name_that_is_taken_gets_another(admitted, user_bundle, tmp_path):
    """A file called as a built-in workload is measured beside it; the same file twice is refused."""
    assert admitted("def task():\n    return 1\n", name="sleep.py").name == "sleep-own"
    with pytest.raises(InputError, match="rename the file"):
        user_functions.install(
            [user_functions.find_user_workload(str(tmp_path / "sleep.py"))], user_bundle
        )


def test_the_bundle_keeps_the_file_as_it_was(user_bundle, here, tmp_path):
    """Editing the file during a run changes nothing of what is measured."""
    file = tmp_path / "mine.py"
    file.write_text("def task():\n    return 1\n")
    found = user_functions.find_user_workload(str(file), same_result=True)
    (placed,) = user_functions.install([found], user_bundle)
    file.write_text("def task():\n    return 2\n")
    with Launch(sys.executable, user_bundle) as launch:
        assert launch.ask("check workload", 120, workload=placed.name)["result"] == 1


def test_a_run_can_be_resumed_with_the_same_file_only(admitted, here, tmp_path):
    """A workload is installed again from what a run's targets say of it; changed content is refused."""
    entry = admitted("def task():\n    return 1\n")
    target = with_workload(here, entry)
    (again,) = user_functions.saved_workloads([target])
    assert (again.name, again.file) == ("mine", tmp_path / "mine.py")
    (tmp_path / "mine.py").write_text("def task():\n    return 2\n")
    with pytest.raises(InputError, match="has changed since the run began"):
        user_functions.saved_workloads([target])


def test_slow_calls_come_in_fewer(here):
    """A round of calls that take longer than usual has as much time in it, and a call a worker at least."""
    function = UserFunction(
        "slow.py", "slow.py", "", "", "", ".", cpu_share=1.0, asynchronous=False
    )
    slow = msgspec.structs.replace(here.workload("fnv1a"), name="slow", task_s=0.5, own=function)
    target = with_workload(here, slow)
    assert tasks_for(target, "slow", "process", 2) == 2
    assert tasks_for(target, "fnv1a", "process", 2) == TASKS_OF_FORKED
    target = with_workload(here, msgspec.structs.replace(slow, kind="io"))
    filters = Filters(workloads=("slow",))
    strategies = {one.case.strategy for one in matrix(target, PROFILES["full"], 2, filters)}
    assert {"serial", "thread", "process"} <= strategies
    assert "asyncio" not in strategies
