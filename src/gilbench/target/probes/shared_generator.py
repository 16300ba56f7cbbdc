"""Threads that take their items from one generator: which they get, and what next() raises.

Each trial is a process by itself, since a build without the GIL may crash.
"""

import multiprocessing
import os
import sys
import threading
import time
from contextlib import suppress
from typing import Any, Dict, Iterator, List, Set

from gilbench.target.probes import _children, counting

STEPS = 8  # of bytecode between two items, so that a switch may come while the generator runs


def numbers(count: int) -> Iterator[int]:
    """The numbers from 0, with some work before each."""
    for number in range(count):
        total = 0
        for step in range(STEPS):
            total += step
        yield number


def take(
    items: Iterator[int],
    lock: Any,
    arrived: Set[int],
    taken: List[List[int]],
    refusals: List[int],
) -> None:
    """Take items until there are none; append those taken, and how often next() was refused."""
    own: List[int] = []
    refused = 0
    counting.meet(arrived, time.monotonic() + _children.PATIENCE_S)
    while True:
        try:
            if lock is None:
                own.append(next(items))
            else:
                with lock:
                    own.append(next(items))
        except StopIteration:
            break
        except ValueError:
            refused += 1
    taken.append(own)
    refusals.append(refused)


def be_quiet() -> None:
    """What a crash writes goes nowhere, and it leaves no core file."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def share(connection: Any, count: int, locked: bool, interval_s: float) -> None:
    """In a separate process: have two threads take all items, and send what became of them."""
    be_quiet()
    items = numbers(count)
    lock = threading.Lock() if locked else None
    arrived: Set[int] = set()
    taken: List[List[int]] = []
    refusals: List[int] = []
    arguments = (items, lock, arrived, taken, refusals)
    threads = [threading.Thread(target=take, args=arguments, daemon=True) for _ in range(2)]
    sys.setswitchinterval(interval_s)
    for thread in threads:
        thread.start()
    counting.join(threads, _children.PATIENCE_S)
    got = [number for own in taken for number in own]
    distinct = len(set(got))
    connection.send(
        {
            "ended": len(taken) == 2,
            "refused": sum(refusals),
            "shares": [len(own) for own in taken],
            "doubled": len(got) - distinct,
            "lost": count - distinct,
        }
    )
    connection.close()


NOTHING: Dict[str, Any] = {
    "ended": False,
    "refused": None,
    "shares": [],
    "doubled": None,
    "lost": None,
}


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Have two threads take ``items`` numbers from one generator, under a lock if ``lock`` says so.

    Returns:
        ``ended``, whether both threads reached the end; ``refused``, how often next() raised
        ValueError; ``shares``, how many items each got; ``doubled`` and ``lost`` items; and
        ``exit_code`` of their process, negative for a crash, None if it had to be killed.
    """
    reader, writer = multiprocessing.Pipe(duplex=False)
    arguments = (writer, params["items"], params["lock"], params["interval_s"])
    with reader, writer, _children.running(share, *arguments) as process:
        writer.close()
        observed = _children.received(reader, 2 * _children.PATIENCE_S) or NOTHING
        process.join(_children.PATIENCE_S)
        exit_code = process.exitcode
    return {"lock": params["lock"], "exit_code": exit_code, **observed}


PROBE = _children.probe_of(
    "shared-generator", "the items that two threads take from one generator", trial
)
