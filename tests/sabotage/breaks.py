"""One deliberate break of the world for each claim, which turns the claim's verdict: what does not turn measures
nothing.

A break replaces a piece of text in one file of the target package. They are written for builds with the GIL.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gilbench.model import Outcome

PROVED, REFUTED = Outcome.PROVED, Outcome.REFUTED


@dataclass(frozen=True)
class Break:
    """``old`` in ``file`` becomes ``new``, and the claim's verdict ``verdict``; ``why`` is the world it makes.

    ``in_vain`` says that the probe then waits for what never comes, so that its patience is made short as well.
    """

    claim: str
    verdict: Outcome
    why: str
    file: str
    old: str
    new: str
    in_vain: bool = False

    def apply(self, target: Path) -> None:
        """Break a copy of the target package; AssertionError if the text is not there, once, any more."""
        replace(target / self.file, self.old, self.new)
        if self.in_vain:
            replace(target / "probes/_children.py", "PATIENCE_S = 5.0", "PATIENCE_S = 0.25")


def replace(path: Path, old: str, new: str) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count(old) == 1, (
        f"{path.name} no longer holds, or not once, what a break replaces: {old!r}"
    )
    path.write_text(source.replace(old, new), encoding="utf-8")


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
        "the lock is let go of between read and write",
        "probes/counting.py",
        "        with lock:\n            write(box, read(box) + 1)\n",
        "        with lock:\n            n = read(box)\n        write(box, n + 1)\n",
    ),
    Break(
        "A16",
        REFUTED,
        "the computation lets go of the GIL",
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
        "the GIL is let go of after 10,000 operations, whatever interval is asked for",
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
        "    import ctypes\n\n    ctypes.PyDLL(None).usleep(4000)\n    response = connection.getresponse()\n",
    ),
    Break(
        "B1",
        PROVED,
        "every thread but the first does its share twice",
        "strategies/_crew.py",
        "    slots[worker] = attempt(job, share)\n",
        "    worker and attempt(job, share)\n    slots[worker] = attempt(job, share)\n",
    ),
    Break(
        "B1",
        REFUTED,
        "the first thread does its share twice, and with it one alone all work",
        "strategies/_crew.py",
        "    slots[worker] = attempt(job, share)\n",
        "    worker or attempt(job, share)\n    slots[worker] = attempt(job, share)\n",
    ),
    Break(
        "B22",
        REFUTED,
        "the computation releases the GIL",
        "workloads/fnv1a.py",
        "    value = OFFSET_BASIS ^ index\n",
        "    import hashlib\n\n"
        '    return index + int.from_bytes(hashlib.sha256(bytes(params["size"])).digest()[:4], "big")\n'
        "    value = OFFSET_BASIS ^ index\n",
    ),
    Break(
        "B23",
        PROVED,
        "large buffers are small",
        "workloads/sha256_large.py",
        "PIECE_BYTES = MIB",
        "PIECE_BYTES = 1024",
    ),
    Break(
        "B2",
        REFUTED,
        "large buffers are small",
        "workloads/sha256_large.py",
        "PIECE_BYTES = MIB",
        "PIECE_BYTES = 1024",
    ),
    Break(
        "B3",
        REFUTED,
        "small buffers are large",
        "workloads/sha256_small.py",
        "PIECE_BYTES = 1 << 10",
        "PIECE_BYTES = MIB",
    ),
    Break(
        "B4",
        REFUTED,
        "large buffers are small",
        "workloads/crc32_large.py",
        "PIECE_BYTES = MIB",
        "PIECE_BYTES = 1024",
    ),
    Break(
        "B5",
        REFUTED,
        "the coroutine's sleep blocks the loop",
        "workloads/sleep.py",
        'await asyncio.sleep(params["delay_s"])',
        'time.sleep(params["delay_s"])',
    ),
    Break(
        "B6",
        REFUTED,
        "the switch interval is short, whatever is asked for",
        "probes/wakeup.py",
        '        sys.setswitchinterval(params["interval_s"])\n',
        "        sys.setswitchinterval(1e-4)\n",
    ),
    Break(
        "B7",
        REFUTED,
        "threads that compute release the GIL nearly all the time",
        "probes/wakeup.py",
        "        counts[worker] += 1\n",
        '        counts[worker] += 1\n        __import__("hashlib").sha256(bytes(1 << 20))\n',
    ),
    Break(
        "B8",
        REFUTED,
        "the process is a thread",
        "probes/wakeup.py",
        '"process": context.Process}',
        '"process": threading.Thread}',
    ),
    Break(
        "B20",
        REFUTED,
        "a socket is a blocking one, whether a timeout is asked for or not",
        "probes/wakeup.py",
        "    if timeout:\n",
        "    if False:\n",
    ),
    Break(
        "B21",
        REFUTED,
        "the property is a plain attribute",
        "probes/counting.py",
        '{"property": PropertyBox, ',
        '{"property": Box, ',
    ),
    Break(
        "B25",
        PROVED,
        "a parent ends its daemon before it is killed",
        "probes/daemon_exit.py",
        "        os.kill(os.getpid(), KILL)\n",
        "        child.kill()\n        child.join()\n        os.kill(os.getpid(), KILL)\n",
    ),
    Break(
        "B26",
        PROVED,
        "put() returns when the message is there",
        "probes/queue_limits.py",
        '        messages.put("just put")\n',
        '        messages.put("just put")\n        time.sleep(0.1)\n',
    ),
    Break(
        "B27",
        PROVED,
        "the reader closes its copy of the sender's end",
        "probes/pipe_eof.py",
        "        process.join(_children.PATIENCE_S)\n",
        "        process.join(_children.PATIENCE_S)\n        writer.close()\n",
    ),
    Break(
        "B9",
        REFUTED,
        "the call into C runs bytecode all the time",
        "probes/stall.py",
        "sum(range(size))",
        "sum(number for number in range(size))",
    ),
    Break(
        "B10",
        REFUTED,
        "one of the threads lets the other one pass",
        "probes/progress.py",
        "        count += 1\n",
        "        count += 1\n        time.sleep(worker * 1e-4)\n",
    ),
    Break(
        "B11",
        REFUTED,
        "what is called a fork is a spawn",
        "probes/start.py",
        "multiprocessing.get_context(method)\n",
        'multiprocessing.get_context("spawn" if method == "fork" else method)\n',
    ),
    Break(
        "B12",
        REFUTED,
        "the default is another than the documented one",
        "probes/start_method.py",
        "    global mark\n",
        "    global mark\n"
        '    other = "fork" if documented() == "spawn" else "spawn"\n'
        "    multiprocessing.set_start_method(other, force=True)\n",
    ),
    Break(
        "B14",
        PROVED,
        "the bare update calls functions between read and write",
        "probes/counting.py",
        "def bare(box: Box, lock: Any, updates: int) -> None:\n    for _ in range(updates):\n        box.n += 1\n",
        "def bare(box: Box, lock: Any, updates: int) -> None:\n"
        "    for _ in range(updates):\n"
        "        write(box, read(box) + 1)\n",
    ),
    Break(
        "B18",
        REFUTED,
        "every slot of shared memory takes a millisecond",
        "channels/shared_memory.py",
        "            slots.free.acquire()\n",
        "            import time\n\n            time.sleep(1e-3)\n            slots.free.acquire()\n",
    ),
    Break(
        "B19",
        REFUTED,
        "what is called shared memory is a Manager's queue",
        "channels/shared_memory.py",
        "\n\nCHANNEL =",
        "\n\nfrom gilbench.target.channels.manager import connect\n\nCHANNEL =",
    ),
    Break(
        "B13",
        REFUTED,
        "interpreters compute one after the other",
        "strategies/interpreter.py",
        "            slots[worker] = interpreter.call(",
        '            with threading.__dict__.setdefault("turn", threading.Lock()):\n'
        "                slots[worker] = interpreter.call(",
    ),
    Break(
        "B13",
        REFUTED,
        "an interpreter takes its time to start",
        "probes/start.py",
        'interpreter.exec("")',
        'interpreter.exec("import time; time.sleep(0.2)")',
    ),
    Break(
        "B17",
        REFUTED,
        "the extension is marked as free of the GIL",
        "probes/unmarked_import.py",
        'UNMARKED, SHIPPED_IN = "_testmultiphase_null_slots", "_testmultiphase"',
        'UNMARKED = SHIPPED_IN = "_testmultiphase"',
    ),
    Break(
        "B24",
        PROVED,
        "without the GIL all work is done twice",
        "rounds.py",
        "        checksum += task(index, params)\n",
        "        checksum += task(index, params)\n        gil.enabled() or task(index, params)\n",
    ),
    Break(
        "B24",
        REFUTED,
        "with the GIL all work is done twice",
        "rounds.py",
        "        checksum += task(index, params)\n",
        "        checksum += task(index, params)\n        gil.enabled() and task(index, params)\n",
    ),
    Break(
        "B15",
        REFUTED,
        "every task writes to a list of its own",
        "workloads/shared_list.py",
        "    shared = SHARED",
        "    shared = list(SHARED)",
    ),
    Break(
        "B16",
        PROVED,
        "without the GIL all work is done twice",
        "rounds.py",
        "        checksum += task(index, params)\n",
        "        checksum += task(index, params)\n        gil.enabled() or task(index, params)\n",
    ),
    Break(
        "B16",
        REFUTED,
        "with the GIL all work is done twice",
        "rounds.py",
        "        checksum += task(index, params)\n",
        "        checksum += task(index, params)\n        gil.enabled() and task(index, params)\n",
    ),
)
