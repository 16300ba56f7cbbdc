"""Falsifiable claims: what they are made of, how they are put to a run and judged.

The claims themselves are in ``ledger``.
"""
