"""Functions of which users ask whether threads or processes suit them: ordinary ones, and hostile ones.

``tools/advice_corpus.py`` compares what ``gilbench advise`` says of each with what an exhaustive run finds best.
"""

import asyncio
import base64
import bz2
import contextlib
import csv
import decimal
import hashlib
import io
import json
import lzma
import os
import pickle
import random
import re
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

LOCK = threading.Lock()
LARGE, SMALL = os.urandom(1 << 20), os.urandom(1 << 10)
TEXT = " ".join(str(number * number) for number in range(4000))
NUMBERS = [(number * 7919) % 10007 for number in range(20_000)]
RECORDS = [{"id": number, "name": str(number), "tags": ["a", "b"]} for number in range(500)]
DOCUMENT, PICKLED = json.dumps(RECORDS), pickle.dumps(RECORDS)
TABLE = "\n".join(f"{number},{number * 2},x" for number in range(3000))

WAITING = (
    "sleeps",
    "sleeps_briefly",
    "waits_for_a_process",
    "sleeps_under_a_lock",
    "waits_and_computes",
)
COROUTINES = ("awaits", "awaits_and_computes")


def loop():
    return sum(number * number % 7 for number in range(20_000))


def json_dumps():
    return len(json.dumps(RECORDS))


def json_loads():
    return len(json.loads(DOCUMENT))


def regex():
    return len(re.sub(r"(\d)(\d)", r"\2\1", TEXT))


def sort():
    return sorted(NUMBERS)[0]


def sha256_large():
    return hashlib.sha256(LARGE).digest()


def sha256_small():
    for _ in range(200):
        hashlib.sha256(SMALL).digest()


def pbkdf2():
    return hashlib.pbkdf2_hmac("sha256", b"word", b"salt", 5000)


def zlib_compress():
    return len(zlib.compress(LARGE[: 1 << 17]))


def zlib_crc32():
    return zlib.crc32(LARGE)


def bz2_compress():
    return len(bz2.compress(LARGE[: 1 << 16]))


def lzma_compress():
    return len(lzma.compress(LARGE[: 1 << 15]))


def pickle_dumps():
    return len(pickle.dumps(RECORDS))


def pickle_loads():
    return len(pickle.loads(PICKLED))  # noqa: S301 - a constant of this file


def csv_rows():
    return sum(1 for _ in csv.reader(io.StringIO(TABLE)))


def base64_large():
    return len(base64.b64encode(LARGE))


def struct_unpack():
    return sum(struct.unpack(f"{1 << 15}I", LARGE[: 1 << 17])) & 1


def decimals():
    with decimal.localcontext(decimal.Context(prec=400)):
        return str(decimal.Decimal(2).sqrt() * decimal.Decimal(3).ln())[:3]


def sqlite_query():
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create table t (n)")
        connection.executemany("insert into t values (?)", ((number,) for number in range(2000)))
        return connection.execute("select sum(a.n) from t a join t b on a.n = b.n").fetchone()


def writes_a_file():
    with tempfile.TemporaryFile() as file:
        file.write(LARGE)


def very_short():
    return None


def sleeps():
    time.sleep(0.005)


def sleeps_briefly():
    time.sleep(0.0005)


def waits_and_computes():
    time.sleep(0.004)
    return loop()


def waits_for_a_process():
    command = [sys.executable, "-S", "-c", "import time; time.sleep(0.1)"]
    return subprocess.run(command, check=True).returncode


def sleeps_under_a_lock():
    with LOCK:
        time.sleep(0.004)


def computes_under_a_lock():
    with LOCK:
        return loop()


def large_result():
    return [(number, str(number)) for number in range(20_000)]


def random_numbers():
    return sum(random.random() for _ in range(20_000))


def prints():
    print("x" * 200)
    return loop()


def half_holds():
    hashlib.sha256(LARGE).digest()
    return loop()


def unpicklable_result():
    loop()
    return threading.Lock()


def generates():
    for number in range(4):
        loop()
        yield number


nameless = lambda: sum(number * number % 7 for number in range(20_000))  # noqa: E731 - a pool cannot pickle it


async def awaits():
    await asyncio.sleep(0.005)


async def awaits_and_computes():
    await asyncio.sleep(0.002)
    return loop()
