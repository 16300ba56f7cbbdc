"""Many hosts at once, on Dask's ``distributed``: each measures the same order, and is followed.

Nothing outside this package imports ``distributed``, and only ``gilbench fleet`` imports this.
"""

from __future__ import annotations

from gilbench.model import InputError


def require_distributed() -> None:
    """Check that Dask is installed.

    Raises:
        InputError: It is not; the message says how to install it.
    """
    try:
        import cryptography  # noqa: F401
        import distributed  # noqa: F401
    except ImportError as error:
        raise InputError(
            f"a fleet needs Dask, and it cannot be imported here ({error}); "
            "install it: pip install 'gilbench[fleet]'"
        ) from error
