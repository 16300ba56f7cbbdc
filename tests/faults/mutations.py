"""Mutations of files: bytes, lines and values, each drawn from its number alone, so that any can be made again."""

from __future__ import annotations

import copy
import gzip
import json
import random
import re
from collections.abc import Callable
from typing import Any

DEEP = "[" * 3000 + "]" * 3000
MANY = 100_000
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, -3, 0.5, -0.5, 2, 100, 2**31, 2**63 - 1, 2**63, 2**64, 10**400),
    *(1e-320, 1e308, -1e308, "", "x", "0", "\x1b[2J", "a\n::error::b", "=1+1", "\u202e", "\ud800"),
    *("x" * MANY, "2026-01-01T00:00:00", "banana", [], {}, [[]], {"": None}, [0] * 1000),
)
RAW_VALUES = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "-0",
    "01",
    "1.",
    DEEP,
    '{"a":' * 3000,
    "\x00",
    *("nan", "-NaN", "-Inf", "+1", "1_0", "0x10", "1e-400", "9" * 5000, "-" + "9" * 400),
    *("'x'", '"\\ud800"', '"\\udc00\\ud800"', '"a\\u0000b"', "/**/1", "True", "undefined", '"\t"'),
)
PLACEHOLDER = "@raw@"
BYTES = (
    b"\x00",
    b"\xff",
    b"\n",
    b"\r",
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b"\xef\xbb\xbf",
    b"\x1b[2J",
)

DIGIT = re.compile(rb"[0-9]")
KEY = re.compile(rb'"(\w+)":')

Mutation = Callable[[bytes, random.Random], bytes]


def flip_a_bit(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    place = chance.randrange(len(changed))
    changed[place] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut_off(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def remove_a_part(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + 1 + chance.randrange(40) :]


def repeat_a_part(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    part = data[start : start + 1 + chance.randrange(200)]
    return data[:start] + part * chance.choice((2, 3, 50)) + data[start:]


def insert_bytes(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + chance.choice(BYTES) + data[start:]


def change_a_digit(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    found = DIGIT.search(data, place) or DIGIT.search(data)
    if found is None:
        return data
    place = found.start()
    return (
        data[:place]
        + chance.choice((b"9", b"0", b"-", b"e9", b"00000000000000000000"))
        + data[place + 1 :]
    )


def shuffle_lines(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    how = chance.choice(("swap", "copy", "remove", "append", "repeat"))
    if how == "swap":
        lines[first], lines[second] = lines[second], lines[first]
    elif how == "copy":
        lines.insert(first, lines[second])
    elif how == "remove":
        del lines[first]
    elif how == "append":
        lines += lines[min(first, second) : max(first, second) + 1]
    else:
        lines += lines
    return b"".join(lines)


def repeat_a_key(data: bytes, chance: random.Random) -> bytes:
    """Have an object a key twice, with another value before or after its own."""
    found = list(KEY.finditer(data))
    if not found:
        return data
    key = chance.choice(found)
    value = json.dumps(chance.choice(VALUES)).encode()
    return data[: key.start()] + key[0] + value + b"," + data[key.start() :]


def write_otherwise(data: bytes, chance: random.Random) -> bytes:
    """The whole file in another encoding, with other line ends, packed, or beside nothing."""
    ways: tuple[Callable[[bytes], bytes], ...] = (
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\r"),
        lambda data: data.decode().encode("utf-16"),
        lambda data: data.decode().encode("utf-32-be"),
        gzip.compress,
        lambda data: b"// " + data,
        lambda data: data[::-1],
        lambda data: data.upper(),
        lambda data: data.replace(b'"', b"'"),
        lambda data: b" " * 5000 + data,
        lambda data: b"\n" * 5000 + data,
        lambda data: bytes(len(data)),
        lambda data: b"",
    )
    return chance.choice(ways)(data)


def change_a_value(data: bytes, chance: random.Random) -> bytes:
    """Change a value, a key or a list of a JSON document, or of one line of several."""
    text = data.decode("utf-8")
    try:
        return _with_another_value(json.loads(text), chance).encode("utf-8", "surrogatepass")
    except ValueError:
        lines = text.splitlines()
    number = chance.randrange(len(lines))
    try:
        lines[number] = _with_another_value(json.loads(lines[number]), chance)
    except ValueError:
        words = lines[number].split(",")
        place = chance.randrange(len(words))
        words[place] = str(chance.choice(VALUES))[:1000].replace("\n", " ")
        lines[number] = ",".join(words)
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")


def _with_another_value(document: Any, chance: random.Random) -> str:
    places = _places(document)
    if not places:
        return json.dumps(document)
    holder, key = chance.choice(places)
    raw = ""
    how = chance.choice(
        ("value", "value", "value", "raw", "delete", "copy", "another", "add", "scale")
    )
    if how == "value":
        holder[key] = chance.choice(VALUES)
    elif how == "raw":
        holder[key], raw = PLACEHOLDER, chance.choice(RAW_VALUES)
    elif how == "delete":
        del holder[key]
    elif how == "scale" and isinstance(holder[key], int | float):
        holder[key] = holder[key] * chance.choice((-1, 2, 0.5, 1000, 10**9))
    elif how == "add" and isinstance(holder, dict):
        holder[chance.choice(("chain", "type", "schema", "colour", "")) or str(key)] = (
            chance.choice(VALUES)
        )
    elif isinstance(holder, list):
        holder.extend(copy.deepcopy(holder[key : int(key) + 3]) * chance.choice((1, 50)))
    else:
        other, place = chance.choice(places)
        holder[key] = copy.deepcopy(other[place])
    return json.dumps(document, separators=(",", ":")).replace(f'"{PLACEHOLDER}"', raw)


def _places(document: Any) -> list[tuple[Any, Any]]:
    """Every place of a document where a value stands: what holds it, and its key or index there."""
    places = []
    open_ = [document]
    while open_:
        holder = open_.pop()
        if isinstance(holder, dict):
            entries = list(holder.items())
        elif isinstance(holder, list):
            entries = list(enumerate(holder))
        else:
            continue
        for key, value in entries:
            places.append((holder, key))
            open_.append(value)
    return places


MUTATIONS: tuple[Mutation, ...] = (
    *(change_a_value,) * 6,
    flip_a_bit,
    cut_off,
    remove_a_part,
    repeat_a_part,
    insert_bytes,
    change_a_digit,
    shuffle_lines,
    repeat_a_key,
    write_otherwise,
)


def mutate(data: bytes, chance: random.Random) -> bytes:
    """One to three mutations of a file."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        if data:
            try:
                data = chance.choice(MUTATIONS)(data, chance)
            except (UnicodeDecodeError, RecursionError, OverflowError):
                data = flip_a_bit(data, chance)
    return data
