"""Is the way that ``gilbench advise`` names the one that an exhaustive run finds best?

``python tools/advice_corpus.py measure --minutes 9`` asks about functions of ``tests/advise/corpus.py``, then measures all
ways that suit them, each for as long as it takes, and adds a line per function to a journal (``--out``); called again it
continues where it stopped, until all are there. A function takes about a minute. ``--function NAME`` asks about one. ``...
table`` prints what was advised and what was best. Measure on a host that does nothing else.
"""

from __future__ import annotations

import importlib.util
import inspect
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trials import Journal, TimeLeft, arguments_of

import gilbench
from gilbench.summary.evidence import AS_GOOD

CORPUS = Path(__file__).parent.parent / "tests" / "advise" / "corpus.py"
BUDGET_S, EXHAUSTIVE_S = 10.0, 15.0
IN_PROCESS = ("thread", "thread-pool", "to-thread")
IN_PROCESSES = ("process", "process-pool", "pool")
FEW, MANY = (2,), (2, 8, 32, 128)  # workers: cores and more; and for functions that wait


@dataclass(frozen=True)
class Way:
    """A way to run a function and what it gained: from ``lo`` to ``hi`` times as fast as serial calls."""

    name: str
    workers: int
    gain: float
    lo: float
    hi: float

    def __str__(self) -> str:
        if self.name == "serial":
            return "serial"
        return f"{self.name} × {self.workers}: {self.gain:.2f} [{self.lo:.2f}, {self.hi:.2f}]"


SERIAL = Way("serial", 1, 1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Answer:
    """What was advised, what that way gained in the exhaustive run, and what certainly gained most."""

    function: str
    outcome: str
    advised: Way | None
    best: Way

    @property
    def is_right(self) -> bool:
        """Whether what was advised is best or not certainly worse by a tenth."""
        return self.advised is not None and self.advised.hi * AS_GOOD >= self.best.lo


def load_corpus() -> tuple[Any, list[str]]:
    """The corpus, and the names of its functions in order."""
    spec = importlib.util.spec_from_file_location("corpus", CORPUS)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    functions = inspect.getmembers(module, inspect.isfunction)
    own = [
        (value.__code__.co_firstlineno, name)
        for name, value in functions
        if value.__module__ == "corpus"
    ]
    return module, [name for _, name in sorted(own)]


def exhaustive(name: str, module: Any, out: Path) -> list[Way]:
    """All ways that suit a function; those that failed are left out."""
    asynchronous = name in module.COROUTINES
    strategies = ["asyncio", "thread"] if asynchronous else list(IN_PROCESS)
    workers = MANY if asynchronous or name in module.WAITING else FEW
    target = f"{CORPUS}:{name}"
    ways = [SERIAL]
    for chosen, numbers in ((strategies, workers), (IN_PROCESSES, workers[:2])):
        measured = gilbench.measure(
            target, strategies=chosen, workers=numbers, budget_s=EXHAUSTIVE_S, out=out
        )
        known = measured.ways.dropna(subset=["lo"])
        for row in known[["strategy", "workers", "gain", "lo", "hi"]].to_numpy().tolist():
            ways.append(Way(*row))
    return ways


def ask(name: str, module: Any) -> Answer:
    """Ask about a function and measure it exhaustively."""
    with tempfile.TemporaryDirectory(prefix="gilbench-") as folder:
        out = Path(folder)
        answer = gilbench.advise(f"{CORPUS}:{name}", budget_s=BUDGET_S, out=out).answers[0]
        ways = exhaustive(name, module, out)
    advised = SERIAL if answer.outcome == "serial" else None
    if answer.best is not None:
        advised = _in(ways, answer.best.strategy, answer.best.workers) or _own(answer)
    return Answer(name, answer.outcome, advised, max(ways, key=lambda way: way.lo))


def _in(ways: list[Way], strategy: str, workers: int) -> Way | None:
    for way in ways:
        if (way.name, way.workers) == (strategy, workers):
            return way
    return None


def _own(answer: Any) -> Way:
    """The advised way as ``advise`` measured it, where the exhaustive run had other workers."""
    gain = answer.best.gain
    return Way(answer.best.strategy, answer.best.workers, gain.center, gain.lo, gain.hi)


def read(journal: Journal) -> list[Answer]:
    """The answers of a journal."""
    answers = []
    for values in journal.read():
        advised = values["advised"] and Way(**values["advised"])
        answers.append(
            Answer(values["function"], values["outcome"], advised, Way(**values["best"]))
        )
    return answers


def measure_all(journal: Journal, wanted: list[str], time_left: TimeLeft) -> None:
    module, names = load_corpus()
    done = {answer.function for answer in read(journal)}
    missing = [name for name in wanted or names if name not in done]
    for name in missing:
        if not time_left.for_another():
            return
        answer = ask(name, module)
        journal.add(asdict(answer))
        print(f"{name}: {answer.advised or answer.outcome}; best {answer.best}", flush=True)


def print_table(answers: list[Answer]) -> None:
    print("| function | advised | best of an exhaustive run | |")
    print("|---|---|---|---|")
    for answer in answers:
        verdict = "" if answer.is_right else "**worse**" if answer.advised else "undecided"
        print(f"| `{answer.function}` | {answer.advised or '–'} | {answer.best} | {verdict} |")
    right = sum(answer.is_right for answer in answers)
    print(f"\nBest, or not certainly worse by a tenth: {right} of {len(answers)}.")


def main() -> None:
    parser = arguments_of(__doc__.splitlines()[0], Path("build/corpus.jsonl"))
    parser.add_argument("--function", action="append", default=[])
    arguments = parser.parse_args()
    journal = Journal(arguments.out)
    if arguments.what == "measure":
        measure_all(journal, arguments.function, TimeLeft(arguments.minutes))
    print_table(read(journal))


if __name__ == "__main__":
    main()
