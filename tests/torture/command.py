"""The ``gilbench`` command with one more profile, so small that a real run of it takes seconds."""

import os
import sys

from gilbench.measure.interrupts import INTERRUPTS


def add_profile() -> None:
    """Have the profile ``torture``."""
    from gilbench.model import Effort
    from gilbench.plan import profiles

    profiles.PROFILES["torture"] = profiles.Profile(
        "torture",
        survey=Effort((2,), 1),
        claim=Effort((3,), 2),
        timed=Effort((3,), 1),
        trials=Effort((3,), 1),
        share=0.1,
        round_s_per_core=0.002,
        levels="one",
        budget_s=120,  # a busy host is to decide what an idle one does
    )


def main() -> int:
    """As ``gilbench.__main__`` has it, with the profile added as soon as profiles are there."""
    try:
        INTERRUPTS.install()
        from gilbench import __main__ as command

        add_profile()
        return command.main()
    except KeyboardInterrupt:
        print("gilbench: interrupted", file=sys.stderr, flush=True)
        os._exit(130)


if __name__ == "__main__":
    sys.exit(main())
