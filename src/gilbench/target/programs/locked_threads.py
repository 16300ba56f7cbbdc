"""Four threads that add to one number under a lock."""

import threading

total = 0
lock = threading.Lock()


def add(times: int) -> None:
    """Add 1 so often."""
    global total
    for _ in range(times):
        with lock:
            total += 1


if __name__ == "__main__":
    threads = [threading.Thread(target=add, args=(10_000,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("results {}".format(total), flush=True)
    print("all joined", flush=True)
