"""Encoding repair by ftfy, as datatrove 0.10.1 (ftfy.py) sets it, run only on lines that it could change.

Mojibake, HTML entities, terminal escapes, surrogates and control characters are repaired; ligatures,
character widths, quotation marks, line breaks and normal forms are left as they are.

ftfy works through a text line by line, 3 MB/s. A line is left out here when nothing in it can move any of
ftfy's steps: no entity, no control character, and no place where ftfy's test for mojibake (ftfy.badness)
could hold. That test is a list of suspicious sequences; `_suspect` is a coarser list, each entry of which a
faster search finds, such that every sequence of the former contains one of the latter.
"""

import re
from functools import cache

import xxhash

from corpusforge.text.edits import Edit, difference

# Most levels of `&amp;amp;...` that are undone. ftfy undoes one per pass over the line: without a limit a
# hostile line of a million characters takes a quarter of a million passes.
MAX_NESTED = 16

# xxh3-64 of the test for mojibake (ftfy 6.3.1) that the search below was derived from.
_DERIVED_FROM = "29ac3c50901d4d63"

# Pairs of ftfy's character categories that its suspicious sequences begin with or contain.
_ANY = "bad lower_accented upper_accented box start_punctuation end_punctuation currency numeric law"
_PAIRS = (
    (_ANY, "bad"),
    ("bad", _ANY),
    ("lower_accented box end_punctuation currency numeric", "upper_accented"),
    ("box end_punctuation currency numeric", "lower_accented"),
    ("lower_accented upper_accented box end_punctuation", "currency"),
    ("upper_accented box", "numeric law"),
    ("start_punctuation", "numeric"),
    ("end_punctuation upper_accented currency numeric box", "start_punctuation"),
    ("box", "kaomoji end_punctuation"),
    ("lower_accented upper_accented currency numeric start_punctuation end_punctuation law", "box"),
)


def ftfy_edits(text: str) -> list[Edit]:
    """Edits that turn `text` into what ftfy makes of it."""
    suspect = _suspect()
    found = suspect.search(text)
    if not found:
        return []
    import ftfy

    repair = _configuration()
    tag = text.find("<")  # from the line of the first one on, entities are text
    escaped = tag if tag >= 0 else len(text)
    edits: list[Edit] = []
    while found:
        start, end = _segment(text, found.start(), repair.max_decode_length)
        line = text[start:end]
        unescape = end <= escaped and not _too_nested(line)
        fixed = ftfy.fix_and_explain(line, repair._replace(unescape_html=unescape)).text
        if fixed != line:
            edits += difference(line, fixed, start)
        found = suspect.search(text, end)
    return edits


def _segment(text: str, position: int, longest: int) -> tuple[int, int]:
    """The part of a text that ftfy treats at one time: a line with its newline, or part of a long line."""
    start = text.rfind("\n", 0, position) + 1
    start += (position - start) // longest * longest
    end = text.find("\n", start, start + longest) + 1
    return start, end or min(start + longest, len(text))


def _too_nested(line: str) -> bool:
    """Whether entities inside entities go deeper than MAX_NESTED."""
    from ftfy.fixes import remove_control_chars, unescape_html

    if "&" not in line:
        return False
    line = remove_control_chars(line)
    for _ in range(MAX_NESTED + 1):
        unescaped = unescape_html(line)
        if unescaped == line:
            return False
        line = unescaped
    return True


@cache
def _configuration():  # type: ignore[no-untyped-def]
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        normalization=None,
        explain=False,
    )


@cache
def _suspect() -> re.Pattern[str]:
    """A pattern found in every line that ftfy changes, built around one leading set: `re` scans that fast."""
    from ftfy.badness import BADNESS_RE
    from ftfy.badness import MOJIBAKE_CATEGORIES as CATEGORIES
    from ftfy.chardata import CONTROL_CHARS

    if xxhash.xxh3_64_hexdigest(BADNESS_RE.pattern.encode()) != _DERIVED_FROM:
        return re.compile(r"[\s\S]")  # another ftfy with another test: every line goes through it

    def union(names: str) -> str:
        return "".join(CATEGORIES[name] for name in names.split())

    letters = union("lower_common upper_common")
    accented, marks = union("lower_accented upper_accented"), union("start_punctuation end_punctuation")
    control = "".join(re.escape(chr(code)) for code in CONTROL_CHARS)
    alone = f"{CATEGORIES['c1']}\ud800-\udfff\x1b{control}"
    either = f"{marks}{union('currency')}°µ"
    tests = [
        f"(?<=[{alone}])",
        "(?<=&)(?=#?[0-9A-Za-z])",
        *(f"(?<=[{union(first)}])(?=[{union(second)}])" for first, second in _PAIRS),
        f"(?<=[{letters}][{union('bad upper_accented')}])",
        f"(?<=[{accented}])(?=[{marks}]\\w)",
        f"(?<=[{union('upper_accented')}])(?=°)",
        "(?<=[Œœ])(?=[^A-Za-z])",
        "(?<=[ÂÃÎÐØÙ√≈‚])(?=[^\\x00-\\x7f])",
        f"(?<=[à×])(?=[{union('numeric')}])",
        "(?<=[ÂÃ])(?= )",
        f"(?<=[ВГРС][{either}])(?=[ВГРС])",
        f"(?<=[ΒΓΞΟ][{either}])(?=[ΒΓΞΟ])",
        "(?<=[вВ]Ђ)",
        "(?<=β€)",
    ]
    return re.compile(f"[{alone}{union(_ANY)}&°µŒœÂÃÎÐØÙ√≈‚Ђ](?:{'|'.join(tests)})")
