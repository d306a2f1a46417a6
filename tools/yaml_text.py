"""Plain data as YAML text that reads the same under YAML 1.1 and 1.2, in the shapes that our files use."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping

WIDTH = 110

# Words of letters, digits and marks (`m` below) with simple joints need no quotes; everything else gets them.
_PLAIN = re.compile(r"[^\W\d_][\w’'./@-]*(?: [\w’'./@()-]+)*")
# Words that YAML 1.1, which editors and other tools still speak, reads as booleans or null.
_RESERVED = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}


def scalar(value: object) -> str:
    """One value: null, a number, true or false, or text, quoted where a reader could mistake it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(int(value)) if value == int(value) else repr(value)
    text = str(value)
    # Vowel signs and other marks are no word characters to `re`, and as harmless as letters to YAML.
    shape = "".join("m" if unicodedata.category(char)[0] == "M" else char for char in text[1:])
    if _PLAIN.fullmatch(text[:1] + shape) and text.casefold() not in _RESERVED:
        return text
    return json.dumps(text, ensure_ascii=False)


def flow_list(items: Iterable[object], prefix: str, indent: int) -> str:
    """`prefix[a, b, c]`, wrapped at WIDTH columns; wrapped lines are indented by `indent` + 2 spaces."""
    return _flow([scalar(item) for item in items], prefix, "[", "]", indent)


def flow_map(mapping: Mapping[str, object], prefix: str, indent: int) -> str:
    """`prefix{a: 1, b: 2}`, wrapped like a flow list. A value that is a list stays on one line."""
    cells = []
    for key, value in mapping.items():
        many = isinstance(value, list | tuple)
        shown = f"[{', '.join(map(scalar, value))}]" if many else scalar(value)
        cells.append(f"{key}: {shown}")
    return _flow(cells, prefix, "{", "}", indent)


def _flow(cells: list[str], prefix: str, opening: str, closing: str, indent: int) -> str:
    one_line = f"{prefix}{opening}{', '.join(cells)}{closing}"
    if len(one_line) <= WIDTH:
        return one_line
    lines = [f"{prefix}{opening}"]
    line = " " * (indent + 2)
    for cell in cells:
        if len(line) + len(cell) + 2 > WIDTH and line.strip():
            lines.append(line.rstrip())
            line = " " * (indent + 2)
        line += f"{cell}, "
    lines.append(line.rstrip().rstrip(","))
    lines.append(" " * indent + closing)
    return "\n".join(lines)
