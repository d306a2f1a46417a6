"""Edits of a text: (start, end, replacement) in code points of the original, sorted, not overlapping."""

from collections.abc import Iterable, Sequence

Edit = tuple[int, int, str]

# A piece of a new text: code points start..end of the original, or (text not None) text of its own.
_Piece = tuple[int, int, str | None]

_ANCHOR = 4  # equal code points that count as "in step again"
_REACH = 24  # how far apart, on either side, the two texts are looked at for an anchor
_MAX_EDITS = 1_000  # per difference; what is left then becomes one edit


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The edited text."""
    pieces, position = [], 0
    for start, end, replacement in edits:
        pieces += [text[position:start], replacement]
        position = end
    return "".join((*pieces, text[position:]))


def composed(text: str, first: Sequence[Edit], second: Sequence[Edit]) -> list[Edit]:
    """Edits of `text` that equal `first`, then `second`, which counts in the text that `first` made."""
    if not first or not second:
        return list(first or second)
    made: list[_Piece] = []
    source = _Reader(_pieces(len(text), first))
    position = 0
    for start, end, replacement in second:
        made += source.take(start - position)
        source.take(end - start)
        made.append((0, 0, replacement))
        position = end
    made += source.rest()
    return _edits(text, made)


def difference(old: str, new: str, at: int = 0) -> list[Edit]:
    """Edits that turn `old` into `new`, positions counted from `at`. Linear in the length of the texts.

    Walks both texts in step; where they part, looks a short way ahead for the nearest place at which they
    agree again for some code points. Where there is none the rest, less a common end, becomes one edit.
    """
    tail = _common_end(old, new)
    old, new = old[: len(old) - tail], new[: len(new) - tail]
    edits: list[Edit] = []
    i = j = 0
    while True:
        step = _common_start(old, i, new, j)
        i, j = i + step, j + step
        if i == len(old) and j == len(new):
            return edits
        ahead = _in_step_again(old, i, new, j) if len(edits) < _MAX_EDITS - 1 else None
        if ahead is None:
            return [*edits, (at + i, at + len(old), new[j:])]
        edits.append((at + i, at + i + ahead[0], new[j : j + ahead[1]]))
        i, j = i + ahead[0], j + ahead[1]


def in_bytes(text: str, edits: Sequence[Edit]) -> list[Edit]:
    """The same edits with positions in UTF-8 bytes."""
    if text.isascii():
        return list(edits)
    found, position, byte = [], 0, 0
    for start, end, replacement in edits:
        byte += len(text[position:start].encode())
        length = len(text[start:end].encode())
        found.append((byte, byte + length, replacement))
        position, byte = end, byte + length
    return found


class _Reader:
    """Takes pieces off the front by number of code points."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self.pieces = pieces
        self.index = 0
        self.used = 0  # code points of the current piece that were taken

    def take(self, count: int) -> list[_Piece]:
        taken: list[_Piece] = []
        while count:
            start, end, text = self.pieces[self.index]
            length = (end - start if text is None else len(text)) - self.used
            part = min(count, length)
            if text is None:
                taken.append((start + self.used, start + self.used + part, None))
            else:
                taken.append((0, 0, text[self.used : self.used + part]))
            count -= part
            self.used += part
            if part == length:
                self.index, self.used = self.index + 1, 0
        return taken

    def rest(self) -> list[_Piece]:
        remaining = sum(end - start if text is None else len(text) for start, end, text in self.pieces[self.index :])
        return self.take(remaining - self.used)


def _pieces(length: int, edits: Iterable[Edit]) -> list[_Piece]:
    pieces: list[_Piece] = []
    position = 0
    for start, end, replacement in edits:
        pieces += [(position, start, None), (0, 0, replacement)]
        position = end
    return [*pieces, (position, length, None)]


def _edits(text: str, pieces: Iterable[_Piece]) -> list[Edit]:
    """Pieces of the new text as edits of the original, less what an edit and its original have in common."""
    edits: list[Edit] = []
    position, written = 0, ""
    for start, end, own in (*pieces, (len(text), len(text), None)):
        if own is not None:
            written += own
        elif start < end or start == len(text):
            edits += difference(text[position:start], written, position)
            position, written = end, ""
    return edits


def _common_start(old: str, i: int, new: str, j: int) -> int:
    """Number of equal code points from old[i] and new[j] on."""
    limit, done, step = min(len(old) - i, len(new) - j), 0, 16
    while done < limit and step:
        width = min(step, limit - done)
        if old[i + done : i + done + width] == new[j + done : j + done + width]:
            done, step = done + width, step * 2
        else:
            limit, step = done + width, width // 2
    return done


def _common_end(old: str, new: str) -> int:
    """Number of equal code points at the ends."""
    limit, done, step = min(len(old), len(new)), 0, 16
    while done < limit and step:
        width = min(step, limit - done)
        if old[len(old) - done - width : len(old) - done] == new[len(new) - done - width : len(new) - done]:
            done, step = done + width, step * 2
        else:
            limit, step = done + width, width // 2
    return done


def _in_step_again(old: str, i: int, new: str, j: int) -> tuple[int, int] | None:
    """How many code points to leave on either side until the texts agree again, as few as possible."""
    for apart in range(1, 2 * _REACH + 1):
        for a in range(max(0, apart - _REACH), min(apart, _REACH) + 1):
            anchor = old[i + a : i + a + _ANCHOR]
            if len(anchor) == _ANCHOR and new.startswith(anchor, j + apart - a):
                return a, apart - a
    return None
