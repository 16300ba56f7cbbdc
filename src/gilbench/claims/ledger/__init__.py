"""The claims, one file each or one file for a close family; ``gilbench.claims.registry`` finds them here."""
