"""A mixture: how much of which language and source, in which order."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from corpusforge.mix.amount import parse_amount
from corpusforge.mix.rehydration import MOST
from corpusforge.validation import Strict

ALL = "all"
AVAILABLE, FIT = "available", "fit"
OPEN_METHODS = ("proportional", "temperature", "unimax", "equal")

Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
Factor = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
_TOLERANCE = 1e-6


class Match(Strict):
    """Which documents a source means: those for which every given pattern matches (`*` and `?` stand for anything).

    `source`: the column of that name; `input`: the name of the input, NAME/path; `host`: of the URL; `dump`; `run`: the
    directory of the run.
    """

    source: str | None = None
    input: str | None = None
    host: str | None = None
    dump: str | None = None
    run: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Match:
        if not any(self.model_dump().values()):
            raise ValueError("give a pattern, such as {source: 'synthetic:*'} or {host: '*.wikipedia.org'}")
        return self


class Source(Strict):
    """A part of each language's text: which documents, and how much of the language's amount they may be.

    Without `match`: the documents whose column `source` has this source's name, alone or before a colon. `of`: what
    `max_share` is a share of, every language's amount or that of the whole mixture.
    """

    match: Match | None = None
    share: Annotated[float, Field(ge=0, le=1)] | None = None
    max_share: Share | None = None
    of: Literal["language", "mixture"] = "language"
    max_epochs: Factor | None = None

    @model_validator(mode="after")
    def _share_below_cap(self) -> Source:
        if self.share is not None and self.max_share is not None and self.share > self.max_share:
            raise ValueError("share lies above max_share; keep one of them")
        return self


class Relatives(Strict):
    """Languages near a target get more: their weights are multiplied by `family` where they share its family, by `script`
    where they share its script, and by `words` to the power of what their lists of stop words have in common (Jaccard)."""

    of: str
    family: Factor = 1.0
    script: Factor = 1.0
    words: Factor = 1.0


class Shares(Strict):
    """How an amount is shared among languages.

    `fixed` gives shares to some, exactly; `method` shares the rest among the others: in proportion to their size; to its
    power `alpha` (temperature 1 / alpha); as evenly as `max_epochs` allows (unimax); evenly or not at all (equal). `fixed`
    as method: there are no others.
    """

    method: Literal["proportional", "temperature", "unimax", "equal", "fixed"]
    alpha: Annotated[float, Field(ge=0, le=1)] | None = None
    fixed: dict[str, Share] = Field(default_factory=dict)
    relatives: Relatives | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Shares:
        total = sum(self.fixed.values())
        if self.method == "fixed" and abs(total - 1) > _TOLERANCE:
            raise ValueError(
                f"fixed shares sum to {total:g}, not to 1; mend them, or give the rest a method: {', '.join(OPEN_METHODS)}"
            )
        if total > 1 + _TOLERANCE:
            raise ValueError(f"fixed shares sum to {total:g}, more than 1")
        if self.method != "fixed" and self.fixed and total > 1 - _TOLERANCE:
            raise ValueError("fixed shares sum to 1, and the method has nothing to share; write method: fixed")
        if (self.method == "temperature") != (self.alpha is not None):
            raise ValueError("alpha goes with method: temperature, such as {method: temperature, alpha: 0.3}")
        return self


class Stage(Strict):
    """A part of the training: its share of the budget, and how it is shared among languages."""

    stage: Name
    share: Share
    shares: Shares


class Rehydrate(Strict):
    """Repeat documents by the size of their cluster.

    `weights`: a file that `corpusforge mix weights --write` made; without, they are computed from the runs by `method`.
    """

    method: Literal["significant", "published"] = "significant"
    max: Annotated[int, Field(ge=1, le=100)] = MOST
    weights: str | None = None


class Order(Strict):
    """A curriculum: documents by a signal, easy ones first, with a pacing.

    `by`: `compression_ratio`, `lexical_diversity`, `lix`, `mean_sentence_words`, `language_score`, or any signal that the
    runs hold. `start`: share of the documents that may come at the very beginning; `steps`: of the pacing `step`. `within`:
    whether a document is easy among those of its language, or among all.
    """

    by: str
    ascending: bool = True
    pacing: Literal["linear", "root", "step", "sorted"] = "root"
    start: Annotated[float, Field(gt=0, le=1)] = 0.1
    steps: Annotated[int, Field(ge=2, le=100)] = 4
    within: Literal["language", "mixture"] = "language"


class Mixture(Strict):
    """What a mixture file says.

    `measure`: what sizes, shares and the budget count. `budget`: an amount; `available`: as much as there is; `fit`: that
    `max_epochs` times; the last two are less where given shares would not hold. `max_epochs`: times that a text may come,
    over all stages. `min_size`: languages with less are left out. `shard_mib`: text of a file, in MiB.
    """

    mixture: Name
    about: str = ""
    languages: tuple[str, ...] = (ALL,)
    measure: Literal["words", "bytes", "documents"] = "words"
    budget: int | str = AVAILABLE
    max_epochs: Factor = 4.0
    min_size: Annotated[int, Field(ge=0)] = 0
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    shares: Shares | None = None
    stages: tuple[Stage, ...] = ()
    sources: dict[Name, Source] = Field(default_factory=dict)
    rehydrate: Rehydrate | None = None
    order: Order | None = None
    shard_mib: Annotated[int, Field(ge=1)] = 512

    @field_validator("budget")
    @classmethod
    def _amount(cls, value: int | str) -> int | str:
        if value in (AVAILABLE, FIT):
            return value
        if isinstance(value, str):
            try:
                amount, _ = parse_amount(value)
            except ValueError as error:
                raise ValueError(f"{error}; or 'available', or 'fit'") from None
        else:
            amount = value
        if amount <= 0:
            raise ValueError("a budget is above 0; 'available' is as much as there is")
        return value

    @model_validator(mode="after")
    def _fits(self) -> Mixture:
        if (self.shares is None) == (not self.stages):
            raise ValueError("give either 'shares', or 'stages' that each have shares")
        total = sum(one.share for one in self.stages)
        if self.stages and abs(total - 1) > _TOLERANCE:
            raise ValueError(f"the shares of the stages sum to {total:g}, not to 1")
        names = [one.stage for one in self.stages]
        if len(set(names)) < len(names):
            raise ValueError("two stages have one name")
        given = [one.share for one in self.sources.values() if one.share is not None]
        if sum(given) > 1 + _TOLERANCE:
            raise ValueError(f"the shares of the sources sum to {sum(given):g}, more than 1")
        if isinstance(self.budget, str) and self.budget not in (AVAILABLE, FIT):
            _, measure = parse_amount(self.budget)
            if measure not in (None, self.measure):
                raise ValueError(
                    f"the budget counts {measure}, and the mixture {self.measure}; write measure: {measure}"
                )
        return self

    @property
    def all_stages(self) -> tuple[Stage, ...]:
        """The stages; a mixture without has one, without a name."""
        if self.stages:
            return self.stages
        assert self.shares is not None
        return (Stage.model_construct(stage="", share=1.0, shares=self.shares),)

    @property
    def amount(self) -> int | None:
        """The budget as a number, or None where it follows from the text there is."""
        if self.budget in (AVAILABLE, FIT):
            return None
        return self.budget if isinstance(self.budget, int) else parse_amount(self.budget)[0]
