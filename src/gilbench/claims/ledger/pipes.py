"""A10 and A11: which end of a Pipe may do what, and how recv() waits and ends."""

from __future__ import annotations

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.model import Outcome

WAIT_S = 0.02  # from the call of recv() to the message


def ends_did_what_they_may(trial: Trial) -> bool:
    """A duplex pipe carried both ways; a simplex one carried one way and refused the other."""
    both_ways = len(trial["both_ways"]) == 2 and all(trial["both_ways"])
    refused = trial["receiver_send_raised"] == trial["sender_recv_raised"] == "OSError"
    return bool(both_ways and trial["receiver_received"] and refused)


def waited_and_ended(trial: Trial) -> bool:
    """recv() was called before the message was sent, returned after that, and then met the end."""
    if trial["received_ns"] is None or trial["sent_ns"] is None:
        return False
    waited = trial["recv_called_ns"] < trial["sent_ns"] <= trial["received_ns"]
    return bool(waited and trial["eof_raised"] == "EOFError")


def ends_question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        setting.trials("pipe-ends"),
        "pipes whose ends did what they may and refused the rest",
        ends_did_what_they_may,
    )


def eof_question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        setting.trials("pipe-eof", {"wait_s": WAIT_S}),
        "pipes whose recv() waited for a message, then raised EOFError",
        waited_and_ended,
    )


CLAIMS = (
    Claim(
        id="A10",
        statement="Pipe: duplex, both ends send and receive; simplex, one end only receives and the other only sends",
        family="ipc",
        source="Python documentation, multiprocessing.Pipe: duplex",
        explanation=(
            "Pipe() gives two ends of a socket pair, which carries both ways. Pipe(duplex=False) "
            "gives the two ends of an operating-system pipe, of which the first reads and the "
            "second writes; the wrong call raises OSError."
        ),
        surprise=(
            "os.pipe() and the | of a shell carry one way, from one end to the other. "
            "multiprocessing's Pipe carries both ways by default, so the name promises less than "
            "it does."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=ends_question,
    ),
    Claim(
        id="A11",
        statement="Pipe: recv() blocks until something is sent, and raises EOFError once the other end is closed",
        family="ipc",
        source="Python documentation, multiprocessing.connection.Connection.recv",
        explanation=(
            "The other end counts as closed when every copy of it is. A forked child holds copies "
            "of all that its parent had open, so a parent that keeps its copy of the child's end "
            "waits forever after the child is gone: close it after start()."
        ),
        surprise=(
            "One expects recv() to fail as soon as the process at the other end is gone. That "
            "process need not hold the only copy of its end, and as long as one is open anywhere, "
            "even in the reader itself, there is no end of file."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=eof_question,
    ),
)
