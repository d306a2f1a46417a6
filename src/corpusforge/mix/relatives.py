"""How near languages are to one, by what their files say: family, script, stop words."""

from __future__ import annotations

from corpusforge.languages import Language, load_language
from corpusforge.mix.mixture import Relatives


def nearness(relatives: Relatives | None, codes: list[str]) -> dict[str, float]:
    """The factor of each language's weight: 1 without `relatives`; the target itself gets them all.

    family ** (same family) * script ** (same script) * words ** (common stop words / all stop words of the two).
    """
    if relatives is None:
        return dict.fromkeys(codes, 1.0)
    target = load_language(relatives.of)
    return {code: _factor(relatives, target, load_language(code)) for code in codes}


def _factor(relatives: Relatives, target: Language, other: Language) -> float:
    factor: float = relatives.words ** overlap(target.stop_words, other.stop_words)
    if target.code == other.code or (target.family is not None and target.family == other.family):
        factor *= relatives.family
    return factor * (relatives.script if target.script == other.script else 1.0)


def overlap(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Jaccard similarity of two lists of words; 0 of empty ones."""
    union = set(one) | set(other)
    return len(set(one) & set(other)) / len(union) if union else 0.0
