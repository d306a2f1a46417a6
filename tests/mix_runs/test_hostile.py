"""Texts with anything in them are mixed as they are, and nothing of theirs reaches the terminal."""

import json
from pathlib import Path

import polars as pl
import pytest

from corpusforge.errors import UserError
from corpusforge.mix.difficulty import SIGNALS
from corpusforge.mix.mixture_file import load_mixture
from corpusforge.mix_runs.build import build
from corpusforge.mix_runs.plan import plan_mixture
from corpusforge.mix_runs.shown import plan_lines
from corpusforge.run import run
from corpusforge.settings import build_settings

TEXTS = [
    "\x1b[31mred\x1b[0m and \x00 a null",
    "\u202eright to left\u202c",
    "<script>alert(1)</script>",
    "....",
    " ",
    "a" * 300_000,
    "ਪੰਜਾਬੀ " * 5_000,
    "word\n" * 2_000,
    "\ufeff\u200d\u0301",
    "😀" * 50,
    "'; DROP TABLE documents; --",
    "../../etc/passwd",
    "=1+1",
    "\r\n\x85\u2028",
]
RECIPE = """
recipe: bare
languages: [all]
datasets:
  web:
    from: [x]
    stages:
      - identify: {model: lid176}
      - signals: {sets: []}
      - admit: {rules: []}
      - decide: {rules: []}
      - write: {}
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that keeps everything, without clusters."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "bare.yaml").write_text(RECIPE)
    rows = [
        {"url": f"https://u:p@h{n}.example/\x1b[2J{n}", "text": f"{text} the and of to {n}"}
        for n, text in enumerate(TEXTS)
    ]
    rows += [{"url": None, "text": text} for text in TEXTS]
    source = folder / "in\u202e" / "a.jsonl"
    source.parent.mkdir()
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    run(build_settings(str(folder / "bare.yaml"), ("all",), (str(source),)), str(folder / "run"), workers=1)
    return folder / "run"


@pytest.mark.parametrize("by", [None, *sorted(SIGNALS), "avg_word_length"])
def test_everything_is_mixed_as_it_is(hostile: Path, tmp_path: Path, by: str | None) -> None:
    mixture = tmp_path / "mine.yaml"
    order = "" if by is None else f"order: {{by: {by}}}\n"
    mixture.write_text(
        "mixture: m\nmeasure: documents\nbudget: fit\nmax_epochs: 2\nshares: {method: proportional}\n"
        'sources: {bad: {match: {host: "*.example"}}, none: {match: {dump: "[x](*"}}}\n' + order
    )
    plan = plan_mixture(load_mixture(str(mixture)), [str(hostile)])
    manifest = build(plan, str(tmp_path / "out"))
    rows = pl.read_parquet(tmp_path / "out" / "data" / "*.parquet")
    kept = pl.read_parquet(hostile / "data" / "*" / "*.parquet")
    assert rows.height == 2 * kept.height == manifest["documents"] and kept.height > len(TEXTS)
    assert sorted(rows["text"]) == sorted([*kept["text"], *kept["text"]])
    shown = "\n".join(plan_lines(plan))
    assert shown.isprintable() or not set(shown) & set("\x1b\x00\u202e")
    assert {one.source for one in plan.there} == {"bad", "web"}


def test_weights_need_clusters(hostile: Path, tmp_path: Path) -> None:
    mixture = tmp_path / "mine.yaml"
    mixture.write_text("mixture: m\nshares: {method: unimax}\nrehydrate: {}\n")
    with pytest.raises(UserError, match="does not deduplicate, so there are no cluster sizes"):
        plan_mixture(load_mixture(str(mixture)), [str(hostile)])


def test_a_dataset_can_be_built_anywhere_that_fsspec_writes(hostile: Path) -> None:
    import fsspec

    plan = plan_mixture(load_mixture("unimax"), [str(hostile)])
    manifest = build(plan, "memory://mixed")
    files = fsspec.filesystem("memory")
    assert files.exists("/mixed/manifest.json")
    assert [files.size(f"/mixed/{file['path']}") for file in manifest["files"]] == [
        file["bytes"] for file in manifest["files"]
    ]
    files.rm("/mixed", recursive=True)
