"""A run: put together, measured by pytest, recorded, stopped when enough is known, and resumed."""
