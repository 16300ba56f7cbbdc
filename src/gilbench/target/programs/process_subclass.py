"""Processes from a subclass that overrides ``run()``."""

import os
from multiprocessing import Process


class Worker(Process):
    """A process that says who it is."""

    def __init__(self, number: int) -> None:
        super().__init__(name="worker-{}".format(number))
        self.number = number

    def run(self) -> None:
        """Do the work of this process."""
        print("child {} in process {}".format(self.number, os.getpid()), flush=True)


if __name__ == "__main__":
    workers = [Worker(number) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("all joined", flush=True)
