"""Statistics of paired measurements: pure functions, no files, no claims."""
