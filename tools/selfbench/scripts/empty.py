"""A function that does nothing, and what the standard library's timeit says of it."""

import statistics
import sys
import timeit


def empty():
    pass


def main():
    timer = timeit.Timer(empty)
    many, few = 100_000, 2_000
    once = [timer.timeit(1) for _ in range(few)]
    usual = [timer.timeit(many) / many for _ in range(20)]
    print(1e9 * statistics.median(usual), 1e9 * statistics.median(once))


if __name__ == "__main__":
    sys.exit(main())
