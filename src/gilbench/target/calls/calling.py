"""Makes the calls of one worker in batches, each to the end of its coroutine or generator.

Arguments and results are pickled where a pool would pickle them.
"""

import collections
import inspect
import io
import pickle
from typing import Any, Dict, List, NamedTuple, Optional

from gilbench.target.calls import finding, in_place
from gilbench.target.calls.finding import Subject
from gilbench.target.result_numbers import number

PLAIN, GENERATOR, COROUTINE, ASYNC_GENERATOR = "plain", "generator", "coroutine", "async generator"
ASYNCHRONOUS = (COROUTINE, ASYNC_GENERATOR)


def form_of(value: Any) -> str:
    """What kind of thing a call returned, which decides how it is run to its end."""
    if inspect.isgenerator(value):
        return GENERATOR
    if inspect.isasyncgen(value):
        return ASYNC_GENERATOR
    return COROUTINE if inspect.isawaitable(value) else PLAIN


def first_call(subject: Subject, keep: Optional[List[Any]] = None) -> str:
    """Call once, to the end, to see what is returned; returns its form.

    Its result goes into ``keep``, if that is given; that of a generator is none.
    """
    value = subject.function(*subject.args, **subject.kwargs)
    form = form_of(value)
    if form == GENERATOR:
        collections.deque(value, maxlen=0)
        return form
    if form in ASYNCHRONOUS:
        import asyncio

        value = asyncio.run(_awaited(value, form))
    if keep is not None:
        keep.append(value)
    return form


async def _awaited(value: Any, form: str) -> Any:
    if form == COROUTINE:
        return await value
    async for _ in value:
        pass
    return None


def call_repeatedly(
    subject: Subject, form: str, count: int, keep: Optional[List[Any]] = None
) -> None:
    """Call ``count`` times in the calling thread.

    Each result goes into ``keep``, if that is given.
    """
    function, args, kwargs = subject.function, subject.args, subject.kwargs
    if form in ASYNCHRONOUS:
        import asyncio

        asyncio.run(call_in_turn(subject, form, count, keep))
    elif form == GENERATOR:
        for _ in range(count):
            collections.deque(function(*args, **kwargs), maxlen=0)
    elif keep is None:
        in_place.call(function, args, kwargs, count)
    else:
        for _ in range(count):
            keep.append(function(*args, **kwargs))


async def call_in_turn(
    subject: Subject, form: str, count: int, keep: Optional[List[Any]] = None
) -> None:
    """The same for coroutines, one after another."""
    for _ in range(count):
        value = await _awaited(subject.function(*subject.args, **subject.kwargs), form)
        if keep is not None:
            keep.append(value)


class Batch(NamedTuple):
    """Some calls that go to a worker together.

    ``packed`` has what a pool would pickle: the callable once and then the arguments of every call;
    b"" where the worker makes them itself, and None where nothing is pickled at all. ``expected``
    is the number of the result that its only call is to have, or None if results are not compared.
    """

    calls: int
    packed: Optional[bytes]
    expected: Optional[int] = None


def pack(subject: Subject, count: int) -> Batch:
    """Pickle the calls of a batch.

    Raises:
        Exception: What cannot be pickled raises whatever it likes.
    """
    if subject.compiled is not None:
        return Batch(count, b"")
    stream = io.BytesIO()
    stream.write(pickle.dumps(subject.callable))
    if not subject.made_here:
        for _ in range(count):
            stream.write(pickle.dumps((subject.args, subject.kwargs)))
    return Batch(count, stream.getvalue())


def run_packed(subject: Subject, form: str, batch: Batch) -> bytes:
    """Run a batch in the worker that it was handed to; returns its results, pickled one by one."""
    results: List[Any] = []
    packed = batch.packed
    if not packed:
        call_repeatedly(subject, form, batch.calls)
        return b""
    stream = io.BytesIO(packed)
    subject = subject._replace(callable=pickle.load(stream))
    if subject.made_here:
        call_repeatedly(subject, form, batch.calls, results)
    elif form in ASYNCHRONOUS:  # one event loop for all of them
        unpacked = [pickle.load(stream) for _ in range(batch.calls)]
        args, kwargs = unpacked[-1]
        call_repeatedly(subject._replace(args=args, kwargs=kwargs), form, batch.calls, results)
    else:
        for _ in range(batch.calls):
            args, kwargs = pickle.load(stream)
            call_repeatedly(subject._replace(args=args, kwargs=kwargs), form, 1, results)
    return b"".join([pickle.dumps(result) for result in results])


def unpack_results(packed: bytes) -> None:
    """Rebuild the results that were handed back, one after another."""
    stream = io.BytesIO(packed)
    while stream.tell() < len(packed):
        pickle.load(stream)


class WrongResult(Exception):
    """A call returned something else than the same call before.

    The message says what the difference is.
    """


def result_number(subject: Subject, form: str) -> Optional[int]:
    """Call once.

    Returns:
        A number that is the same for equal results, or None where there is no result.
    """
    results: List[Any] = []
    call_repeatedly(subject, form, 1, results)
    return number(results[0]) if results else None


def check_result(subject: Subject, form: str, expected: int) -> None:
    """Call once; raises WrongResult unless the result is the expected one."""
    found = result_number(subject, form)
    if found != expected:
        raise WrongResult(
            "its result differs from that of a serial call ({}, not {})".format(found, expected)
        )


class Worker:
    """What a worker calls: found, and its set-up done, once per worker."""

    def __init__(self, request: Dict[str, Any], form: str) -> None:
        self.form = form
        self.subject = finding.find(request)

    def run(self, batch: Batch) -> bytes:
        """Run a batch; returns the pickled results, b"" where nothing is handed back.

        Raises:
            WrongResult: The result is not the one that is expected.
        """
        if batch.expected is not None:
            check_result(self.subject, self.form, batch.expected)
            return b""
        if batch.packed is None:
            call_repeatedly(self.subject, self.form, batch.calls)
            return b""
        return run_packed(self.subject, self.form, batch)
