"""The three claims with the standard library alone: pairs in random order in fresh processes, a t interval over these."""

import json
import math
import random
import statistics
import subprocess
import sys
import time

from claims_work import CLAIMS

PAIRS = 3
# Quantiles of t at 99.5 % for 2 to 30 degrees of freedom, from a table
T = (
    9.92,
    5.84,
    4.60,
    4.03,
    3.71,
    3.50,
    3.36,
    3.25,
    3.17,
    3.11,
    3.05,
    3.01,
    2.98,
    2.95,
    2.92,
    2.90,
    2.88,
    2.86,
    2.85,
)
T += (2.83, 2.82, 2.81, 2.80, 2.79, 2.78, 2.77, 2.76, 2.76, 2.75)


def timed(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def launch(claim):
    serial, other, *_ = CLAIMS[claim]
    logs = []
    for number in range(PAIRS + 1):
        times = {}
        for function in random.sample([serial, other], 2):
            times[function] = timed(function)
        if number:
            logs.append(math.log(times[serial] / times[other]))
    return statistics.fmean(logs)


def main():
    values = {claim: [] for claim in CLAIMS}
    undecided = list(CLAIMS)
    while undecided and len(values[undecided[0]]) < len(T) + 1:
        for claim in list(undecided):
            done = subprocess.run(
                [sys.executable, "-S", __file__, claim], capture_output=True, check=True
            )
            logs = values[claim]
            logs.append(json.loads(done.stdout))
            if len(logs) < 3:
                continue
            reach = T[len(logs) - 3] * statistics.stdev(logs) / math.sqrt(len(logs))
            *_, side, bound = CLAIMS[claim]
            end = math.exp(statistics.fmean(logs) + (reach if side == "below" else -reach))
            if (end < bound) == (side == "below"):
                print(f"PROVED {claim}", flush=True)
                undecided.remove(claim)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(launch(sys.argv[1]))
    else:
        main()
