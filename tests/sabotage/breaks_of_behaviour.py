"""Breaks of the claims about what processes, threads, locks, queues and pools do, and what runs in parallel."""

from __future__ import annotations

from tests.sabotage.a_break import Break

from gilbench.model import Outcome

PROVED, REFUTED = Outcome.PROVED, Outcome.REFUTED

BREAKS = (
    Break(
        "A1",
        REFUTED,
        "join() does not wait for the end",
        "probes/process_life.py",
        "process.join(_children.PATIENCE_S)",
        "process.join(0)",
    ),
    Break(
        "A2",
        REFUTED,
        "the subclass does its share twice",
        "strategies/process_subclass.py",
        "        _crew.attempt_and_send(",
        "        _crew.attempt(self.job, self.share)\n        _crew.attempt_and_send(",
    ),
    Break(
        "A3",
        PROVED,
        "a daemon is deaf to SIGTERM",
        "probes/terminate.py",
        "def linger(connection: Any) -> None:\n",
        "def linger(connection: Any) -> None:\n"
        "    import signal\n\n"
        "    if multiprocessing.current_process().daemon:\n"
        "        signal.signal(signal.SIGTERM, signal.SIG_IGN)\n",
        in_vain=True,
    ),
    Break(
        "A4",
        REFUTED,
        "the parent leaves without its exit handlers",
        "probes/daemon_exit.py",
        "    news.send((child.pid, bool(_children.received(reader, _children.PATIENCE_S))))\n",
        "    news.send((child.pid, bool(_children.received(reader, _children.PATIENCE_S))))\n    os._exit(0)\n",
        in_vain=True,
    ),
    Break(
        "A5",
        REFUTED,
        "a child that is no daemon is deaf to SIGTERM",
        "probes/terminate.py",
        "def linger(connection: Any) -> None:\n",
        "def linger(connection: Any) -> None:\n"
        "    import signal\n\n"
        "    if not multiprocessing.current_process().daemon:\n"
        "        signal.signal(signal.SIGTERM, signal.SIG_IGN)\n",
        in_vain=True,
    ),
    Break(
        "A6",
        REFUTED,
        "a pool has one process more than there are cores",
        "probes/_children.py",
        "multiprocessing.Pool(size)",
        "multiprocessing.Pool(size or 1 + multiprocessing.cpu_count())",
    ),
    Break(
        "A7",
        REFUTED,
        "a pool has a new process for every task",
        "probes/_children.py",
        "multiprocessing.Pool(size)",
        "multiprocessing.Pool(size, maxtasksperchild=1)",
    ),
    Break(
        "A8",
        REFUTED,
        "the pool is not closed when the task comes",
        "probes/pool_order.py",
        "        pool.close()\n",
        "",
    ),
    Break(
        "A9",
        REFUTED,
        "every message is sent twice",
        "probes/queue_limits.py",
        "        messages.put((writer, number))\n",
        "        messages.put((writer, number))\n        messages.put((writer, number))\n",
    ),
    Break(
        "A10",
        REFUTED,
        "the simplex pipe is a duplex one",
        "probes/pipe_ends.py",
        "multiprocessing.Pipe(duplex=False)",
        "multiprocessing.Pipe(duplex=True)",
    ),
    Break(
        "A11",
        REFUTED,
        "the parent keeps its copy of the child's end open",
        "probes/pipe_eof.py",
        "            writer.close()  # a forked",
        "            pass  # a forked",
        in_vain=True,
    ),
    Break(
        "A12",
        PROVED,
        "what is called a queue is a Manager's",
        "channels/queue.py",
        "\n\nCHANNEL =",
        "\n\nfrom gilbench.target.channels.manager import connect\n\nCHANNEL =",
    ),
    Break(
        "A12",
        REFUTED,
        "what is called a pipe is a Manager's queue",
        "channels/pipe.py",
        "\n\nCHANNEL =",
        "\n\nfrom gilbench.target.channels.manager import connect\n\nCHANNEL =",
    ),
    Break(
        "A13",
        REFUTED,
        "the subclass does its share twice",
        "strategies/thread_subclass.py",
        "        _crew.attempt_into(",
        "        _crew.attempt(self.job, self.share)\n        _crew.attempt_into(",
    ),
    Break(
        "A14",
        REFUTED,
        "the Lock is an RLock",
        "probes/relock.py",
        "lock = threading.Lock()",
        "lock = threading.RLock()",
    ),
    Break(
        "A15",
        REFUTED,
        "each step has a lock for itself",
        "probes/counting.py",
        "        with lock:\n            write(box, read(box) + 1)\n",
        "        with threading.Lock():\n            write(box, read(box) + 1)\n",
    ),
    Break(
        "A16",
        REFUTED,
        "the computation releases the GIL",
        "workloads/fnv1a.py",
        "    value = OFFSET_BASIS ^ index\n",
        "    import hashlib\n\n"
        '    return index + int.from_bytes(hashlib.sha256(bytes(params["size"])).digest()[:4], "big")\n'
        "    value = OFFSET_BASIS ^ index\n",
    ),
    Break(
        "A17",
        REFUTED,
        "each process starts when the one before has ended",
        "strategies/_crew.py",
        "        process.start()\n    for process in processes:\n        process.join()\n",
        "        process.start()\n        process.join()\n",
    ),
    Break(
        "A18",
        REFUTED,
        "the sleep holds the GIL",
        "workloads/sleep.py",
        '    time.sleep(params["delay_s"])\n',
        '    import ctypes\n\n    ctypes.PyDLL(None).usleep(int(params["delay_s"] * 1e6))\n',
    ),
    Break(
        "A19",
        PROVED,
        "the GIL is released after 10,000 operations, whatever interval is asked for",
        "probes/switching.py",
        '    interval_ns = params["interval_s"] * 1e9\n',
        "    interval_s = 10_000 * operation_ns / 1e9\n"
        "    params = dict(params, interval_s=interval_s, duration_s=max(0.05, 8 * interval_s))\n"
        '    interval_ns = params["interval_s"] * 1e9\n',
    ),
    Break(
        "A20",
        REFUTED,
        "the wait for a page holds the GIL",
        "workloads/http.py",
        "    response = connection.getresponse()\n",
        "    import ctypes\n\n    ctypes.PyDLL(None).usleep(10000)\n    response = connection.getresponse()\n",
    ),
)
