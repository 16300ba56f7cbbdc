"""Six tasks for a pool of two processes: ``apply_async``, ``close``, ``join``."""

import os
from multiprocessing import Pool


def work(number: int) -> int:
    """One task."""
    print("child {} in process {}".format(number, os.getpid()), flush=True)
    return number * number


if __name__ == "__main__":
    pool = Pool(2)
    results = [pool.apply_async(work, args=(number,)) for number in range(6)]
    pool.close()
    pool.join()
    print("results {}".format([result.get() for result in results]), flush=True)
    print("all joined", flush=True)
