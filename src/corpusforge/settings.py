"""Settings of a run: the recipe as resolved, the languages wanted, and what `--set` changed. Sent to every worker."""

import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, get_args

from corpusforge.errors import UserError, nearest
from corpusforge.hashing import canonical
from corpusforge.languages import (
    SET_ON_THE_COMMAND_LINE,
    Language,
    all_codes,
    load_language,
    resolve,
    with_overrides,
)
from corpusforge.models.model_files import LISTED
from corpusforge.own_languages import own_language, own_languages
from corpusforge.recipe import Dataset, Recipe, load_recipe, stored_recipe
from corpusforge.rules.filter_set import FilterSet, load_filter_set
from corpusforge.rules.known_signals import KNOWN_SIGNALS
from corpusforge.rules.thresholds import resolve_thresholds
from corpusforge.stages.options import ON_DEMAND, STAGES, Segmenter
from corpusforge.used_thresholds import check_used

ALL = "all"
MIN_SCORE = "min_language_score"
SEGMENTER = "segmenter"


@dataclass(frozen=True)
class Settings:
    """Everything that decides what a run computes. Picklable; equal settings and inputs give equal bytes."""

    recipe: Recipe
    sample: float = 1.0
    overrides: dict[str, dict[str, Any]] = field(
        default_factory=dict
    )  # language-script -> threshold, segmenter -> value
    own: dict[str, dict[str, Any]] = field(default_factory=dict)  # language-script -> a file of the user's own, as data
    adds: bool = False  # whether what the run has read before stays part of it

    @property
    def dataset(self) -> Dataset:
        """The dataset that the run makes."""
        return self.recipe.dataset

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of all filter sets of the recipe, in the order in which they are applied."""
        return (*self.dataset.options("admit").rules, *self.dataset.options("decide").rules)

    @property
    def every_language(self) -> bool:
        """Whether every configured language is wanted."""
        return self.recipe.languages == (ALL,)

    @property
    def gated(self) -> bool:
        """Whether pages pass the language gate: the recipe has it, and languages are named.

        How many are named does not matter: the gate costs a fiftieth of extraction, so it pays where one page in fifty
        is in no wanted language.
        """
        return "language_gate" in self.dataset.stages and not self.every_language

    @cached_property
    def configured(self) -> frozenset[str]:
        """Codes of all language-scripts that have a configuration."""
        return frozenset(all_codes())

    @cached_property
    def on_demand(self) -> tuple[str, ...]:
        """Names of the groups of statistics (`ON_DEMAND`) that a filter set of the stage `signals` reads."""
        read = {signal for one in self.filter_sets(self.dataset.options("signals").sets) for signal in one.signals}
        return tuple(group for group, names in ON_DEMAND.items() if read.intersection(names))

    def wants(self, code: str) -> bool:
        """Whether documents of this language-script go on."""
        return code in self.configured if self.every_language else code in self.recipe.languages

    @cached_property
    def _languages(self) -> dict[str, Language]:
        return {}

    def language(self, code: str) -> Language:
        """The configuration of a language-script, with `--set` applied."""
        if code not in self._languages:
            known = (MIN_SCORE, *(name for one in self.filter_sets(self.rules) for name in one.thresholds))
            language = load_language(code, own=own_language(self.own, code))
            used = {*known, *(f"{bound}_{signal}" for bound in ("min", "max") for signal in KNOWN_SIGNALS)}
            for name in language.thresholds:
                if name not in used:
                    raise UserError(
                        f"language_configs/{code}.yaml, or a file that it inherits: unknown threshold '{name}'"
                        f"{nearest(name, used)}: no rule and no signal has it"
                    )
            changed = with_overrides(language, self._own_thresholds(code), known)
            recipes, own = self.dataset.options("signals").segmenter, self.overrides.get(code, {}).get(SEGMENTER)
            if own or recipes:
                said_by = SET_ON_THE_COMMAND_LINE if own else "recipe: signals.segmenter"
                changed = replace(changed, segmenter=own or recipes, segmenter_provenance=said_by)
            self._languages[code] = changed
        return self._languages[code]

    def _own_thresholds(self, code: str) -> dict[str, Any]:
        return {name: value for name, value in self.overrides.get(code, {}).items() if name != SEGMENTER}

    def thresholds(self, code: str, rules: tuple[str, ...]) -> dict[str, float | None]:
        """Every threshold that the filter sets `rules` use, for a language: its own value, else the set's default.

        `min_language_score` is the score of the model that the recipe names: no other model's is ever used.
        """
        language = self.language(code)
        label = language.lid.get(self.dataset.options("identify").model)
        score = {} if label is None else {MIN_SCORE: label.min_score}
        own = {**score, **language.thresholds, **self._own_thresholds(code)}
        found = resolve_thresholds(self.filter_sets(rules), own, f"language_configs/{code}.yaml")
        return {name: None if value is None else float(value) for name, value in found.items()}

    @cached_property
    def _filter_sets(self) -> dict[str, FilterSet]:
        return {}

    def filter_sets(self, names: tuple[str, ...]) -> list[FilterSet]:
        """Filter sets by name, in the order given."""
        for name in names:
            if name not in self._filter_sets:
                self._filter_sets[name] = load_filter_set(name)
        return [self._filter_sets[name] for name in names]

    def dump(self) -> dict[str, Any]:
        """Plain data for run.json."""
        own = {"languages": self.own} if self.own else {}
        adds = {"adds": True} if self.adds else {}
        return {"recipe": self.recipe.dump(), "sample": self.sample, "overrides": self.overrides, **own, **adds}

    @cached_property
    def _pickled(self) -> bytes:
        return pickle.dumps((self.recipe, self.sample, self.overrides, self.own, self.adds))

    def __reduce__(self) -> tuple[Callable[[bytes], "Settings"], tuple[bytes]]:
        # Loaded configurations stay behind: a worker loads the few that it needs, once for all its tasks.
        return _received, (self._pickled,)

    def __hash__(self) -> int:
        return hash(canonical(self.dump()))


@lru_cache(maxsize=2)
def _received(pickled: bytes) -> Settings:
    return Settings(*pickle.loads(pickled))


def build_settings(
    recipe: str,
    languages: tuple[str, ...] | None = None,
    inputs: tuple[str, ...] | None = None,
    sample: float = 1.0,
    changes: dict[str, Any] | None = None,
    own: str | Path | None = None,
    adds: bool = False,
) -> Settings:
    """Settings from a recipe's name or path and what the command line says.

    `languages` are language-scripts or (`all`,); `changes` maps `--set` paths to values: a path that starts with a
    language-script changes one of its thresholds or its segmenter, any other an option of a stage. `own` is a folder of
    language files that stand in the place of the packaged ones (`own_languages`). `adds`: the inputs come to those that
    the run has. Raises UserError.
    """
    overrides, stages = _split(changes or {})
    loaded = load_recipe(recipe, stages, inputs)
    if languages is not None:
        loaded = loaded.model_copy(update={"languages": languages})
    if not 0 < sample <= 1:
        raise UserError(f"--sample {sample}: must be above 0 and at most 1")
    wanted = None if loaded.languages == (ALL,) else loaded.languages
    settings = Settings(loaded, sample, overrides, own_languages(own, wanted) if own is not None else {}, adds)
    _check_wanted(settings)
    check_used(settings.recipe.recipe, settings.filter_sets(settings.rules), _thresholds_of(overrides))
    _check(settings)
    _check_model(settings)
    _check_segmenters(settings)
    _check_lists(settings)
    return settings


def stored_settings(data: dict[str, Any], source: str) -> Settings:
    """Settings from what `Settings.dump` gave. Raises UserError where a language or filter set is no longer there."""
    recipe = stored_recipe(data["recipe"], source)
    settings = Settings(recipe, data["sample"], data["overrides"], data.get("languages", {}), data.get("adds", False))
    _check(settings)
    return settings


def with_changes(settings: Settings, changes: dict[str, Any]) -> Settings:
    """The settings with further thresholds changed (language-script.threshold -> number or None). Raises UserError."""
    overrides, stages = _split(changes)
    segmenters = [f"{code}.{SEGMENTER}" for code, values in overrides.items() if SEGMENTER in values]
    for path in (*stages, *segmenters):
        raise UserError(f"--set {path}: only thresholds can be re-tried (LANGUAGE.THRESHOLD=VALUE); options need a run")
    merged = {
        code: {**settings.overrides.get(code, {}), **overrides.get(code, {})}
        for code in {*settings.overrides, *overrides}
    }
    changed = replace(settings, overrides=merged)
    _check_wanted(changed)
    check_used(settings.recipe.recipe, settings.filter_sets(settings.rules), overrides)
    _check(changed)
    return changed


def _thresholds_of(overrides: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {code: {name: one for name, one in own.items() if name != SEGMENTER} for code, own in overrides.items()}


def _split(changes: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """`--set` paths: thresholds by language-script, and the rest."""
    codes = set(all_codes())
    overrides: dict[str, dict[str, Any]] = {}
    stages: dict[str, Any] = {}
    for path, value in changes.items():
        head, _, rest = path.partition(".")
        if head in codes:
            if rest == SEGMENTER:
                known = get_args(Segmenter)
                if value not in known:
                    raise UserError(
                        f"--set {path}: unknown segmenter '{value}'{nearest(str(value), known)}; known: {', '.join(known)}"
                    )
            elif not (value is None or isinstance(value, int | float)) or isinstance(value, bool):
                raise UserError(f"--set {path}: a threshold is a number, or null for off (given: {value!r})")
            overrides.setdefault(head, {})[rest] = value
        elif _means_a_language(head, rest):
            try:
                code = resolve(head).code
            except UserError as error:
                raise UserError(f"--set {path}: {error}") from None
            raise UserError(f"--set {path}: thresholds belong to a language-script; write --set {code}.{rest}=...")
        else:
            stages[path] = value
    return overrides, stages


def _check_segmenters(settings: Settings) -> None:
    """The packages of `reference` are there, as far as the languages are known before work starts."""
    named = () if settings.every_language else settings.recipe.languages
    used = [code for code in (*named, *settings.overrides) if settings.language(code).segmenter == "reference"]
    if settings.every_language and settings.dataset.options("signals").segmenter == "reference":
        used.append("eng_Latn")
    if used:
        from corpusforge.text.reference import reference_versions

        for code in used:
            reference_versions(code)


def _check_lists(settings: Settings) -> None:
    """The word lists of `precision` can be read."""
    if "precision" in settings.dataset.stages:
        from corpusforge.stages.precision_lists import word_list

        word_list(settings.dataset.options("precision").lists, settings.recipe.languages[0])


def _means_a_language(head: str, rest: str) -> bool:
    """Whether a `--set` path that begins with no known language-script still changes a threshold."""
    if head in STAGES or rest.partition(".")[0] in STAGES:
        return False
    return rest.startswith(("min_", "max_")) or re.fullmatch(r"[A-Za-z]{3}[_-][A-Za-z]{4}", head) is not None


def _check_wanted(settings: Settings) -> None:
    """A threshold of a language that the run does not want would change nothing: a slip of the pen."""
    for code, overrides in settings.overrides.items():
        if not settings.wants(code):
            wanted = ", ".join(settings.recipe.languages)
            raise UserError(
                f"--set {code}.{next(iter(overrides))}: '{code}' is not among the languages of this run ({wanted}); "
                f"name it in --lang, or leave the change out"
            )


def _other_way(language: Language) -> str:
    """What to do about a language that the model of a recipe does not know."""
    knowing = sorted(language.lid)
    another = [code for code in all_codes() if code[:3] == language.iso639_3 and code != language.code]
    mend = "choose another language"
    if another:
        mend = f"choose another language, or the same one in another script ({', '.join(another)})"
    if not knowing:
        return f", and no other does that we have the labels of; {mend}"
    return f" (it is known to: {', '.join(knowing)}); choose one with --set identify.model={knowing[0]}, or {mend}"


def _check(settings: Settings) -> None:
    """Everything that can be known to be wrong before work starts."""
    named = () if settings.every_language else settings.recipe.languages
    identify = settings.dataset.options("identify")
    model, listed = identify.model, identify.model in LISTED and identify.labels is None
    for code in (*named, *settings.overrides):
        language = settings.language(code)
        if listed and model not in language.lid:
            raise UserError(f"{code}: the model '{model}' cannot emit this language{_other_way(language)}")
        settings.thresholds(code, settings.rules)


def _check_model(settings: Settings) -> None:
    """A model whose labels do not stand in the language files can emit what is wanted."""
    identify = settings.dataset.options("identify")
    if identify.model in LISTED and identify.labels is None:
        return
    from corpusforge.models.labels import check_labels

    named = () if settings.every_language else settings.recipe.languages
    check_labels(identify.model, identify.path, identify.labels, named)
