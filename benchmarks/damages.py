"""Clean documents made into something that a filter should remove: crude, but the same for every language."""

from collections.abc import Callable


def _repeated(words: list[str], lines: list[str]) -> str:
    """The second half of the words is the first 20 words, over and over."""
    half = len(words) // 2
    return " ".join(words[:half] + (words[:20] * (half // 20 + 1))[:half])


def _listed(words: list[str], lines: list[str]) -> str:
    """Three words a line."""
    return "\n".join(" ".join(words[at : at + 3]) for at in range(0, len(words), 3))


def _numbered(words: list[str], lines: list[str]) -> str:
    """Every second word is a number."""
    return " ".join(word if place % 2 else str(place * 37 % 1000) for place, word in enumerate(words))


def _glued(words: list[str], lines: list[str]) -> str:
    """No space between three words."""
    return " ".join("".join(words[at : at + 3]) for at in range(0, len(words), 3))


def _spaced(words: list[str], lines: list[str]) -> str:
    """A space after every second character."""
    return " ".join(word[at : at + 2] for word in words for at in range(0, len(word), 2))


def _stripped(words: list[str], lines: list[str]) -> str:
    """Lines of eight words without their last character: titles and captions."""
    return "\n".join(" ".join(words[at : at + 8]).rstrip(".!?।،؛:;\"'»”’…።") for at in range(0, len(words), 8))


def _echoed(words: list[str], lines: list[str]) -> str:
    """Every line twice."""
    return "\n".join(line for line in lines for _ in range(2))


DAMAGES: dict[str, Callable[[list[str], list[str]], str]] = {
    "repeated": _repeated,
    "listed": _listed,
    "numbered": _numbered,
    "glued": _glued,
    "spaced": _spaced,
    "stripped": _stripped,
    "echoed": _echoed,
}


def damaged(clean: list[str], name: str) -> list[str]:
    """Documents after a damage."""
    return [DAMAGES[name](text.split(), [line for line in text.split("\n") if line.strip()]) for text in clean]
