"""``python -m gilbench``: the command line, for environments whose ``bin`` is not on PATH."""

import sys

from gilbench.cli import main

if __name__ == "__main__":
    sys.exit(main())
