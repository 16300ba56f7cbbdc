"""``terminate()`` on a running child, daemon or not: alive before, exit code, alive after."""

import multiprocessing
import time
from typing import Any, Dict

from gilbench.target.probes import _children


def linger(connection: Any) -> None:
    connection.send_bytes(b"!")
    time.sleep(_children.LINGER_S)


def trial(params: Dict[str, Any]) -> Dict[str, Any]:
    """Terminate a running child, which is a daemon if ``daemon`` says so.

    Returns:
        Among others ``ran``, whether the child reported before it was terminated, and
        ``exit_code``, None if it did not end.
    """
    reader, writer = multiprocessing.Pipe(duplex=False)
    with reader, writer, _children.running(linger, writer, daemon=params["daemon"]) as process:
        writer.close()
        ran = reader.poll(_children.PATIENCE_S)
        alive_before = process.is_alive()
        process.terminate()
        process.join(_children.PATIENCE_S)
        return {
            "daemon": process.daemon,
            "ran": ran,
            "alive_before": alive_before,
            "exit_code": process.exitcode,
            "alive_after": process.is_alive(),
        }


PROBE = _children.probe_of("terminate", "what terminate() does to a running child", trial)
