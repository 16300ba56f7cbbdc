"""Breaks of the claims about what happens when programs, forks, generators and containers meet threads."""

from __future__ import annotations

from tests.sabotage.a_break import Break

from gilbench.model import Outcome

PROVED, REFUTED = Outcome.PROVED, Outcome.REFUTED

BREAKS = (
    Break(
        "A21",
        PROVED,
        "every process serves one task, and another one follows it",
        "probes/_children.py",
        "multiprocessing.Pool(size)",
        "multiprocessing.Pool(size, maxtasksperchild=1)",
    ),
    Break(
        "A22",
        REFUTED,
        "the child is not given its name",
        "probes/names.py",
        "args=(writer,), name=NAME)",
        "args=(writer,))",
    ),
    Break(
        "A23",
        REFUTED,
        "the child writes to an array of its memory alone",
        "probes/shared_values.py",
        "    with array.get_lock():\n",
        "    array = list(array)\n    if True:\n",
    ),
    Break(
        "A24",
        REFUTED,
        "get_lock() is another lock for each process",
        "probes/shared_values.py",
        "value.get_lock() if locked",
        "multiprocessing.RLock() if locked",
    ),
    Break(
        "A25",
        REFUTED,
        "processes are spawned by default",
        "probes/programs.py",
        'params["method"] or multiprocessing.get_start_method()',
        'params["method"] or "spawn"',
    ),
    Break(
        "A26",
        REFUTED,
        "a program has lost its guard",
        "programs/process_subclass.py",
        'if __name__ == "__main__":',
        "if True:",
    ),
    Break(
        "C1",
        REFUTED,
        "the thread releases the lock before the fork",
        "probes/fork_lock.py",
        "            holding.set()\n",
        "            pass\n        holding.set()\n        if True:\n",
    ),
    Break(
        "C2",
        PROVED,
        "the fork warns in every version",
        "probes/fork_lock.py",
        "        pid = os.fork()\n",
        "        warnings.warn('threads', DeprecationWarning)\n        pid = os.fork()\n",
    ),
    Break(
        "C2",
        REFUTED,
        "nobody looks at the warnings",
        "probes/fork_lock.py",
        "    caught += given\n",
        "",
    ),
    Break(
        "C3",
        REFUTED,
        "the threads share an iterator in C",
        "probes/shared_generator.py",
        "    items = numbers(count)\n",
        "    items = iter(range(count))\n",
    ),
    Break(
        "C4",
        REFUTED,
        "each thread has a generator of the same numbers",
        "probes/shared_generator.py",
        "args=arguments, daemon=True) for _ in range(2)",
        "args=(numbers(count), *arguments[1:]), daemon=True) for _ in range(2)",
    ),
    Break(
        "C5",
        REFUTED,
        "an append is a read and a write",
        "probes/containers.py",
        "        box.items.append(number)\n",
        "        box.items = [*box.items, *[number]] if len(box.items) < 4 else box.items\n",
    ),
    Break(
        "C6",
        REFUTED,
        "the dict counts in one step in C",
        "probes/containers.py",
        "        box.counts[KEY] = box.counts.get(KEY, 0) + 1\n",
        "        box.counts[KEY] = 1 + next(box.numbers)\n",
    ),
    Break(
        "C7",
        PROVED,
        "the counter is read by a call",
        "probes/containers.py",
        "        box.counter[KEY] += 1\n",
        "        box.counter[KEY] = box.counter.get(KEY, 0) + 1\n",
    ),
    Break(
        "C8",
        PROVED,
        "the interpreter counts one core",
        "probes/pool_size.py",
        '        "cpu_count": os.cpu_count(),\n        "usable": usable(),\n        "process_cpu_count": '
        'process_cpu_count(),\n        "pool_size": default_size(),\n',
        '        "cpu_count": 1,\n        "usable": usable(),\n        "process_cpu_count": 1,\n'
        '        "pool_size": 1,\n',
    ),
)
