"""A web sample: files of text, or the documents of a run with the signals that it stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from corpusforge.calibrate.sample import read_sample
from corpusforge.calibrate.signals import signals_of
from corpusforge.calibrate.stop_words import stop_words_present
from corpusforge.errors import UserError
from corpusforge.languages import Language
from corpusforge.run_directory import RUN
from corpusforge.settings import Settings
from corpusforge.stages.identify import Identifier
from corpusforge.stored_run import StoredRun


@dataclass(frozen=True)
class Web:
    """Signals of web documents, and `counted`: how many of the calibrated stop words each holds.

    `others`: documents of the files that the model takes for another language, so that a run would not judge them by this
    one's rules; they are left out, unless the model does not know
    the language (`unsorted`). `counted` is None where a run's text is gone.
    """

    name: str
    signals: pl.DataFrame
    counted: pl.Series | None
    others: int
    unsorted: bool = False

    def frames(self) -> dict[str, pl.DataFrame]:
        """The signals under the published, the default and the calibrated configuration."""
        own = self.signals if self.counted is None else self.signals.with_columns(stop_words=self.counted)
        return {"published": self.signals, "default": self.signals, "calibrated": own}


def web_sample(
    given: Sequence[str], settings: Settings, code: str, model: str, identifier: Identifier, words: tuple[str, ...]
) -> Web:
    """Read a web sample; `model` is the identifier's name. Raises UserError where it holds nothing in the language."""
    language = settings.language(code)
    if len(given) == 1 and ("://" in given[0] or Path(given[0]).is_dir()) and _is_run(given[0]):
        return _of_run(given[0], language, words)
    sample = read_sample(given)
    frame = signals_of(sample.texts, settings, code, identifier)
    present = pl.Series("stop_words", stop_words_present(sample.texts, language, words))
    others = 0
    if model in language.lid:
        own = (frame["language"] == language.code).fill_null(False)
        others = int((~own).sum())
        frame, present = frame.filter(own), present.filter(own)
    if frame.height == 0:
        raise UserError(f"{sample.name}: none of {len(sample.texts):,} documents is in {language.code}")
    return Web(sample.name, frame, present, others, model not in language.lid)


def _is_run(url: str) -> bool:
    return (Path(url) / RUN).is_file() or ("://" in url and StoredRun(url).description is not None)


def _of_run(url: str, language: Language, words: tuple[str, ...]) -> Web:
    run = StoredRun(url)
    if language.code not in run.codes:
        raise UserError(f"{url}: has no documents in {language.code}; it has {', '.join(run.codes) or 'none'}")
    signals = run.signals(language.code)
    keys: list[str] = []
    texts: list[str] = []
    for table in run.texts(language.code):
        keys += table["key"].to_pylist()
        texts += table["text"].to_pylist()
    counted = None
    if all(texts):  # else the run was pruned
        present = pl.DataFrame({"key": keys, "calibrated": stop_words_present(texts, language, words)})
        counted = signals.join(present, on="key", how="left", maintain_order="left")["calibrated"].rename("stop_words")
        counted = None if counted.null_count() else counted
    return Web(url, signals, counted, 0)
