"""A regular expression of short sequences of character sets, such as ftfy's test for mojibake, as one table.

`\\s[À-Ñ][€¢]|[a-z]\\s?Ã |^Â ` and the like have no loops, so a set of "how much of which alternative was seen" is all that a
search must remember, and there are few such sets. Characters that no set of the expression tells apart are one class. A
search then costs one look-up per character, whatever the number of alternatives (subset construction: Aho, Sethi, Ullman
1986, algorithm 3.2).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from corpusforge.text.buffers import frozen

PLANE = 0x10000  # characters beyond the first plane are one class: no expression tells them apart

CharacterSet = np.ndarray
"""bool[PLANE + 1]: what it holds of the first plane, then whether it holds all others."""


@dataclass(frozen=True)
class Automaton:
    """A search as a table.

    classes: uint8[PLANE + 1], the class of each character, the last entry for those beyond the plane.
    steps: int32, `steps[state + class]` is the next state, or its complement (negative) when a match ends here.
    State 0 is the begin of the text.
    special: characters of this class or above are those that the caller asked to have classes of their own.
    """

    classes: np.ndarray
    steps: np.ndarray
    special: int


class UnknownPattern(ValueError):
    """The expression has a construct that this translation does not know."""


def automaton(patterns: Iterable[re.Pattern[str]], special: Sequence[str]) -> Automaton:
    """The table that finds a match of any of `patterns`, where `\\w` may be any character outside ASCII.

    So it finds at least what the patterns do, and exactly that where they have no `\\w`. `special`: characters that get
    a class of their own. Raises UnknownPattern.
    """
    sequences = [one for pattern in patterns for one in _sequences(pattern)]
    classes, representatives, first_special = _classes([one for _, sets in sequences for one in sets], special)
    return Automaton(frozen(classes), frozen(_steps(sequences, representatives)), first_special)


Sequence_ = tuple[bool, tuple[CharacterSet, ...]]
"""Whether it stands at the begin of the text only, and the set of each of its characters."""


def _sequences(pattern: re.Pattern[str]) -> list[Sequence_]:
    try:
        from re import _constants as codes  # type: ignore[attr-defined]
        from re import _parser as parser  # type: ignore[attr-defined]
    except ImportError as error:
        raise UnknownPattern(str(error)) from None
    if pattern.flags & ~(re.VERBOSE | re.UNICODE):
        raise UnknownPattern(f"flags {pattern.flags}")
    found = []
    sets: dict[str, CharacterSet] = {}  # the same set stands in many alternatives
    for one in _expanded(parser.parse(pattern.pattern, pattern.flags), codes, sets):
        anchored = bool(one) and one[0] is None
        rest = one[1:] if anchored else one
        if not rest or any(part is None for part in rest):
            raise UnknownPattern("an empty match, or an anchor that is not in front")
        found.append((anchored, tuple(part for part in rest if part is not None)))
    return found


def _expanded(parsed: Any, codes: Any, sets: dict[str, CharacterSet]) -> list[tuple[CharacterSet | None, ...]]:
    """Every sequence of sets that an expression stands for; None is the anchor `^`."""
    choices: list[list[tuple[CharacterSet | None, ...]]] = []
    for code, value in parsed:
        if code is codes.BRANCH:
            choices.append([one for part in value[1] for one in _expanded(part, codes, sets)])
        elif code is codes.SUBPATTERN:
            choices.append(_expanded(value[-1], codes, sets))
        elif code is codes.MAX_REPEAT and value[1] != codes.MAXREPEAT and value[1] <= 2:
            inner = _expanded(value[2], codes, sets)
            repeats = range(value[0], value[1] + 1)
            choices.append([sum(one, ()) for count in repeats for one in product(inner, repeat=count)])
        elif code is codes.AT and value is codes.AT_BEGINNING:
            choices.append([(None,)])
        else:
            name = f"{code} {value}"
            if name not in sets:
                sets[name] = _set(code, value, codes)
            choices.append([(sets[name],)])
    return [sum(one, ()) for one in product(*choices)]


def _set(code: Any, value: Any, codes: Any) -> CharacterSet:
    held = np.zeros(PLANE + 1, np.bool_)
    if code is codes.LITERAL:
        if value >= PLANE:
            raise UnknownPattern(f"character U+{value:X}")
        held[value] = True
    elif code is codes.NOT_LITERAL:
        held = ~_set(codes.LITERAL, value, codes)
    elif code is codes.ANY:
        held = ~_set(codes.LITERAL, 10, codes)
    elif code is codes.RANGE:
        if value[1] >= PLANE:
            raise UnknownPattern(f"character U+{value[1]:X}")
        held[value[0] : value[1] + 1] = True
    elif code is codes.CATEGORY and value in (codes.CATEGORY_SPACE, codes.CATEGORY_WORD):
        word = value is codes.CATEGORY_WORD
        held[:128] = [one == "_" or one.isalnum() if word else one.isspace() for one in map(chr, range(128))]
        held[128:PLANE] = True if word else [chr(character).isspace() for character in range(128, PLANE)]
        held[PLANE] = word
    elif code is codes.IN:
        negated = value[0][0] is codes.NEGATE
        for inner, argument in value[negated:]:
            held |= _set(inner, argument, codes)
        held ^= negated
    else:
        raise UnknownPattern(str(code))
    return held


def _classes(sets: list[CharacterSet], special: Sequence[str]) -> tuple[np.ndarray, np.ndarray, int]:
    """Class of each character, a character of each class, and the first class of a special one."""
    classes = np.zeros(PLANE + 1, np.int64)
    different = list({id(one): one for one in sets}.values())
    for start in range(0, len(different), 32):
        told = classes
        for one in different[start : start + 32]:
            told = told * 2 + one
        classes = np.unique(told, return_inverse=True)[1].reshape(-1)
    for number, character in enumerate(special):
        classes[ord(character)] = PLANE + number  # the last classes, in order
    _, places, classes = np.unique(classes, return_index=True, return_inverse=True)
    if len(places) > 256:
        raise UnknownPattern(f"{len(places)} classes of characters")
    return classes.reshape(-1).astype(np.uint8), places, len(places) - len(special)


def _steps(sequences: list[Sequence_], representatives: np.ndarray) -> np.ndarray:
    """Transitions: a state is the set of places inside sequences that the last characters lead to, as bits."""
    starts = anchored = finals = place = 0
    holds = [0] * len(representatives)  # places whose set holds the class
    for at_begin, sets in sequences:
        starts |= 0 if at_begin else 1 << place
        anchored |= 1 << place if at_begin else 0
        for one in sets:
            for number in np.flatnonzero(one[representatives]).tolist():
                holds[number] |= 1 << place
            place += 1
        finals |= 1 << place - 1
    width = len(representatives)
    numbers: dict[int, int] = {}
    states = [-1]  # the begin of the text
    rows: list[list[int]] = []
    for state in states:  # grows
        possible = starts | anchored if state < 0 else (state << 1) | starts
        row = []
        for held in holds:
            reached = possible & held
            left = reached & ~finals
            if left not in numbers:
                numbers[left] = len(states) * width
                states.append(left)
            row.append(~numbers[left] if reached & finals else numbers[left])
        rows.append(row)
    return np.array(rows, np.int32).reshape(-1)
