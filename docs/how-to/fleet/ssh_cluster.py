"""A scheduler here and workers on other hosts over SSH, for `gilbench fleet run --scheduler`.

Tried: over SSH (package asyncssh) to three addresses of one machine. Not tried: several machines.
"""

import sys

from distributed import SSHCluster


def main(hosts: list[str]) -> None:
    """Keep the cluster until Enter is pressed; the first host has the scheduler only."""
    with SSHCluster(
        hosts,
        worker_options={"nthreads": 1, "resources": {"gilbench": 1}},
        scheduler_options={"port": 8786, "dashboard_address": ":0"},
        remote_python=sys.executable,
    ) as cluster:
        print(
            f"gilbench fleet run --scheduler {cluster.scheduler_address} --hosts {len(hosts) - 1}"
        )
        input("Enter ends the cluster: ")


if __name__ == "__main__":
    main(sys.argv[1:])
