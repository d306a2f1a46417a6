"""The names of survivor policies, and the column that each one needs. Imports nothing that takes time."""

from corpusforge.errors import UserError

POLICIES = ("longest", "oldest", "newest", "best:<signal>", "first")
BEST = "best:"


def order_column(policy: str) -> str | None:
    """The column that a policy needs: chars, date, a signal, or None.

    Raises UserError for a policy that is none of `POLICIES`.
    """
    if policy.startswith(BEST) and len(policy) > len(BEST):
        return policy.removeprefix(BEST)
    known = {"longest": "chars", "oldest": "date", "newest": "date", "first": None}
    if policy not in known:
        raise UserError(f"deduplicate: survivor must be one of {', '.join(POLICIES)}, not '{policy}'")
    return known[policy]
