"""Amounts of text as people write them: `10 M words`, `1.5 B`, `250_000`."""

import re

MEASURES = ("words", "bytes", "documents")
_UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "B": 10**9, "T": 10**12}
_FORM = re.compile(r"([0-9][0-9_,]*(?:\.[0-9]+)?)\s*([kMGBT]?)\s*([a-z]*)")


def parse_amount(text: str) -> tuple[int, str | None]:
    """An amount and what it counts, if it says so: `10 M words` -> (10000000, 'words'). Raises ValueError."""
    found = _FORM.fullmatch(text.strip())
    if not found or (found[3] and found[3] not in MEASURES):
        raise ValueError("write an amount such as 10 M words, 1.5 B or 250_000 (k, M, B, T; words, bytes, documents)")
    number = float(re.sub("[_,]", "", found[1])) * _UNITS[found[2]]
    return round(number), found[3] or None


def shown_amount(value: float) -> str:
    """`1,234`, `12.3 k`, `4.56 M`: at most four digits."""
    for size, unit in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**4, "k")):
        if value >= size:
            scaled = value / (1000 if unit == "k" else size)
            return f"{scaled:.{2 if scaled < 10 else 1 if scaled < 100 else 0}f} {unit}"
    return f"{round(value):,}"
