"""Five processes from a function, in a program without ``if __name__ == "__main__"``."""

import os
from multiprocessing import Process


def work(number: int) -> None:
    """Say which process does the work."""
    print("child {} in process {}".format(number, os.getpid()), flush=True)


processes = []
for number in range(5):
    process = Process(target=work, args=(number,))
    processes.append(process)
    process.start()
for process in processes:
    process.join()
print("all joined", flush=True)
