"""The calls of the gallery: what is set up, and the statement that is measured."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gilbench.summary.call_advice import CallAdvice


@dataclass(frozen=True)
class Call:
    """A call of the gallery.

    Attributes:
        name: Of its journal's folder.
        title: What it does, in a few words.
        setup: Runs once in each process, before what is measured.
        statement: What is measured.
    """

    name: str
    title: str
    setup: str
    statement: str

    @property
    def modules(self) -> set[str]:
        """The top-level modules that its set-up imports."""
        listed = re.findall(r"(?:^|; )import ([\w., ]+)", self.setup)
        names = [name.split(" as ")[0] for names in listed for name in names.split(", ")]
        names += re.findall(r"(?:^|; )from ([\w.]+) import", self.setup)
        return {name.partition(".")[0] for name in names}


ROWS_OF_NUMBERS = "rows = [{'id': n, 'name': str(n), 'value': n / 3} for n in range(20000)]"
NUMPY = "import numpy; g = numpy.random.default_rng(1)"
FRAME = f"{NUMPY}; import pandas; f = pandas.DataFrame({{'k': g.integers(0, 1000, 500000), 'v': g.random(500000)}})"
CSV_TEXT = "text = '\\n'.join(f'{n},{n / 3},name{n % 100}' for n in range(100000))"
XML_TEXT = "text = b'<r>' + b'<a b=\"1\">text<c/></a>' * 30000 + b'</r>'"
WORDS = "text = ' '.join(f'word{n % 997} and {n}' for n in range(60000))"
IMAGE = f"{NUMPY}; a = g.integers(0, 255, (1024, 1024, 3), dtype='uint8')"


@dataclass(frozen=True)
class Entry:
    """A call with what was found of it: one answer for each interpreter that could run it."""

    call: Call
    date: str
    host: str
    is_busy: bool
    with_gil: CallAdvice | None
    without_gil: CallAdvice | None


CALLS = (
    Call("hashlib-sha256", "`hashlib.sha256`, 1 MiB", "import hashlib; b = bytes(2**20)", "hashlib.sha256(b)"),
    Call("hashlib-sha256-small", "`hashlib.sha256`, 1,000 pieces of 1 KiB", "import hashlib; b = bytes(1024)", "for _ in range(1000): hashlib.sha256(b)"),
    Call("hashlib-pbkdf2", "`hashlib.pbkdf2_hmac`", "import hashlib", "hashlib.pbkdf2_hmac('sha256', b'secret', b'salt', 10000)"),
    Call("zlib-compress", "`zlib.compress`, 1 MiB", "import zlib, random; b = random.Random(1).randbytes(2**19) * 2", "zlib.compress(b)"),
    Call("bz2-compress", "`bz2.compress`, 256 KiB", "import bz2, random; b = random.Random(1).randbytes(2**18)", "bz2.compress(b)"),
    Call("lzma-compress", "`lzma.compress`, 256 KiB", "import lzma, random; b = random.Random(1).randbytes(2**18)", "lzma.compress(b, preset=1)"),
    Call("zstd-compress", "zstd, PyArrow's `compress`, 4 MiB", "import pyarrow, random; b = random.Random(1).randbytes(2**22)", "pyarrow.compress(b, 'zstd')"),
    Call("json-dumps", "`json.dumps`, 20,000 rows", f"import json; {ROWS_OF_NUMBERS}", "json.dumps(rows)"),
    Call("json-loads", "`json.loads`, 20,000 rows", f"import json; {ROWS_OF_NUMBERS}; text = json.dumps(rows)", "json.loads(text)"),
    Call("pickle-dumps", "`pickle.dumps`, 20,000 rows", f"import pickle; {ROWS_OF_NUMBERS}", "pickle.dumps(rows)"),
    Call("re-findall", "`re.findall`", f"import re; {WORDS}", "re.findall(r'\\w+7 and \\d+', text)"),
    Call("sqlite3-query", "`sqlite3`, a query over 50,000 rows", "import sqlite3", "sqlite3.connect(':memory:').execute('with recursive n(i) as (select 1 union all select i + 1 from n where i < 50000) select sum(i * i % 7) from n').fetchall()"),
    Call("csv-reader", "`csv.reader`, 100,000 rows", f"import csv, io; {CSV_TEXT}", "for row in csv.reader(io.StringIO(text)): pass"),
    Call("base64-encode", "`base64.b64encode`, 8 MiB", "import base64; b = bytes(2**23)", "base64.b64encode(b)"),
    Call("struct-unpack", "`struct.unpack`, 200,000 numbers", "import struct; b = bytes(1600000)", "struct.unpack('200000d', b)"),
    Call("decimal-sqrt", "`decimal`, a root of 20,000 digits", "import decimal; c = decimal.Context(prec=20000)", "c.sqrt(decimal.Decimal(2))"),
    Call("sorted", "`sorted`, 200,000 floats", "import random; x = [random.random() for _ in range(200000)]", "sorted(x)"),
    Call("pure-python", "a loop of pure Python", "", "sum(n * n for n in range(100000))"),
    Call("numpy-dot", "NumPy `dot`, 400 × 400", f"{NUMPY}; a = g.random((400, 400))", "a @ a"),
    Call("numpy-sort", "NumPy `sort`, 500,000 floats", f"{NUMPY}; a = g.random(500000)", "numpy.sort(a)"),
    Call("numpy-ufunc", "NumPy `sin`, 500,000 floats", f"{NUMPY}; a = g.random(500000)", "numpy.sin(a)"),
    Call("numpy-fft", "NumPy `fft`, 2^18 points", f"{NUMPY}; a = g.random(2**18)", "numpy.fft.fft(a)"),
    Call("scipy-convolve", "SciPy `fftconvolve`", f"{NUMPY}; from scipy import signal; a = g.random(200000)", "signal.fftconvolve(a, a)"),
    Call("scipy-solve", "SciPy `linalg.solve`, 400 × 400", f"{NUMPY}; from scipy import linalg; a = g.random((400, 400))", "linalg.solve(a, a)"),
    Call("pandas-groupby", "pandas `groupby().sum()`, 500,000 rows", FRAME, "f.groupby('k').v.sum()"),
    Call("pandas-merge", "pandas `merge`, 500,000 rows", f"{FRAME}; o = pandas.DataFrame({{'k': range(1000), 'w': range(1000)}})", "f.merge(o, on='k')"),
    Call("pandas-read-csv", "pandas `read_csv`, 100,000 rows", f"import pandas, io; {CSV_TEXT}", "pandas.read_csv(io.StringIO(text))"),
    Call("polars-groupby", "polars `group_by().sum()`, 500,000 rows", f"{NUMPY}; import polars; f = polars.DataFrame({{'k': g.integers(0, 1000, 500000), 'v': g.random(500000)}})", "f.group_by('k').sum()"),
    Call("pyarrow-sort", "PyArrow `sort_indices`, 500,000 floats", f"{NUMPY}; import pyarrow, pyarrow.compute as c; a = pyarrow.array(g.random(500000))", "c.sort_indices(a)"),
    Call("pyarrow-csv", "PyArrow `read_csv`, 100,000 rows", f"import pyarrow, pyarrow.csv; {CSV_TEXT}; b = text.encode()", "pyarrow.csv.read_csv(pyarrow.py_buffer(b), read_options=pyarrow.csv.ReadOptions(use_threads=False))"),
    Call("orjson-dumps", "orjson `dumps`, 20,000 rows", f"import orjson; {ROWS_OF_NUMBERS}", "orjson.dumps(rows)"),
    Call("orjson-loads", "orjson `loads`, 20,000 rows", f"import orjson; {ROWS_OF_NUMBERS}; b = orjson.dumps(rows)", "orjson.loads(b)"),
    Call("msgspec-decode", "msgspec `json.decode`, 20,000 rows", f"import msgspec; {ROWS_OF_NUMBERS}; b = msgspec.json.encode(rows)", "msgspec.json.decode(b)"),
    Call("pillow-resize", "Pillow `resize`, 1024 × 1024", f"{IMAGE}; from PIL import Image; i = Image.fromarray(a)", "i.resize((500, 500), Image.Resampling.LANCZOS)"),
    Call("pillow-jpeg", "Pillow, save as JPEG", f"{IMAGE}; import io; from PIL import Image; i = Image.fromarray(a)", "i.save(io.BytesIO(), 'JPEG')"),
    Call("opencv-blur", "OpenCV `GaussianBlur`, 1024 × 1024", f"{IMAGE}; import cv2; cv2.setNumThreads(1)", "cv2.GaussianBlur(a, (9, 9), 0)"),
    Call("lxml-parse", "lxml `fromstring`, 1 MB", f"from lxml import etree; {XML_TEXT}", "etree.fromstring(text)"),
    Call("cryptography-aes", "cryptography, AES-GCM over 1 MiB", "from cryptography.hazmat.primitives.ciphers.aead import AESGCM; c = AESGCM(bytes(32)); b = bytes(2**20)", "c.encrypt(bytes(12), b, None)"),
    Call("bcrypt-hashpw", "bcrypt `hashpw`, cost 6", "import bcrypt; s = bcrypt.gensalt(6)", "bcrypt.hashpw(b'secret', s)"),
    Call("regex-findall", "regex `findall`", f"import regex; {WORDS}", "regex.findall(r'\\w+7 and \\d+', text)"),
    Call("regex-concurrent", "regex `findall(concurrent=True)`", f"import regex; {WORDS}", "regex.findall(r'\\w+7 and \\d+', text, concurrent=True)"),
    Call("tokenizers-encode", "tokenizers `encode`, a word-level model", f"{WORDS}; from tokenizers import Tokenizer, models, pre_tokenizers; t = Tokenizer(models.WordLevel({{'word1': 0, '?': 1}}, '?')); t.pre_tokenizer = pre_tokenizers.Whitespace()", "t.encode(text[:200000])"),
    Call("sklearn-predict", "scikit-learn, predictions of a random forest", f"{NUMPY}; from sklearn.ensemble import RandomForestClassifier; x = g.random((2000, 10)); m = RandomForestClassifier(20, random_state=1).fit(x, x[:, 0] > 0.5)", "m.predict(x)"),
)  # fmt: skip
