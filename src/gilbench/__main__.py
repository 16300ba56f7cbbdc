"""The ``gilbench`` command, also as ``python -m gilbench`` where its folder is not on PATH.

An interrupt ends it in the same way while the command line is still being imported.
"""

import contextlib
import sys

from gilbench.measure.interrupts import INTERRUPTS

INTERRUPTED = 130


def main() -> int:
    """Run the command line.

    Returns:
        The exit code of the contract.
    """
    try:
        INTERRUPTS.install()
        from gilbench.cli import main as run_verb

        return run_verb()
    except KeyboardInterrupt:
        with contextlib.suppress(OSError, ValueError, AttributeError):  # a stream may be closed
            print("gilbench: interrupted", file=sys.stderr, flush=True)
        return INTERRUPTED
    finally:
        INTERRUPTS.ignore()


if __name__ == "__main__":
    sys.exit(main())
