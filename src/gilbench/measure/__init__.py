"""Measuring: launches of targets, pairs of rounds, the cores meanwhile.

It writes the journal and judges nothing.
"""
