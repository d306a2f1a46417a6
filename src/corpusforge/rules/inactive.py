"""Rules that can drop nothing: switched off, or with a threshold that no document can pass."""

from collections.abc import Mapping, Sequence

from corpusforge.rules.expression import Hint
from corpusforge.rules.filter_set import FilterSet
from corpusforge.rules.known_signals import KNOWN_SIGNALS, KnownSignal


def inactive_rules(
    sets: Sequence[FilterSet],
    thresholds: Mapping[str, float | None],
    known: Mapping[str, KnownSignal] = KNOWN_SIGNALS,
) -> list[tuple[str, str]]:
    """Rules that can never be broken, as (`<filter set>/<rule>`, reason), in order.

    A rule is inactive when one of its thresholds is null, or when it compares one signal with a number that
    lies beyond what the signal can reach (`known`). Published language files hold many such numbers: a
    duplicate share of 1.32.
    """
    found = []
    for filter_set in sets:
        for rule in filter_set.rules:
            off = [name for name in rule.expression.thresholds if thresholds[name] is None]
            reason = f"{off[0]} is null: off" if off else _never(rule.expression.hint, thresholds, known)
            if reason:
                found.append((filter_set.name_of(rule), reason))
    return found


def _never(hint: Hint | None, thresholds: Mapping[str, float | None], known: Mapping[str, KnownSignal]) -> str | None:
    signal = known.get(hint.signal) if hint else None
    if hint is None or signal is None or signal.kind != "number":
        return None
    number = thresholds[hint.threshold] if isinstance(hint.threshold, str) else hint.threshold
    if number is None or signal.can_break(hint, number):
        return None
    if hint.operator in ("<", "<=") or number < signal.low:
        bound = f"is never below {signal.low:g}"
    else:
        bound = f"{'never exceeds' if signal.attained else 'is always below'} {signal.high:g}"
    return f"{hint.signal} {hint.operator} {number:g} is never met: {hint.signal} {bound}"
