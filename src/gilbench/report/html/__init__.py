"""``report.html`` and its siblings: pages that stand in one file each, and their templates."""
