"""What is said of a user's call, line by line, in the terminal, on the page and in Markdown."""

from __future__ import annotations

from gilbench.plan.call_plan import ASYNCHRONOUS
from gilbench.summary.call_advice import CallAdvice
from gilbench.summary.call_facts import QUEUED
from gilbench.summary.call_reasons import OTHER_CAUSES
from gilbench.summary.formatting import percent, share_interval, short_duration

SAYS_NOTHING = 0.8  # of a share: so wide a range excludes hardly any


def answer_lines(answer: CallAdvice) -> list[str]:
    """The answer in the first line, and what keeps the call from gaining more."""
    first = f"{answer.call} on {answer.where}: {answer.answer}"
    return [first, *(f"  why not more: {reason}" for reason in answer.why_not_more)]


def lines_of(answer: CallAdvice) -> list[str]:
    """What was seen of the call, besides the ways to run it."""
    lines = [
        f"{answer.bound}: a call takes {short_duration(answer.call_s)}, "
        f"and waits for {percent(answer.waits)} of it"
    ]
    lines.append(_held(answer))
    lines += _stalls(answer)
    if answer.pickle_args_ms is not None and answer.pickle_result_ms is not None:
        pickled_s = (answer.pickle_args_ms + answer.pickle_result_ms) / 1e3
        if pickled_s:
            lines.append(
                f"handing a call to a process and its result back costs {short_duration(pickled_s)}"
                f" of pickling ({answer.result_bytes:,} bytes back)"
            )
    if answer.free_threaded is not None:
        lines.append(answer.free_threaded.sentence)
    return [*lines, *answer.findings]


def _held(answer: CallAdvice) -> str:
    """The share of its time with the GIL, and whether what two threads gain agrees with it."""
    held = answer.holds_gil
    if held is None:
        no_time = "there was no time to measure for how long it holds the GIL"
        return no_time if answer.has_gil else "it runs without the GIL here"
    line = f"holds the GIL for {share_interval(held)} of its time"
    if answer.queued > QUEUED:
        line += " (cores were missing, and a thread that loses its core may keep the GIL)"
    lo, hi = answer.holds_gil_by_scaling or (0.0, 1.0)
    if hi - lo > SAYS_NOTHING:
        return line
    share = f"{percent(lo)} to {percent(hi)}"
    if answer.agree:
        return f"{line}, which agrees with {share} by the speed of two threads"
    if hi < held.center:
        return f"{line}, but two threads gain as much as if it were {share}"
    is_named = any(reason.startswith(OTHER_CAUSES) for reason in answer.why_not_more)
    reason = "another reason, named above" if is_named else "a reason that was not found"
    return f"{line}; two threads gain no more than if it were {share}, for {reason}"


def _stalls(answer: CallAdvice) -> list[str]:
    """For how long other threads and an event loop stand still, in words."""
    lines = []
    awaited = answer.form in ASYNCHRONOUS
    if answer.longest_stall_ms == 0:
        lines.append("no other thread had to wait for the GIL")
    elif answer.longest_stall_ms is not None:
        line = (
            f"other threads stand still for up to {short_duration(answer.longest_stall_ms / 1e3)}"
        )
        if not awaited:
            line += ", and an event loop likewise while it runs in asyncio.to_thread"
        if answer.queued > QUEUED:
            line += " (on a host where cores were missing, which makes it longer)"
        lines.append(line)
    if answer.loop_stall_ms is not None:
        stall = short_duration(answer.loop_stall_ms / 1e3)
        up_to = "up to " if awaited else ""
        lines.append(f"an event loop in which it runs stands still for {up_to}{stall} at a time")
    return lines


def first_words(answer: CallAdvice) -> str:
    """What is known before the measurement is complete, in a line."""
    words = [f"so far: {answer.bound}"]
    if answer.holds_gil is not None:
        words.append(f"it holds the GIL for about {percent(answer.holds_gil.center)} of its time")
    if answer.ways and answer.ways[0].speed is not None:
        fastest = answer.ways[0]
        words.append(f"{fastest.name}: {fastest.speed:.2f}× as fast as one call after another")
    return "; ".join(words) + "; still measuring"
