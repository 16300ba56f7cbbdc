"""What importing an extension that is not marked as free of the GIL does to it, in a fresh process each time: the
launch itself must not be changed by it.

The extension is one that CPython's own tests are built with. A build without them has none that is known to be
unmarked.
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
    found = importlib.util.find_spec(SHIPPED_IN)
    if found is None or not found.origin or not os.path.isfile(found.origin):  # noqa: PTH113 - as light as the registry
        return "this build ships no extension that is not marked as free of the GIL ({})".format(SHIPPED_IN)
    return None


def look() -> Dict[str, Any]:
    """Import the extension in this process; how the GIL was before and after, and whom the interpreter blames."""
    gil.watch()
    shipped: Any = importlib.util.find_spec(SHIPPED_IN)
    before = gil.enabled()
    spec: Any = importlib.util.spec_from_file_location(UNMARKED, shipped.origin)
    importlib.util.module_from_spec(spec)
    return {"gil_before": before, "gil_after": gil.enabled(), "imported": UNMARKED, "blamed": list(gil.culprits)}


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """``told`` is what the process is told of the GIL: "0" or "1", or "" for nothing. ``failed`` says, where it did not
    come to an end in time or could not import it, what it said last."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_GIL"}
    environment.update({"PYTHON_GIL": params["told"]} if params["told"] else {})
    command = [sys.executable, "-S", "-m", __name__]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=_children.PATIENCE_S, check=False)
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
