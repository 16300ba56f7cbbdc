"""Calls of the user's own in a run: arguments, statements, results, output, coroutines, long calls."""

import sys
import textwrap

import pytest
from tests.measure.targets.test_user_functions import with_workload

from gilbench.measure.launches import Launch
from gilbench.measure.targets import user_functions, user_trials
from gilbench.model import CallArguments, InputError


def test_of_a_cached_function_the_work_is_measured(admitted):
    """A second call of it would only look into the cache."""
    source = "import functools, time\n@functools.lru_cache\ndef task():\n    time.sleep(0.01)\n"
    assert admitted(source).task_s >= 0.01


def test_coroutines_are_gathered(admitted, user_bundle):
    """By the strategy of event loops, and compared like all others."""
    source = "async def task(index):\n    return 5 + index\n"
    entry = admitted(source, same_result=True)
    assert entry.own.asynchronous and entry.defaults["form"] == "coroutine"
    assert done_by(user_bundle, entry, "asyncio") == 5 + 6


DIFFERING = {
    "import random\ndef task():\n    return random.random()\n": "its result differs between calls",
    "def task():\n    return hash('a')\n": "its result differs between processes",
    "def task():\n    return object()\n": "only the address is known",
}


@pytest.mark.parametrize(("source", "words"), DIFFERING.items(), ids=DIFFERING.values())
def test_results_are_compared_only_if_that_is_asked_for(admitted, source, words):
    """A result that differs from call to call, or between processes, is refused then, and only then."""
    assert admitted(source).own.same_result is False
    with pytest.raises(InputError, match=words):
        admitted(source, same_result=True)


def test_what_is_compared_is_the_result_of_the_last_call(admitted, user_bundle):
    """A task of a function whose results are compared returns its number; of any other one 0."""
    source = "def task(index):\n    return 5 + index\n"
    assert done_by(user_bundle, admitted(source, same_result=True)) == 5 + 6
    assert done_by(user_bundle, admitted(source, name="other.py")) == 0


def done_by(bundle, entry, strategy: str = "serial"):
    """The checksum of a round of two tasks, of three calls each."""
    params = {**entry.defaults, "size": 3}
    with Launch(sys.executable, bundle) as launch:
        launch.set_up(60)
        job = {"workload": entry.name, "strategy": strategy, "workers": 1, "tasks": 2}
        answer = launch.ask("round", 60, params=params, **job)
        assert launch.last_words() == ""
    return answer["checksum"]


@pytest.mark.parametrize(
    "head",
    [
        "print('hello' * 2)",
        "import os; os.write(1, b'x' * 11)",
        "import sys; sys.stderr.write('e' * 11)",
    ],
)
def test_output_is_counted_and_goes_nowhere(admitted, user_bundle, head):
    """That of the first call is counted, and no round writes where a launch has its last words."""
    entry = admitted(f"def task():\n    {head}\n    return 1\n")
    assert (entry.own.output_bytes, entry.defaults["silent"]) == (11, True)
    assert done_by(user_bundle, entry) == 0


def test_a_long_call_is_tried_once(admitted, tmp_path):
    """In one process, twice: for its time, and for everything else that is asked of it."""
    log = tmp_path / "calls"
    source = f"""
        import time
        def task():
            with open({str(log)!r}, "a") as file:
                file.write("x")
            time.sleep(1.01)
        """
    entry = admitted(source)
    assert entry.takes_long and log.read_text() == "xx"


CALLED = """
    import os

    CALLS = []

    def make():
        CALLS.append(os.getpid())
        return {"text": "abc", "times": 2}

    def repeat(text, times=1):
        assert CALLS in ([], [os.getpid()])  # the set-up is done once per process
        return text * times

    class Parser:
        def parse(self, text):
            return len(text)

    async def later(value):
        return value

    async def counted(value):
        for number in range(value):
            yield number
"""


@pytest.mark.parametrize(
    ("function", "call"),
    [
        ("repeat", CallArguments("['x']", "{'times': 3}")),
        ("repeat", CallArguments(setup="mine.py:make")),
        ("Parser.parse", CallArguments("['abc']")),
        ("later", CallArguments("[7]")),
        ("counted", CallArguments("[7]")),
    ],
)
def test_a_function_is_called_with_its_arguments(
    user_bundle, here, tmp_path, monkeypatch, function, call
):
    """In the forms that ``advise`` takes, with literals or with what a set-up returns."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(textwrap.dedent(CALLED), encoding="utf-8")
    found = user_functions.find_user_workload(f"mine.py:{function}", call)
    (placed,) = user_functions.install([found], user_bundle)
    entry = user_trials.admit([placed], here, user_bundle).workload(placed.name)
    assert (entry.size_unit, entry.own.call) == ("calls", call)
    (saved,) = user_functions.saved_workloads([with_workload(here, entry)])
    assert saved.call == call


def test_arguments_that_do_not_suit_are_one_line(user_bundle, here, tmp_path, monkeypatch):
    """What is no literal before a launch, and what a function does not take when it is tried."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(textwrap.dedent(CALLED), encoding="utf-8")
    with pytest.raises(InputError, match="--args x is no Python literal"):
        user_functions.find_user_workload("mine.py:repeat", CallArguments("x"))
    found = user_functions.find_user_workload("mine.py:repeat", CallArguments("[]", "{'times': 3}"))
    placed = user_functions.install([found], user_bundle)
    with pytest.raises(InputError, match="missing a required argument: 'text'; give it arguments"):
        user_trials.admit(placed, here, user_bundle)


def test_a_statement_is_run_after_its_set_up(user_bundle, here):
    """It is a workload like a function, and is found again when its run is resumed."""
    call = CallArguments(statement_setup="text = 'ab' * 3\nprint('made')")
    found = user_functions.find_user_workload("text.count('b')\n", call, same_result=True)
    (placed,) = user_functions.install([found], user_bundle)
    entry = user_trials.admit([placed], here, user_bundle).workload(placed.name)
    assert (entry.name, entry.summary) == ("text-count-b", "text.count('b')")
    assert entry.own.output_bytes == 5
    (saved,) = user_functions.saved_workloads([with_workload(here, entry)])
    assert (saved.spec, saved.call, saved.same_result) == (found.spec, call, True)


@pytest.mark.parametrize(
    ("statement", "setup", "words"),
    [("", "x = 1", "the statement is empty"), ("\udcff", "", "is not in UTF-8")],
)
def test_a_statement_that_is_none(statement, setup, words):
    """One line, before a launch is started."""
    with pytest.raises(InputError, match=words):
        user_functions.find_user_workload(statement, CallArguments(statement_setup=setup))


def test_a_statement_that_raises_is_one_line(user_bundle, here):
    """Though it has several lines itself."""
    found = user_functions.find_user_workload("x\n1 / 0", CallArguments(statement_setup="x = 1"))
    with pytest.raises(InputError, match=r"x 1 / 0 cannot be measured on .*ZeroDivisionError"):
        user_trials.admit(user_functions.install([found], user_bundle), here, user_bundle)
