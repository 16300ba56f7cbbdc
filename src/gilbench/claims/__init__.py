"""Falsifiable claims: what they are made of, how they are put to a run and judged; the claims are in ``ledger``."""
