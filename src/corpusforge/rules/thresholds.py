"""Which number each `$threshold` stands for: a language's own value, else the filter set's default."""

from collections.abc import Mapping, Sequence

from corpusforge.errors import UserError, nearest
from corpusforge.rules.filter_set import FilterSet


def resolve_thresholds(
    sets: Sequence[FilterSet], language: Mapping[str, float | None], where: str
) -> dict[str, float | None]:
    """Every threshold that `sets` use, by name; null means that the rule is off.

    `language` holds a language's values, `where` names it in errors. Raises UserError for a threshold that
    neither the language nor a default gives, and for two sets whose defaults for one name differ where the
    language is silent.
    """
    found: dict[str, float | None] = {}
    source: dict[str, str] = {}
    for filter_set in sets:
        for rule in filter_set.rules:
            for name in rule.expression.thresholds:
                if name in language:
                    found[name] = language[name]
                    continue
                if name not in filter_set.defaults:
                    raise UserError(
                        f"{where}: threshold '{name}' is missing{nearest(name, language)}: "
                        f"{filter_set.filter_set}/{rule.rule} uses it and has no "
                        f"default; write null to turn the rule off"
                    )
                default = filter_set.defaults[name]
                if source.setdefault(name, filter_set.filter_set) != filter_set.filter_set and found[name] != default:
                    raise UserError(
                        f"{where}: threshold '{name}': filter sets '{source[name]}' and "
                        f"'{filter_set.filter_set}' have different defaults; give it here"
                    )
                found[name] = default
    return found
