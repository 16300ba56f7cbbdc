"""A digest in every line of ``rounds.jsonl``, of that line and of all lines before it.

An edited, copied, added or lost line breaks the chain where it stands. The chain starts at what
``run.json`` says of the run's plan, host and targets, so that these cannot change either. It finds
damage and careless edits; it is no signature, for anybody can compute the digests again.
"""

from __future__ import annotations

import hashlib

import msgspec

DIGEST_BYTES = 16
KEY = b',"chain":"'
CLOSING = b'"}'
HEX_AT = len(CLOSING) + 2 * DIGEST_BYTES  # where the digest begins, from the end of a line
KEY_AT = HEX_AT + len(KEY)
# Of run.json, what changes while a run is measured and when it ends
CHANGING = ("status", "ended_utc", "resumed", "seal")


class BrokenChain(ValueError):
    """A line does not follow the line before it."""


class Chain:
    """The digests of a journal, from its first line to its latest.

    Attributes:
        digest: That of the latest line.
    """

    def __init__(self, digest: bytes) -> None:
        """Continue after the line with this digest; ``start_of`` gives that of a new journal."""
        self.digest = digest

    def link(self, line: bytes) -> bytes:
        """The next line, a JSON object, with its digest as the last field."""
        self.digest = self._next(line)
        return b"".join((line[:-1], KEY, self.digest.hex().encode(), CLOSING))

    def unlink(self, line: bytes) -> bytes:
        """The next line without its digest.

        Afterwards the chain continues at the digest that the line has, right or wrong, so that a
        changed line is found once.

        Raises:
            BrokenChain: The line has no digest, or another one than follows.
        """
        bare = line[:-KEY_AT] + b"}"
        expected = self._next(bare)
        if line[-KEY_AT:] == b"".join((KEY, expected.hex().encode(), CLOSING)):
            self.digest = expected
            return bare
        try:
            _, self.digest = split(line)
        except BrokenChain:
            self.digest = self._next(line)
            raise
        raise BrokenChain(
            "its digest is another: it was changed, or lines before it were lost or added"
        )

    def _next(self, line: bytes) -> bytes:
        return hashlib.blake2b(self.digest + line, digest_size=DIGEST_BYTES).digest()


class Unchecked(Chain):
    """Takes the digests off lines that have one, and checks none."""

    def __init__(self) -> None:
        super().__init__(b"")

    def unlink(self, line: bytes) -> bytes:
        """The line without its digest, if it has one."""
        try:
            return split(line)[0]
        except BrokenChain:
            return line


def split(line: bytes) -> tuple[bytes, bytes]:
    """A line without its digest, and the digest.

    Raises:
        BrokenChain: It has none.
    """
    if line[-KEY_AT:-HEX_AT] != KEY or line[-len(CLOSING) :] != CLOSING:
        raise BrokenChain("it has no digest")
    written = line[-HEX_AT : -len(CLOSING)]
    try:
        digest = bytes.fromhex(written.decode())
    except ValueError:
        raise BrokenChain("its digest is none") from None
    if digest.hex().encode() != written:  # capitals, or spaces
        raise BrokenChain("its digest is written in another way")
    return line[:-KEY_AT] + b"}", digest


def start_of(run_json: bytes) -> bytes:
    """The digest that the first line of a run's journal follows.

    Args:
        run_json: The contents of ``run.json``.

    Raises:
        msgspec.DecodeError: They are no JSON object.
    """
    described = msgspec.json.decode(run_json, type=dict)
    for name in CHANGING:
        described.pop(name, None)
    unchanging = msgspec.json.encode(described, order="sorted")
    return hashlib.blake2b(unchanging, digest_size=DIGEST_BYTES).digest()
