"""The claims, one file each or one for a close family; ``claims.registry`` finds them here."""
