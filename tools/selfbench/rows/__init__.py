"""The rows of the page, one file each, which ends in ``ROW``."""
