"""Two channels in adjacent pairs: the same messages through one and at once through the other.

What slows the host down for longer than such a pair slows both of its halves, so that it is not
taken for a difference between the channels.
"""

from typing import Any, Dict, List

from gilbench.target.probes import _patience, messages
from gilbench.target.registry import Probe

LIMIT_S = 240.0


def run(params: Dict[str, Any]) -> Dict[str, Any]:
    """Carry ``messages`` messages of ``size_bytes`` through each of two ``channels``, in ``pairs``.

    Which of the two comes first alternates.

    Returns:
        ``elapsed_ns``, by channel a list with one number per pair.

    Raises:
        MessagesSpoilt: Not every message arrived once, whole and in order.
    """
    channels: List[str] = params["channels"]
    elapsed_ns: Dict[str, List[int]] = {channel: [] for channel in channels}
    for pair in range(params["pairs"]):
        for channel in channels if pair % 2 == 0 else reversed(channels):
            observed = messages.run_whole(
                {
                    "channel": channel,
                    "mode": "throughput",
                    "size_bytes": params["size_bytes"],
                    "messages": params["messages"],
                }
            )
            elapsed_ns[channel].append(observed["elapsed_ns"])
    return {"elapsed_ns": elapsed_ns}


PROBE = Probe(
    name="channel-pairs",
    summary="how long the same messages take through two channels, in pairs right after each other",
    run=run,
    limit_s=LIMIT_S,
    missing=_patience.missing,
)
