"""The page "GIL facts": what each claim turned out to be on several interpreters, from journals that are committed.

``python -m tools.facts keep RUN...`` packs the journals of runs into ``docs/facts/runs``; ``python -m tools.facts pages``
(``make facts``) writes ``docs/facts.md``, its figures, the table in ``docs/measurements/claims-side-by-side.md`` and every
number of the FAQ from the committed journals. ``docs/facts/notes.toml`` has a sentence for what is against expectation.
"""
