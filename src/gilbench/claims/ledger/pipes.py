"""A10, A11 and B27: which end of a Pipe may do what, and how recv() waits and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gilbench.claims import behaviour
from gilbench.claims.behaviour import Trial
from gilbench.claims.claim import Claim, Question, Setting
from gilbench.claims.quantities import share
from gilbench.model import Outcome

if TYPE_CHECKING:
    from gilbench.model import Experiment

WAIT_S = 0.02  # from the call of recv() to the message
# How long recv() must find no end of file, after the sender has ended, to be said to wait on.
KEPT_S = 0.1
_TIMED_OUT = "timed out"  # what the probe reports in place of an exception


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
    ended = trial["eof_raised"] == "EOFError" and trial["closed_raised"] == "OSError"
    return bool(waited and ended)


def ends_question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        setting.trials("pipe-ends"),
        "pipes whose ends did what they may and refused the rest",
        ends_did_what_they_may,
    )


def never_ended(trial: Trial) -> bool:
    """The sender had ended and a message had come, but no end of file."""
    return bool(trial["kept_raised"] == _TIMED_OUT)


def ended_all_the_same(trial: Trial) -> bool:
    """The end of file came although the reader kept a copy of the writing end."""
    return bool(trial["kept_raised"] == "EOFError")


def _eof_experiment(setting: Setting) -> Experiment:
    condition = {"wait_s": WAIT_S, "kept_s": KEPT_S}
    return setting.trials("pipe-eof", condition, launch_s=0.9)


def eof_question(setting: Setting) -> Question:
    return behaviour.holds_in_every_trial(
        _eof_experiment(setting),
        "pipes whose recv() waited for a message, then raised EOFError, and OSError when closed",
        waited_and_ended,
    )


def kept_question(setting: Setting) -> Question:
    experiment = _eof_experiment(setting)
    return behaviour.contradicted(
        share(
            experiment,
            "readers with a copy of the writing end that got EOFError",
            ended_all_the_same,
        ),
        share(experiment, "readers with a copy of the writing end that waited on", never_ended),
    )


CLAIMS = (
    Claim(
        id="A10",
        statement=(
            "Pipe: duplex, both ends send and receive; simplex, "
            "one end only receives and the other only sends"
        ),
        family="ipc",
        source="Python documentation, multiprocessing.Pipe: duplex",
        explanation=(
            "On Unix Pipe() gives the two ends of a socket pair, which carries both ways, and "
            "Pipe(duplex=False) those of an operating-system pipe, of which the first reads and "
            "the second writes; the wrong call raises OSError."
        ),
        measured=(
            "Both ends of a duplex Pipe and of a simplex one are asked to send and to receive."
        ),
        rule=behaviour.held_rule(
            "both ends of the duplex Pipe send and receive, and those of the simplex one do "
            "so one way and raise OSError the other way"
        ),
        meaning=(
            "PROVED means that a duplex Pipe serves for questions and answers, and that a wrong "
            "end shows at once as OSError; REFUTED would mean that directions have to be kept "
            "by your program."
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
        statement=(
            "Pipe: recv() blocks for a message; EOFError says that the other end is closed, "
            "OSError the own one"
        ),
        family="ipc",
        source="Python documentation, multiprocessing.connection.Connection.recv",
        explanation=(
            "The other end counts as closed when every copy of it is. A forked child holds copies "
            "of all that its parent had open, so a parent that keeps its copy of the child's end "
            "waits forever after the child is gone: close it after start()."
        ),
        measured=(
            "A reader that has closed its copy of the sender's end calls recv() "
            f"{1000 * WAIT_S:g} ms or more before a message is sent, then reads on after the "
            "sender has ended, and another reads from its own closed end."
        ),
        rule=behaviour.held_rule(
            "recv() is called before the message is sent and returns it, raises EOFError once "
            "the sender has ended, and OSError on its own closed end"
        ),
        meaning=(
            "PROVED means that a reader may wait in recv() and stop at EOFError, if it has "
            "closed its copy of the sender's end; REFUTED would mean that the end of a stream "
            "has to be sent as a message."
        ),
        surprise=(
            "One expects recv() to fail as soon as the process at the other end is gone. That "
            "process need not hold the only copy of its end, and as long as one is open anywhere, "
            "even in the reader itself, there is no end of file."
        ),
        expected=lambda setting: Outcome.PROVED,
        question=eof_question,
    ),
    Claim(
        id="B27",
        statement=(
            "Pipe: a reader gets EOFError when the sender has ended, "
            "even if it holds the sender's end too"
        ),
        family="ipc",
        source=(
            "Python documentation, multiprocessing.connection.Connection.recv: EOFError if the "
            "other end was closed"
        ),
        explanation=(
            "Pipe() gives both ends to whoever calls it, and the sender's end is closed only when "
            "every copy is. A reader that has not closed its own copy is still a possible sender: "
            "it waits for itself, and a loop until EOFError never ends. Refuted where no end came "
            "within 0.1 s after the sender had ended."
        ),
        measured=(
            f"A reader that has kept its copy of the sender's end reads on for {KEPT_S} s after "
            "the sender has ended."
        ),
        rule=behaviour.contradicted_rule(
            "it gets EOFError", f"no end of file has come {KEPT_S} s after the sender has ended"
        ),
        meaning=(
            "REFUTED means that you close the other end right after start(), or your reader "
            "hangs; PROVED would mean that the copy does no harm."
        ),
        surprise=(
            "Examples pass one end to a child and read the other until EOFError. Without the one "
            "line that closes the copy they hang once the sender is done."
        ),
        expected=lambda setting: Outcome.REFUTED,
        question=kept_question,
    ),
)
