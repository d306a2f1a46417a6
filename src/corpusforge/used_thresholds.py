"""A threshold that no rule of a recipe uses cannot be set: it would change nothing."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from corpusforge.errors import UserError, nearest
from corpusforge.recipe import load_recipe
from corpusforge.recipe import names as recipe_names
from corpusforge.rules.filter_set import FilterSet, load_filter_set
from corpusforge.rules.filter_set import names as filter_set_names


def check_used(recipe: str, sets: Iterable[FilterSet], overrides: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise UserError for the first of `overrides` (language-script -> threshold -> value) that no rule of `sets` uses.

    The message names the thresholds that they use, nearest first, and who else uses the one given.
    """
    used = list(dict.fromkeys(name for one in sets for name in one.thresholds))
    for code, values in overrides.items():
        for name in values:
            if name in used:
                continue
            users = _users(name)
            wrong = f"no rule of recipe '{recipe}' uses threshold '{name}': it would change nothing; {users}"
            if not users:
                wrong = f"unknown threshold '{name}'{nearest(name, used)}"
            there = sorted(used, key=lambda one: -difflib.SequenceMatcher(None, one, name).ratio())
            raise UserError(f"--set {code}.{name}: {wrong}; '{recipe}' uses: {', '.join(there) or 'none'}")


def _users(name: str) -> str:
    """What uses a threshold, of what ships with corpusforge: recipes, else filter sets."""
    recipes = [other for other in recipe_names() if any(_has(one, name) for one in _rules(other))]
    sets = [] if recipes else [one for one in filter_set_names() if _has(one, name)]
    found = " and ".join(f"'{one}'" for one in (*recipes, *sets))
    return f"{'recipe' if recipes else 'filter set'} {found} has it" if found else ""


def _has(filter_set: str, threshold: str) -> bool:
    return threshold in load_filter_set(filter_set).thresholds


def _rules(recipe: str) -> tuple[str, ...]:
    dataset = load_recipe(recipe, inputs=("-",)).dataset
    return (*dataset.options("admit").rules, *dataset.options("decide").rules)
