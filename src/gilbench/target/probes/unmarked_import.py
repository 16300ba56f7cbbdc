"""Whether importing an extension that is not marked as free of the GIL enables the GIL.

It is imported in a new process each time, because the launch must not be changed.

The extension is one of those that are built for CPython's tests. A build without them has none that
is known to be unmarked.
"""

import importlib.util
import json
import os
import subprocess
import sys
from typing import Any, Dict, Optional

from gilbench.target import gil
from gilbench.target.probes import _children

UNMARKED, SHIPPED_IN = "_testmultiphase_null_slots", "_testmultiphase"


def missing() -> Optional[str]:
    if not gil.is_a_setting():
        return "this build always has the GIL: nothing can switch it on"
    spec = importlib.util.find_spec(SHIPPED_IN)
    if spec is None or not spec.origin or not os.path.isfile(spec.origin):  # noqa: PTH113 - as light as the registry
        return "this build ships no extension that is not marked as free of the GIL ({})".format(
            SHIPPED_IN
        )
    return None


def look() -> Dict[str, Any]:
    """Import the extension in this process.

    Returns:
        The state of the GIL before and after, and the modules that the interpreter says enabled it.
    """
    gil.watch()
    shipped: Any = importlib.util.find_spec(SHIPPED_IN)
    before = gil.enabled()
    spec: Any = importlib.util.spec_from_file_location(UNMARKED, shipped.origin)
    importlib.util.module_from_spec(spec)
    return {
        "gil_before": before,
        "gil_after": gil.enabled(),
        "imported": UNMARKED,
        "blamed": list(gil.culprits),
    }


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Import the extension in a new process.

    Args:
        params: ``told`` is the PYTHON_GIL of that process: "0", "1", or "" for none.

    Returns:
        The state of the GIL before and after. ``failed``, TIMED_OUT or the end of its error output,
        where the process did not end in time or could not import the extension.
    """
    environment = dict(os.environ)
    environment.pop("PYTHON_GIL", None)
    if params["told"]:
        environment["PYTHON_GIL"] = params["told"]
    command = [sys.executable, "-S", "-m", __name__]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, timeout=_children.PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return {"failed": _children.TIMED_OUT}
    if done.returncode:
        return {"failed": done.stderr.decode("utf-8", "replace").strip()[-200:]}
    return dict(json.loads(done.stdout.decode("utf-8")))


PROBE = _children.probe_of(
    "unmarked-import", "what importing an extension not marked as free of the GIL does to it", trial
)._replace(missing=missing)

if __name__ == "__main__":
    print(json.dumps(look()))
