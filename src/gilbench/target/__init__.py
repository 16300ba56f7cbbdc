"""The code that runs inside the interpreter under test.

The parent side reaches it by JSON lines only.

Nothing here imports gilbench outside this package or anything outside the standard library, and
every file runs unchanged on CPython 3.8 and later.
"""
