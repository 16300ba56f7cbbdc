"""What a user would write by hand, with the standard library alone: the yardstick of the row ``fidelity``.

Reads a strategy's name a line, does the work once that way, and answers with the nanoseconds it took.
"""

import gc
import multiprocessing
import sys
import threading
import time

PRIME, MASK, BUFFER = 0x100000001B3, (1 << 64) - 1, bytes(range(256))


def fnv1a(index, size):
    value = 0xCBF29CE484222325 ^ index
    for _ in range(size // len(BUFFER)):
        for byte in BUFFER:
            value = ((value ^ byte) * PRIME) & MASK
    return value & 0xFFFFFFFF


def work(indices, size):
    return sum(fnv1a(index, size) for index in indices)


def work_into(results, worker, indices, size):
    results[worker] = work(indices, size)


def work_and_send(connection, indices, size):
    connection.send(work(indices, size))
    connection.close()


class WorkThread(threading.Thread):
    def __init__(self, *arguments):
        super().__init__()
        self.arguments = arguments

    def run(self):
        work_into(*self.arguments)


class WorkProcess(multiprocessing.Process):
    def __init__(self, *arguments):
        super().__init__()
        self.arguments = arguments

    def run(self):
        work_and_send(*self.arguments)


def threads(make, tasks, workers, size):
    results = [None] * workers
    members = [
        make(results, worker, range(worker, tasks, workers), size) for worker in range(workers)
    ]
    for member in members:
        member.start()
    for member in members:
        member.join()
    return sum(results)


def processes(make, tasks, workers, size):
    pipes = [multiprocessing.Pipe(duplex=False) for _ in range(workers)]
    members = [
        make(pipes[worker][1], range(worker, tasks, workers), size) for worker in range(workers)
    ]
    for member in members:
        member.start()
    for member in members:
        member.join()
    results = [reader.recv() for reader, _ in pipes]
    for reader, writer in pipes:
        reader.close()
        writer.close()
    return sum(results)


def pool(tasks, workers, size):
    workers_pool = multiprocessing.Pool(workers)
    results = [workers_pool.apply_async(fnv1a, (index, size)) for index in range(tasks)]
    workers_pool.close()
    workers_pool.join()
    return sum(result.get() for result in results)


WAYS = {
    "serial": lambda tasks, workers, size: work(range(tasks), size),
    "thread": lambda *job: threads(
        lambda *share: threading.Thread(target=work_into, args=share), *job
    ),
    "thread-subclass": lambda *job: threads(WorkThread, *job),
    "process": lambda *job: processes(
        lambda *share: multiprocessing.Process(target=work_and_send, args=share), *job
    ),
    "process-subclass": lambda *job: processes(WorkProcess, *job),
    "pool": pool,
}


def timed(strategy, tasks, workers, size):
    gc.collect()
    start = time.perf_counter_ns()
    WAYS[strategy](tasks, workers, size)
    return time.perf_counter_ns() - start


def main():
    for line in sys.stdin:
        strategy, *job = line.split()
        print(timed(strategy, *map(int, job)), flush=True)


if __name__ == "__main__":
    main()
