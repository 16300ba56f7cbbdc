"""Measures gilbench next to its peers, and makes one page of it: ``python -m tools.selfbench``.

Rows are files in ``rows/``; each measures in short turns, whose trials go to a journal at once, so that a measurement
can be stopped, resumed and made longer. ``docs/selfbench.json``, its page and its Markdown come from the journal.
"""
