"""Write `src/corpusforge/text/scripts.tsv`: which letters belong to which script, from the Unicode data of
`regex`.

    python tools/make_script_table.py
 Lines are `first last script`: code points in hexadecimal, both included, and an ISO 15924 code. Letters are
general category L; characters that scripts share (Common, Inherited) have no line. Needs regex and babel,
which no run needs.
"""

import sys
from pathlib import Path

import regex
from babel import Locale

TABLE = Path(__file__).resolve().parent.parent / "src" / "corpusforge" / "text" / "scripts.tsv"
# Zyyy, Zinh and Zzzz are no scripts; Qaac and Qaai are old names of Copt and Zinh.
NO_SCRIPTS = {"Zyyy", "Zinh", "Zzzz", "Qaac", "Qaai"}


def lines() -> list[str]:
    """The lines of the table, in the order of the code points."""
    every = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    ranges = []
    for script in sorted(set(Locale("en").scripts) - NO_SCRIPTS):
        try:
            pattern = regex.compile(rf"(?V1)[\p{{Script={script}}}&&\p{{L}}]+")
        except regex.error:
            continue  # an ISO 15924 code that is no Unicode script, such as Jpan
        ranges += [(ord(found[0][0]), ord(found[0][-1]), script) for found in pattern.finditer(every)]
    return [f"{first:04X}\t{last:04X}\t{script}\n" for first, last, script in sorted(ranges)]


if __name__ == "__main__":
    TABLE.write_text("".join(lines()), encoding="ascii")
