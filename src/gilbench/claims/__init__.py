"""The ledger: falsifiable statements, a file a claim or a close family, each with its rule, margins and reasons."""
