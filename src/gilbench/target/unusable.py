"""Why a function of the user cannot be measured."""


class Unusable(Exception):
    """The function cannot be measured; the message says why and what to change."""
