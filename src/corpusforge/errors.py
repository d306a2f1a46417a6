"""What a user can do wrong, said in one sentence with its mend."""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """A mistake of the user's. `str(error)` is the whole message; the command line prints it and exits 1."""


def nearest(word: str, known: Iterable[str]) -> str:
    """` (did you mean 'x'?)` for the nearest of the known words, or an empty string if none is near."""
    found = difflib.get_close_matches(word, sorted(known), n=1)
    return f" (did you mean '{found[0]}'?)" if found else ""
