"""Two writers and a reader on a queue, which hands what it read back through a pipe."""

from multiprocessing import Pipe, Process, Queue
from typing import Any


def write(queue: Any, words: str) -> None:
    """Put each letter."""
    for letter in words:
        queue.put(letter)


def read(queue: Any, connection: Any, count: int) -> None:
    """Get as many letters as were put, and send them in order."""
    letters = [queue.get() for _ in range(count)]
    connection.send("".join(sorted(letters)))
    connection.close()


if __name__ == "__main__":
    queue: Any = Queue()
    receiver, sender = Pipe(duplex=False)
    writers = [Process(target=write, args=(queue, words)) for words in ("ace", "bdf")]
    reader = Process(target=read, args=(queue, sender, 6))
    for process in (*writers, reader):
        process.start()
    print("results {}".format(receiver.recv()), flush=True)
    for process in (*writers, reader):
        process.join()
    print("all joined", flush=True)
