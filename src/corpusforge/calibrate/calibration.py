"""Calibrate a language: every threshold of a recipe's rules, the least score, stop words, and what they would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from corpusforge.calibrate.bootstrap import REPLICATES, weights
from corpusforge.calibrate.choice import chosen_methods, settled
from corpusforge.calibrate.english import EnglishReference, english_statistics, shipped
from corpusforge.calibrate.fates import Fates, fates_of
from corpusforge.calibrate.rules import Tunable, tunables
from corpusforge.calibrate.sample import Sample, read_sample
from corpusforge.calibrate.score import Score, calibrate_score
from corpusforge.calibrate.signals import signals_of
from corpusforge.calibrate.stop_words import FREQUENCY, StopWord, frequent_words, stop_words_present
from corpusforge.calibrate.threshold import LEAST_DOCUMENTS, Calibrated, calibrate_threshold
from corpusforge.calibrate.web import Web, web_sample
from corpusforge.errors import UserError
from corpusforge.language_file import read_file
from corpusforge.languages import Language
from corpusforge.recipe import load_recipe
from corpusforge.resources import folder
from corpusforge.rules.filter_set import FilterSet
from corpusforge.settings import Settings
from corpusforge.stages.identify import Identifier
from corpusforge.stages.options import STAGES

LEAST_WORDS = 10_000
MUCH = 0.05  # a rule that removes more of a clean reference deserves a look
ENGLISH = "eng_Latn"
NO_WEB = "without --web nothing says what the values remove of the web: clean text alone may make them too strict"


@dataclass(frozen=True)
class Calibration:
    """Everything that a calibration found. `published` is the language as it is configured, `default` what it would have
    without values of its own; `web` is None without a web sample."""

    published: Language
    default: Language
    reference: Sample
    words: int
    english: str
    seed: int
    frequency: float
    thresholds: tuple[Calibrated, ...]
    values: dict[str, dict[str, float | None]]  # published, default, calibrated -> threshold -> value
    score: Score
    stop_words: tuple[StopWord, ...]
    few_stop_words: float  # share of the reference with fewer of them than the rule asks for
    on_reference: Fates
    on_web: Fates | None
    web: Web | None
    warnings: tuple[str, ...]

    @property
    def used(self) -> dict[str, Calibrated]:
        """The thresholds that were calibrated and are fit for use, by name."""
        return {one.threshold: one for one in self.thresholds if one.refused is None}

    @property
    def doubtful(self) -> tuple[Calibrated, ...]:
        """Thresholds without a value fit for use whose present value removes more than MUCH of the reference."""
        return tuple(one for one in self.thresholds if one.refused is not None and one.before.reference > MUCH)


def calibrate(
    code: str,
    reference: Sequence[str],
    web: Sequence[str] = (),
    english: Sequence[str] = (),
    methods: Mapping[str, str] | None = None,
    recipe: str = "fineweb2-style",
    model: str | None = None,
    seed: int = 0,
    frequency: float = FREQUENCY,
    replicates: int = REPLICATES,
) -> Calibration:
    """Calibrate a language-script from files of reference text.

    `web`: files of web text, or one run's directory; `english`: reference text in English for the methods that are relative
    to it, in place of the table that ships; `methods`: rule or threshold -> method, `""` for all; `model` is that of the
    recipe. Equal text and seed give an equal result, whatever the order of files and rows. Raises UserError, also for a
    reference that is too small.
    """
    settings = _settings(recipe, code)
    plain = _settings(recipe, code, without_values=True)
    sets = _judging(settings)
    tunable = tunables(sets)
    chosen = chosen_methods(tunable, methods or {})
    published = settings.language(code)
    sample = read_sample(reference)
    identifying = settings.dataset.options("identify")
    model = model or identifying.model
    identifier = Identifier(model, identifying.path if model == identifying.model else None, identifying.sample)
    frame = signals_of(sample.texts, settings, code, identifier)
    words = int(frame["words"].sum())
    warnings = _judge_sample(published, sample, words, frame)
    drawn = weights(frame.height, replicates, seed)
    relative = english_reference(english, recipe)
    now = _thresholds(settings, code)
    asked = now.get("min_stop_words") or _asked(sets)
    stop_words = frequent_words(sample.texts, published, frequency, asked or 0)
    listed = tuple(word.word for word in stop_words)
    found = None if not web else web_sample(web, settings, code, model, identifier, listed)
    if found is not None and found.unsorted:
        warnings.append(f"{model} does not know {code}: web text in other languages could not be left out")

    def by(one: Tunable, method: str) -> Calibrated:
        on_web = None if found is None else found.signals
        return calibrate_threshold(one, method, frame, on_web, drawn, relative.of(one), now)

    calibrated = tuple(settled(by, one, chosen[one.name], relative.of(one)) for one in tunable if one.name in chosen)
    used = {one.threshold: one.value for one in calibrated if one.refused is None}
    new = {**now, **used, **({} if asked is None else {"min_stop_words": asked})}
    values = {"published": now, "default": _thresholds(plain, code), "calibrated": new}
    present = stop_words_present(sample.texts, published, listed)
    frames = {"published": frame, "default": frame, "calibrated": frame.with_columns(stop_words=pl.Series(present))}
    label = published.lid[model].label if model in published.lid else None
    score = calibrate_score(model, label, code, frame, drawn)
    return Calibration(
        published=published,
        default=plain.language(code),
        reference=sample,
        words=words,
        english=relative.source,
        seed=seed,
        frequency=frequency,
        thresholds=calibrated,
        values=values,
        score=score,
        stop_words=stop_words,
        few_stop_words=round(float(np.mean(present < (asked or 0))), 6),
        on_reference=fates_of(sets, frames, values),
        on_web=None if found is None else fates_of(sets, found.frames(), values),
        web=found,
        warnings=(*warnings, *_judge_identification(published, model, score), *([] if web else [NO_WEB])),
    )


def english_reference(files: Sequence[str], recipe: str) -> EnglishReference:
    """Statistics of English: of files, or the table that ships. Raises UserError for files that are too few."""
    if not files:
        return shipped()
    settings = _settings(recipe, ENGLISH)
    sample = read_sample(files)
    frame = signals_of(sample.texts, settings, ENGLISH)
    if frame.height < LEAST_DOCUMENTS:
        raise UserError(
            f"--english: {sample.name} has {frame.height:,} documents; at least {LEAST_DOCUMENTS} are needed"
        )
    return EnglishReference(f"{sample.name}, {frame.height:,} documents", english_statistics(frame, settings, ENGLISH))


def _settings(recipe: str, code: str, without_values: bool = False) -> Settings:
    """The recipe for a language-script. It need not be one that the recipe's model knows: nothing is identified by it.

    `without_values`: as if its file had no thresholds and stop words, so that they are inherited.
    """
    loaded = load_recipe(recipe).model_copy(update={"languages": (code,)})
    if not without_values:
        return Settings(loaded)
    file = read_file(folder("language_configs"), code).model_copy(update={"thresholds": (), "stop_words": ()})
    return Settings(loaded, own={code: file.model_dump(mode="json", exclude_defaults=True)})


def _judging(settings: Settings) -> list[FilterSet]:
    """The filter sets of `decide` that a text alone decides on: not those that ask for its URL or word lists."""
    given = {*STAGES["signals"].provides, *STAGES["deduplicate"].provides}
    sets = settings.filter_sets(settings.dataset.options("decide").rules)
    return [one for one in sets if given.issuperset(one.signals)]


def _thresholds(settings: Settings, code: str) -> dict[str, float | None]:
    return settings.thresholds(code, settings.dataset.options("decide").rules)


def _asked(sets: Sequence[FilterSet]) -> float | None:
    """How many stop words a set asks for by itself: a language that had no list has the rule switched off."""
    return next((one.defaults["min_stop_words"] for one in sets if "min_stop_words" in one.defaults), None)


def _judge_sample(language: Language, sample: Sample, words: int, frame: pl.DataFrame) -> list[str]:
    """Warnings about a reference. Raises UserError for one that is too small, or in another script."""
    if frame.height < LEAST_DOCUMENTS or words < LEAST_WORDS:
        copies = f" ({sample.duplicates:,} exact copies left out)" if sample.duplicates else ""
        raise UserError(
            f"{sample.name}: {frame.height:,} distinct documents{copies} with {words:,} words; a calibration needs at least "
            f"{LEAST_DOCUMENTS:,} documents and {LEAST_WORDS:,} words. Below that, the tenth that a threshold cuts is not "
            f"known to 6 points: gather more text, or keep the values that there are"
        )
    scripts = Counter(frame["script"].drop_nulls().to_list())
    script, count = scripts.most_common(1)[0] if scripts else ("none", 0)
    accepted = {language.script, *({"Hani", "Hang"} if language.script in ("Jpan", "Kore", "Hang") else ())}
    if script not in accepted and count > frame.height / 2:
        raise UserError(
            f"{sample.name}: {count:,} of {frame.height:,} documents are in the script {script}, and {language.code} is "
            f"written in {language.script}; give the language-script that the text is in"
        )
    warnings = []
    if sample.duplicates:
        copies = "copy of another document was" if sample.duplicates == 1 else "copies of other documents were"
        warnings.append(f"{sample.duplicates:,} exact {copies} left out of the reference")
    if sample.found > frame.height:
        warnings.append(
            f"of {sample.found:,} distinct documents, {frame.height:,} were taken (those with the least hashes)"
        )
    for reason, count in sample.left_out.items():
        records = "record of the reference has" if count == 1 else "records of the reference have"
        warnings.append(f"{count:,} {records} no text ({reason})")
    return warnings


def _judge_identification(language: Language, model: str, score: Score) -> list[str]:
    if not score.identified or model not in language.lid:
        return []
    said, share = next(iter(score.identified.items()))
    if said == language.code:
        return []
    return [
        f"{model} takes {share:.0%} of the reference for {said} and {score.identified.get(language.code, 0):.0%} for "
        f"{language.code}: is it the right text? If it is, the model confuses the two, and a run will lose such documents"
    ]
