"""Copies by text and URL, as the user of a run meets them: one stays, the others name it, nothing depends on the order."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import articles
from tests.runs import digest, start

from corpusforge.io.storage import Storage
from corpusforge.phases import exact

Call = Callable[..., "subprocess.CompletedProcess[str]"]  # type: ignore[name-defined]  # noqa: F821

RECIPE = """
recipe: copies
languages: [pan_Guru]
datasets:
  web:
    from: [nothing]
    stages:
      - identify: {model: lid176}
      - exact: {survivor: SURVIVOR}
      - signals: {sets: [prose]}
      - admit: {rules: [RULES]}
      - decide: {rules: [prose]}
      - write: {}
"""

TEXTS = articles("pan_Guru")


def recipe(folder: Path, survivor: str = "longest", rules: str = "language, exact_url, exact_text") -> Path:
    path = folder / f"{survivor}-{len(rules)}.yaml"
    path.write_text(RECIPE.replace("SURVIVOR", survivor).replace("RULES", rules), encoding="utf-8")
    return path


def document(name: str, text: str, url: str | None = None, date: str | None = None) -> dict[str, str | None]:
    return {"id": name, "text": text, "url": url, "date": date}


def write(path: Path, *documents: dict[str, str | None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in documents), encoding="utf-8")


def fates(corpusforge: Call, out: Path) -> dict[str, str]:
    """Fate of every document by id; ids given twice have the fates of both."""
    found: dict[str, list[str]] = {}
    for fate in ("removed", "kept"):
        done = corpusforge("export", out, "--fate", fate)
        for line in done.stdout.splitlines():
            row = json.loads(line)
            found.setdefault(row["id"], []).append(row["fate"])
    return {name: "+".join(sorted(several)) for name, several in found.items()}


def run(corpusforge: Call, source: Path, out: Path, chosen: Path, *more: str) -> dict[str, str]:
    done = corpusforge("run", chosen, "--input", f"{source}/*.jsonl", "--out", out, *more)
    assert done.returncode == 0, done.stderr
    verdict = corpusforge("verify", out, "--inputs")
    assert verdict.returncode == 0, verdict.stdout
    return fates(corpusforge, out)


def versions() -> list[dict[str, str | None]]:
    """A page fetched three times: the middle version is the longest; and one without a date."""
    url = "https://a.example/page"
    lines = TEXTS[0].split("\n")
    return [
        document("old", "\n".join(lines[:-2]), url, "2020-01-01T00:00:00Z"),
        document("long", TEXTS[0], f"{url}?utm_source=x", "2021-01-01"),
        document("new", "\n".join(lines[1:]), "http://A.example:80/page/#top", "2022-01-01T00:00:00Z"),
        document("undated", "\n".join(lines[:-1]), url),
    ]


@pytest.mark.parametrize(("survivor", "stays"), [("longest", "long"), ("oldest", "old"), ("newest", "new")])
def test_of_the_versions_of_a_page_the_policy_chooses(
    corpusforge: Call, tmp_path: Path, survivor: str, stays: str
) -> None:
    write(tmp_path / "web" / "a.jsonl", *versions())
    found = run(corpusforge, tmp_path / "web", tmp_path / "out", recipe(tmp_path, survivor))
    assert found == {name: "kept" if name == stays else "url_duplicate" for name in ("old", "long", "new", "undated")}


def test_the_first_is_the_first_by_key(corpusforge: Call, tmp_path: Path) -> None:
    write(tmp_path / "web" / "a.jsonl", *versions())
    found = run(corpusforge, tmp_path / "web", tmp_path / "out", recipe(tmp_path, "first"))
    listed = corpusforge("export", tmp_path / "out", "--fate", "removed").stdout.splitlines()
    kept = corpusforge("export", tmp_path / "out", "--fate", "kept").stdout.splitlines()
    assert len(listed) == 3 and len(kept) == 1 and found
    assert json.loads(kept[0])["key"] < min(json.loads(line)["key"] for line in listed)


def mixed() -> list[dict[str, str | None]]:
    """Fates worked out by hand: see the test."""
    return [
        # one text four times, spaced in its own way each time; two of them without a URL
        document("spaced", f"  {TEXTS[1]}".replace(" ", "  ", 40), "https://b.example/1"),
        document("plain", TEXTS[1], "https://b.example/2"),
        document("same id", TEXTS[1].replace("\n", " \n\n ")),
        document("same id", TEXTS[1]),
        # a page with a new version, and a copy of the old one elsewhere
        document("old version", TEXTS[2], "https://c.example/page"),
        document("new version", f"{TEXTS[2]}\n{TEXTS[3]}", "https://c.example/page"),
        document("mirror of the old one", TEXTS[2], "https://mirror.example/page"),
        # below the size of a shingle: nothing that signatures could tell
        document("short", "ਸਤਿ ਸ੍ਰੀ ਅਕਾਲ", "https://d.example/1"),
        document("short again", "ਸਤਿ ਸ੍ਰੀ\u00a0ਅਕਾਲ", "https://d.example/2"),
        # no copies: case of the path, blank URLs, a URL that is none
        document("upper", TEXTS[4], "https://e.example/A"),
        document("lower", TEXTS[5], "https://e.example/a"),
        document("blank", TEXTS[6], " "),
        document("blank too", TEXTS[7], " "),
        document("no url", TEXTS[8], "http://[:::::/%zz?&&&=&\u0000#"),
        document("empty", "", "https://f.example/1"),
        document("white", " \n\t ", "https://f.example/2"),
    ]


EXPECTED = {
    "spaced": "kept",  # the longest
    "plain": "exact_duplicate",
    "same id": "exact_duplicate+exact_duplicate",
    "old version": "url_duplicate",
    "new version": "kept",
    "mirror of the old one": "kept",  # the old version is gone for its URL: this one is not its copy
    "upper": "kept",
    "lower": "kept",
    "blank": "kept",
    "blank too": "kept",
    "no url": "kept",
}


def test_every_kind_of_copy(corpusforge: Call, tmp_path: Path) -> None:
    write(tmp_path / "web" / "a.jsonl", *mixed())
    found = run(corpusforge, tmp_path / "web", tmp_path / "out", recipe(tmp_path))
    assert {name: found[name] for name in EXPECTED} == EXPECTED
    assert sorted([found["short"], found["short again"]])[0] == "exact_duplicate"
    assert sum(fate == "exact_duplicate" for fate in (found["short"], found["short again"])) == 1
    again = corpusforge("plan", recipe(tmp_path), "--input", f"{tmp_path}/web/*.jsonl", "--out", tmp_path / "out")
    assert again.returncode == 0, again.stdout


def test_signals_without_rules_remove_nothing(corpusforge: Call, tmp_path: Path) -> None:
    write(tmp_path / "web" / "a.jsonl", *mixed())
    found = run(corpusforge, tmp_path / "web", tmp_path / "out", recipe(tmp_path, rules="language, exact_text"))
    assert found["old version"] == "exact_duplicate"  # its mirror stays, as it has not lost its URL
    assert found["new version"] == "kept" and "url_duplicate" not in found.values()


def test_any_order_of_inputs_and_any_number_of_workers_give_the_same(corpusforge: Call, tmp_path: Path) -> None:
    rows = mixed() + versions()
    write(tmp_path / "one" / "web" / "a.jsonl", *rows[:9])
    write(tmp_path / "one" / "web" / "b.jsonl", *rows[9:])
    run(corpusforge, tmp_path / "one" / "web", tmp_path / "x", recipe(tmp_path), "--workers", "1")
    chosen, out = recipe(tmp_path), tmp_path / "y"
    # The files of an input come one after the other, the later one first.
    for names in ("b.jsonl", "*.jsonl"):
        done = corpusforge("run", chosen, "--input", f"{tmp_path}/one/web/{names}", "--out", out, "--workers", "2")
        assert done.returncode == 0, done.stderr
    assert digest(tmp_path / "x") == digest(out)


def test_who_stays_does_not_depend_on_the_place_in_the_file(corpusforge: Call, tmp_path: Path) -> None:
    """Without equal lengths the policy decides alone: the same ids stay when the file is turned round."""
    rows = [
        one for one in mixed() + versions() if one["id"] not in ("same id", "short", "short again", "empty", "white")
    ]
    write(tmp_path / "one" / "a.jsonl", *rows)
    write(tmp_path / "two" / "a.jsonl", *reversed(rows))
    found = [run(corpusforge, tmp_path / name, tmp_path / f"out-{name}", recipe(tmp_path)) for name in ("one", "two")]
    assert found[0] == found[1]


def test_a_changed_policy_redoes_what_depends_on_it(corpusforge: Call, tmp_path: Path) -> None:
    write(tmp_path / "web" / "a.jsonl", *versions())
    source, chosen = f"{tmp_path}/web/*.jsonl", recipe(tmp_path)
    assert corpusforge("run", chosen, "--input", source, "--out", tmp_path / "out").returncode == 0
    arguments = (chosen, "--input", source, "--out", tmp_path / "out", "--set", "exact.survivor=newest")
    planned = json.loads(corpusforge("plan", *arguments, "--json").stdout)
    reasons = {phase["phase"]: phase["nodes"][0]["reason"] for phase in planned["phases"]}
    assert reasons["ingest"] is None and "survivor longest -> newest" in reasons["exact"]
    assert corpusforge("run", *arguments).returncode == 0
    assert fates(corpusforge, tmp_path / "out")["new"] == "kept"


def test_why_and_export_name_the_twin(corpusforge: Call, tmp_path: Path) -> None:
    write(tmp_path / "web" / "a.jsonl", *mixed())
    out = tmp_path / "out"
    run(corpusforge, tmp_path / "web", out, recipe(tmp_path))
    rows = {
        row["id"]: row for row in map(json.loads, corpusforge("export", out, "--fate", "removed").stdout.splitlines())
    }
    kept = {row["id"]: row for row in map(json.loads, corpusforge("export", out, "--fate", "kept").stdout.splitlines())}
    assert rows["plain"]["twin"] == kept["spaced"]["key"] and rows["plain"]["similarity"] == 1.0
    assert rows["old version"]["twin"] == kept["new version"]["key"] and rows["old version"]["similarity"] is None
    told = corpusforge("why", out, rows["plain"]["key"]).stdout
    assert "the text of" in told and kept["spaced"]["key"] in told
    told = corpusforge("why", out, kept["spaced"]["key"]).stdout
    assert "stands for 4 documents" in told
    signals = pl.read_parquet(next((out / "copies" / "pan_Guru").glob("*.parquet")))
    assert signals.filter(pl.col("exact_copies") > 0)["exact_copies"].sum() == signals.height


def test_a_document_repeated_many_times(corpusforge: Call, tmp_path: Path) -> None:
    copies = [document(f"copy {n}", TEXTS[0], f"https://x.example/{n}") for n in range(20_000)]
    write(tmp_path / "web" / "a.jsonl", *copies, document("other", TEXTS[1]))
    found = run(corpusforge, tmp_path / "web", tmp_path / "out", recipe(tmp_path))
    assert found.pop("other") == "kept"
    assert sorted(found.values())[-2:] == ["exact_duplicate", "kept"] and len(found) == 20_000


def test_killed_between_the_passes(corpusforge: Call, tmp_path: Path) -> None:
    write(tmp_path / "web" / "a.jsonl", *mixed())
    chosen = recipe(tmp_path)
    run(corpusforge, tmp_path / "web", tmp_path / "whole", chosen)
    arguments = ("run", chosen, "--input", f"{tmp_path}/web/*.jsonl", "--out", tmp_path / "out", "--workers", "1")
    mark = tmp_path / "mark"
    fault = {"CORPUSFORGE_FAULT": "exact:between-passes:1", "CORPUSFORGE_FAULT_MARK": str(mark)}
    start(*arguments, **fault).communicate(timeout=300)
    assert mark.exists()
    assert corpusforge(*arguments).returncode == 0
    assert digest(tmp_path / "out") == digest(tmp_path / "whole")


def test_rules_over_copies_need_the_stage(corpusforge: Call, tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    path.write_text(recipe(tmp_path).read_text().replace("      - exact: {survivor: longest}\n", ""), encoding="utf-8")
    done = corpusforge("plan", path, "--input", "x", "--out", tmp_path / "out")
    assert done.returncode == 1 and "'duplicate_url', which stage 'exact' gives" in done.stderr


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=40), st.integers(1, 50), st.integers(1, 7))
def test_partitions_and_batches_make_no_difference(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, bool]], partition: int, batch: int
) -> None:
    """The copies of one partition and one batch, by a dictionary: least order, then least key, those that lose last."""
    spread = 2**64 // 6
    table = pa.table(
        {
            "hash_1": pa.array([value * spread for value, _ in rows], pa.uint64()),
            "hash_2": pa.array([value for value, _ in rows], pa.uint64()),
            "key_1": pa.array([(place * 7919) % 101 for place in range(len(rows))], pa.uint64()),
            "key_2": pa.array(range(len(rows)), pa.uint64()),
            "row": pa.array(range(len(rows)), pa.int64()),
            "order": pa.array([place % 3 for place in range(len(rows))], pa.int64()),
        }
    )
    expected = {}
    for place, (value, _) in enumerate(rows):
        alike = [one for one in range(len(rows)) if rows[one][0] == value]
        first = min(alike, key=lambda one: (rows[one][1], one % 3, (one * 7919) % 101, one))
        if first != place:
            expected[place] = (first, f"{(first * 7919) % 101:016x}{first:016x}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "PARTITION_ROWS", partition)
        tables = (table.slice(start, batch) for start in range(0, len(rows), batch))
        storage = Storage(str(tmp_path_factory.getbasetemp()))
        loses = np.array([lost for _, lost in rows], bool)
        found = exact._copies(storage, tables, len(rows), loses)
    assert {row: (twin, key) for row, twin, key in found.iter_rows()} == expected
