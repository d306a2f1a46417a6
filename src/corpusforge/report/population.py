"""The documents of one language as the report sees them: every signal and fate, never the text."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from corpusforge import documents
from corpusforge.stored_run import StoredRun

# Scheme, perhaps user and password, then a name, a number, or an IPv6 address in brackets.
_HOST = r"^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\[[0-9A-Fa-f:.]*\]|[^/?#:\s]+)"
_DAY = r"^(\d{4}-\d{2}-\d{2})"
# `top_langs` is JSON that the identify stage wrote, best language first: {"pan_Guru":0.98,"hin_Deva":0.01}.
_RUNNER_UP = r'^\{"[^"]*":[^,}]*,"([^"]*)":'


@dataclass(frozen=True)
class Population:
    """One row per document: key, unit, signals, host, day, runner_up, fate (null: undecided), phase, broken."""

    frame: pl.DataFrame

    @property
    def is_kept(self) -> pl.Series:
        """Which documents are in the corpus."""
        return (self.frame["fate"] == documents.KEPT).fill_null(False)

    @property
    def kept(self) -> pl.DataFrame:
        """Documents in the corpus."""
        return self.frame.filter(self.is_kept)

    @property
    def removed(self) -> pl.DataFrame:
        """Documents that ended."""
        return self.frame.filter(pl.col("fate").is_not_null() & ~self.is_kept)

    @property
    def undecided(self) -> int:
        """Documents of an unfinished run that have no fate yet."""
        return self.frame["fate"].null_count()

    def reached(self, phase: str) -> pl.DataFrame:
        """Documents that the rules of `admit` or `decide` were applied to."""
        if phase == "admit":
            return self.frame
        return self.frame.filter(pl.col("phase").fill_null("") != "admit")


def population(run: StoredRun, code: str) -> Population:
    """Read what is stored about a language's documents."""
    return Population(
        run.signals(code)
        .join(_origins(run, code), on="key", how="left", maintain_order="left")
        .join(run.fates(code), on="key", how="left", maintain_order="left")
    )


def _origins(run: StoredRun, code: str) -> pl.DataFrame:
    frames = [pl.DataFrame(schema=dict.fromkeys(("key", "host", "day", "runner_up"), pl.String))]
    for piece in run.pieces(code):
        columns = pl.DataFrame(piece.read(run.storage, "documents", ["key", "url", "date", "top_langs"]))
        frames.append(
            columns.select(
                "key",
                host=pl.col("url").str.extract(_HOST).str.to_lowercase().str.slice(0, 253),
                day=pl.col("date").str.extract(_DAY),
                runner_up=pl.col("top_langs").str.extract(_RUNNER_UP),
            )
        )
    return pl.concat(frames)
