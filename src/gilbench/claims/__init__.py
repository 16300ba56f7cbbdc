"""Falsifiable claims: what they are made of, how they are put to a run and judged.

The claims themselves are in ``ledger``, which imports neither the records of ``gilbench.model`` nor
the tables of a run: it is enough to explain a claim.
"""
