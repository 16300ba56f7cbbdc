"""What a probe can observe: the kind of each value, by probe and name.

A text where a count belongs would be read as "it did not hold". Probes that are not listed, and
names that older versions observed, may have any kind of plain value; a number is always finite and
of 64 bits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from gilbench.model import LARGEST_INT, one_line
from gilbench.results.observed_calls import LONGEST_NS, check_call

Kind = tuple[type, ...]

NUMBER: Kind = (int, float)
TRUTH: Kind = (bool,)
TEXT: Kind = (str,)
NAMES: dict[Kind, str] = {NUMBER: "number", TRUTH: "truth value", TEXT: "text"}
DEEPEST = 16  # levels of lists and objects
LONGEST_TEXT = 100_000  # characters
TRIALS = "trials"  # where a probe observes several times under one condition
WORKERS_TOO = "beside"  # what the wakeup probe calls the workers that computed meanwhile


class Unobservable(ValueError):
    """A value that no probe observes; the message begins with "observed" and says which and why."""


@dataclass(frozen=True)
class Value:
    """What may stand under a name.

    Attributes:
        kind: The types of the value, or of those in the list.
        is_list: Whether it is a list, perhaps of lists.
        optional: Whether it, or any of those in the list, may be None.
    """

    kind: Kind
    is_list: bool
    optional: bool


def _probe(
    numbers: str = "", truths: str = "", texts: str = "", optional: str = ""
) -> dict[str, Value]:
    """The names that a probe observes; a name of a list ends in ``*``.

    Args:
        numbers: Names of numbers.
        truths: Names of truth values.
        texts: Names of texts.
        optional: Those of all these that may be None, for what was not observed.
    """
    of_kind = {NUMBER: numbers, TRUTH: truths, TEXT: texts}
    kinds = {}
    for kind, names in of_kind.items():
        for name in names.split():
            plain_name = name.rstrip("*")
            kinds[plain_name] = Value(kind, name.endswith("*"), plain_name in optional.split())
    return kinds


PROBES: dict[str, dict[str, Value]] = {
    "ceiling": _probe("ceiling alone* together*"),
    "collecting": _probe("collect_ns* longest_gap_ns*", optional="collect_ns longest_gap_ns"),
    "containers": _probe("expected counted alternations", texts="operation", optional="counted"),
    "counting": _probe(
        "expected counted elapsed_ns alternations", optional="counted elapsed_ns alternations"
    ),
    "daemon-exit": _probe(
        "daemon_pid middle_exit_code",
        "daemon killed daemon_ran daemon_alive_after",
        optional="daemon_pid middle_exit_code",
    ),
    "fork-lock": _probe(truths="free_acquired released held_acquired", texts="warned*"),
    "handoff": _probe("round_trips wall_ns cpu_ns", optional="round_trips wall_ns cpu_ns"),
    "locking": _probe("operations* late_ns* elapsed_ns*", optional="operations late_ns elapsed_ns"),
    "messages": _probe(
        "received lost duplicated reordered wrong_size elapsed_ns round_trip_ns* echo_pid "
        "sender_pid",
        texts="missing",
        optional="elapsed_ns echo_pid sender_pid",
    ),
    "names": _probe(
        "own_pid pid_before process_pid child_current_pid child_pid",
        texts="given own_process default_name process_name child_name child_thread thread_given "
        "thread_name process_of_thread",
        optional="pid_before child_current_pid child_pid child_name child_thread thread_name "
        "process_of_thread",
    ),
    "pipe-ends": _probe(
        texts="both_ways* receiver_received receiver_send_raised sender_recv_raised",
        optional="both_ways receiver_received",
    ),
    "pipe-eof": _probe(
        "recv_called_ns sent_ns received_ns",
        "received",
        "recv_raised eof_raised kept_raised closed_raised",
        optional="sent_ns received_ns eof_raised kept_raised closed_raised",
    ),
    "pool-order": _probe(
        truths="ready_after_join",
        texts="join_before_close submit_after_close join_after_terminate",
    ),
    "pool-size": _probe(
        "cpu_count usable process_cpu_count pool_size narrowed_size narrowed_usable "
        "narrowed_process_cpu_count",
        optional="cpu_count process_cpu_count narrowed_size narrowed_usable "
        "narrowed_process_cpu_count",
    ),
    "pool-start": _probe("size before served newcomers"),
    "pool-tasks": _probe("size tasks tasks_done pids* most_at_once"),
    "process-life": _probe(
        "parent_pid process_pid child_pid parent_seen exit_code join_called_ns child_ended_ns "
        "joined_ns",
        optional="child_pid parent_seen exit_code child_ended_ns joined_ns",
    ),
    "progress": _probe("loops* began_ns* ended_ns*"),
    "programs": _probe(
        "children* pids exit_code", "joined", "program method results raised*", "exit_code"
    ),
    "queue-limits": _probe(
        "put_waited_ns put_nowait_waited_ns get_waited_ns get_nowait_waited_ns "
        "sent received lost duplicated out_of_order",
        texts="put_timeout_raised put_nowait_raised get_timeout_raised get_nowait_raised "
        "get_after_put_raised",
    ),
    "release-sweep": _probe("calls serial_ns* threads_ns*", optional="serial_ns threads_ns"),
    "request-rate": _probe(
        "requests elapsed_ns cpu_ns wall_ns", optional="requests elapsed_ns cpu_ns wall_ns"
    ),
    "relock": _probe(
        "lock_second_waited_ns",
        "lock_second_acquire rlock_second_acquire rlock_free_after*",
        optional="rlock_free_after",
    ),
    "shared-generator": _probe(
        "exit_code refused shares* doubled lost",
        "lock ended",
        optional="exit_code refused shares doubled lost ended",
    ),
    "shared-values": _probe(
        "value array* sent_value sent_array* expected counted overlap",
        "was_written plain_seen",
        "ask",
        optional="value array was_written plain_seen sent_value sent_array counted overlap",
    ),
    "sharing": _probe("reads* elapsed_ns* cpu_ns wall_ns", optional="reads elapsed_ns"),
    "socket-timeout": _probe(
        f"latency_ns* lost early {WORKERS_TOO} cpu_ns wall_ns sender_pid", optional="sender_pid"
    ),
    "stall": _probe("call_ns longest_gap_ns ticks", optional="longest_gap_ns"),
    "start": _probe("first_ns steady_ns*", "timed_out", "missing", optional="first_ns"),
    "start-method": _probe(
        "version* child_parent_pid",
        "child_saw child_of_launch",
        "start_method documented platform",
        optional="child_saw child_parent_pid child_of_launch documented",
    ),
    "switching": _probe("operation_ns hold_ns* hold_operations*"),
    "terminate": _probe(
        "exit_code", "daemon ran alive_before alive_after", optional="exit_code daemon"
    ),
    "turns": _probe("slices* block_ns", optional="slices"),
    "unmarked-import": _probe(truths="gil_before gil_after", texts="imported blamed* failed"),
    "wakeup": _probe(
        f"latency_ns* lost early {WORKERS_TOO} cpu_ns wall_ns sender_pid", optional="sender_pid"
    ),
}


def check_observed(probe: str, observed: Mapping[str, Any]) -> None:
    """Check what a probe observed under one condition.

    Raises:
        Unobservable: It cannot have.
    """
    kinds = PROBES.get(probe, {})
    level: list[Mapping[str, Any]] = [observed]
    for _ in range(DEEPEST):
        level = _check_level(level, kinds)
        if not level:
            break
    else:
        raise Unobservable(f"observed values nested deeper than {DEEPEST} levels")
    try:
        check_call(probe, observed)
    except msgspec.ValidationError as error:
        raise Unobservable(f"observed what no {probe} does: {one_line(str(error))}") from None


def _check_level(
    level: Iterable[Mapping[str, Any]], kinds: Mapping[str, Value]
) -> list[Mapping[str, Any]]:
    """Check the values of some mappings; returns the mappings that are among them."""
    deeper: list[Mapping[str, Any]] = []
    for values in level:
        for name, value in values.items():
            known = kinds.get(name)
            _check_shape(name, value, known)
            for leaf in _leaves(value):
                if isinstance(leaf, dict):
                    deeper.append(leaf)
                else:
                    _check_leaf(name, leaf, known)
    return deeper


def _check_shape(name: str, value: Any, known: Value | None) -> None:
    """Check whether a value is a list exactly where it has to be."""
    if name == TRIALS:
        if not isinstance(value, list) or not all(isinstance(trial, dict) for trial in value):
            raise Unobservable(f"observed {TRIALS} that are none")
        return
    if known is None or (value is None and known.optional):
        return
    if isinstance(value, dict) or isinstance(value, list) != known.is_list:
        wanted = "a list" if known.is_list else f"a {NAMES[known.kind]}"
        raise Unobservable(f"observed {name} {one_line(repr(value))}, which is not {wanted}")


def _leaves(value: Any) -> Iterator[Any]:
    """The values of a list and of the lists in it; a value that is no list is its own leaf."""
    level = [value]
    for _ in range(DEEPEST):
        deeper = []
        for entry in level:
            if isinstance(entry, list):
                deeper.extend(entry)
            else:
                yield entry
        if not deeper:
            return
        level = deeper
    raise Unobservable(f"observed lists nested deeper than {DEEPEST} levels")


def _check_leaf(name: str, leaf: Any, known: Value | None) -> None:
    if isinstance(leaf, float) and not math.isfinite(leaf):
        raise Unobservable(f"observed {one_line(name)} that is not finite")
    if isinstance(leaf, int) and abs(leaf) > LARGEST_INT:
        raise Unobservable(f"observed {one_line(name)} of more than 64 bits")
    if isinstance(leaf, str) and len(leaf) > LONGEST_TEXT:
        raise Unobservable(f"observed {one_line(name)} of {len(leaf)} characters")
    if known is None:
        return
    if leaf is None and known.optional:
        return
    if type(leaf) not in known.kind:
        what = NAMES[known.kind]
        raise Unobservable(f"observed {name} {one_line(repr(leaf))}, which is no {what}")
    if known.kind is NUMBER and name.endswith("_ns") and abs(leaf) > LONGEST_NS:
        raise Unobservable(f"observed {name} {leaf}, which is more than eleven days")
