"""The ``gilbench`` command, also as ``python -m gilbench`` where its folder is not on PATH.

An interrupt ends it in the same way while the command line is still being imported.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys

from gilbench.measure.interrupts import INTERRUPTS

TYPE_CHECKING = False  # type checkers take it for true; typing would be a moment without handlers
if TYPE_CHECKING:
    from typing import NoReturn

INTERRUPTED = 130


def main() -> int:
    """Run the command line.

    Returns:
        The exit code of the contract.
    """
    # Programs in Python that are started from here, as by cpuinfo or Dask, import nothing from the
    # working folder: it may be anybody's.
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        INTERRUPTS.install()
        from gilbench.measure.whole_imports import import_whole

        import_whole()
        from gilbench.cli import main as run_verb

        code = run_verb()
    except KeyboardInterrupt:
        code = INTERRUPTED
        with contextlib.suppress(OSError, ValueError, AttributeError):  # a stream may be closed
            print("gilbench: interrupted", file=sys.stderr, flush=True)
    finally:
        INTERRUPTS.ignore()
        # What is in cycles ends with the process: that Python looks through all objects for them
        # as it ends would take a tenth of `gilbench explain`.
        gc.freeze()
    if code == INTERRUPTED:
        leave(code)
    return code


def leave(code: int) -> NoReturn:
    """End the process at once, once its warden has cleaned up what it started and made.

    Where an interrupt fell into code that ``exec`` compiled from a string, as in the import of a
    dataclass, Python would end itself by SIGINT after all, however that was handled.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    scratch = sys.modules.get("gilbench.measure.scratch")
    if scratch is not None:
        scratch.WARDEN.close()
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
