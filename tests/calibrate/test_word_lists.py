"""Word lists: derived from labelled text by hand-worked counts, imported from published tables, used by a run."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.conftest import REPOSITORY, articles, write_jsonl

from corpusforge import api
from corpusforge.calibrate.word_lists import derived, published
from corpusforge.errors import UserError
from corpusforge.stages.precision_lists import WordList, word_list, write_lists
from corpusforge.stored_run import StoredRun


def labelled(path: Path, texts: dict[str, list[str]]) -> str:
    rows = [{"text": text, "lang": code[:3], "script": code[4:]} for code, several in texts.items() for text in several]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_a_word_is_listed_when_it_is_frequent_and_the_languages_own(tmp_path: Path) -> None:
    # 40 words of Punjabi, each once, but `ਦੇ` 20 times and `ਸੀ` 10 times. In Hindi `ਸੀ` stands twice: 10 of 12 are 83 %.
    rare = [f"ਕ{chr(0x0A15 + number)}" for number in range(1, 20)] + [
        f"ਖ{chr(0x0A15 + number)}" for number in range(1, 20)
    ]
    punjabi = " ".join(["ਦੇ"] * 20 + ["ਸੀ"] * 10 + rare)
    files = [labelled(tmp_path / "a.jsonl", {"pan_Guru": [punjabi], "hin_Deva": ["ਸੀ ਸੀ है है है और"]})]
    lists, left_out = derived(files)
    assert lists["pan_Guru"].words == {"ਦੇ"} and lists["pan_Guru"].contamination is None
    assert derived(files, share=0.8)[0]["pan_Guru"].words == {"ਦੇ", "ਸੀ"}
    assert left_out == {"hin_Deva": "no word is frequent enough and the language's own"}


def test_rows_without_labels_are_an_error(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", ["text"])
    with pytest.raises(UserError, match="1 texts, none with a label; rows need `lang` and `script`"):
        derived([str(path)])


def test_published_tables_are_imported(tmp_path: Path) -> None:
    rows = [{"code": "som_Latn", "words": ["waa", "oo"], "in_085": [True, True], "in_095": [True, False]}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "precision_wordlists.parquet")
    scores = [{"code": "som_Latn", "contamination_score": 0.25}]
    pq.write_table(pa.Table.from_pylist(scores), tmp_path / "contamination_scores.parquet")
    (tmp_path / "url_whitelist.json").write_text('{"som": [".so", "somalia"]}')
    assert published(tmp_path) == {"som_Latn": WordList(frozenset({"waa", "oo"}), (".so", "somalia"), 0.25)}
    assert published(tmp_path, 0.95)["som_Latn"].words == {"waa"}
    with pytest.raises(UserError, match=r"published are 0\.85 and 0\.95"):
        published(tmp_path, 0.9)
    (tmp_path / "url_whitelist.json").unlink()
    with pytest.raises(UserError, match=r"url_whitelist.json: no such file"):
        published(tmp_path)


def test_lists_are_read_as_written(tmp_path: Path) -> None:
    lists = {"som_Latn": WordList(frozenset({"waa"}), (".so",), 0.5), "pan_Guru": WordList(frozenset({"ਦੇ"}), (), None)}
    write_lists(tmp_path / "lists.parquet", lists)
    assert {code: word_list(str(tmp_path / "lists.parquet"), code) for code in lists} == lists
    assert word_list(str(tmp_path / "lists.parquet"), "hin_Deva") is None


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """The published pipeline with the precision filter at its end."""
    text = (REPOSITORY / "pipelines" / "fineweb2-style.yaml").read_text()
    text = text.replace("      - admit:", "      - precision: {lists: null}\n      - admit:")
    lines = [line.replace("]}", ", precision]}") if "- decide:" in line else line for line in text.splitlines()]
    path = tmp_path / "with-precision.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_run_ends_documents_without_evidence(recipe: Path, small_inputs: Path, tmp_path: Path) -> None:
    texts = {"pan_Guru": articles("pan_Guru"), "hin_Deva": articles("hin_Deva")}
    own, _ = derived([labelled(tmp_path / "labelled.jsonl", texts)])
    (word,) = [one for one in own["pan_Guru"].words if one == "ਵਿੱਚ"] or ["ਵਿੱਚ"]
    held = [text for text in texts["pan_Guru"] if word in text.split()]
    assert held
    lists = tmp_path / "lists.parquet"
    out = str(tmp_path / "run")

    def fates(known: WordList) -> dict[str, int]:
        write_lists(lists, {"pan_Guru": known})
        changes = {"precision.lists": str(lists)}
        settings = api.build_settings(str(recipe), ("pan_Guru",), (f"{small_inputs}/*.jsonl",), changes=changes)
        summary = api.run(settings, out, workers=1)
        assert summary.exit_code == 0 and api.verify(out).passed
        return {name: count for name, count in summary.fates.items() if name in ("kept", "precision/foreign")}

    kept = fates(own["pan_Guru"])
    assert kept["kept"] > 0 and "precision/foreign" not in kept
    # No text holds this word, and no URL names the language: everything that was kept ends.
    assert fates(WordList(frozenset({"waa"}), (), 0.5)) == {"precision/foreign": kept["kept"]}
    run = StoredRun(out)
    signals = run.signals("pan_Guru")
    assert signals["precision_words"].to_list() == [0.0] * signals.height
    key = run.fates("pan_Guru").filter(fate="precision/foreign")["key"][0]
    (found,) = api.why(out, key)
    assert found["fate"] == "precision/foreign"
    back = api.whatif(out, {"pan_Guru.min_precision_words": None})["languages"]["pan_Guru"]
    assert back["kept_after"] == kept["kept"]
    # A URL is evidence enough: the inputs' hosts are a.example, b.example, c.example.
    assert fates(WordList(frozenset({"waa"}), (".example",), 0.5)) == {"kept": kept["kept"]}


def test_a_recipe_without_lists_fails_before_it_starts(recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"precision.lists: no file is given; make one with `corpusforge words`"):
        api.build_settings(str(recipe), ("pan_Guru",))
    path = tmp_path / "no.parquet"
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(UserError, match="holds a, and no word lists"):
        api.build_settings(str(recipe), ("pan_Guru",), changes={"precision.lists": str(path)})


def test_the_filter_set_needs_the_stage(recipe: Path) -> None:
    recipe.write_text(recipe.read_text().replace("      - precision: {lists: null}\n", ""))
    with pytest.raises(
        UserError, match="filter set 'precision' reads 'precision_words', which stage 'precision' gives"
    ):
        api.build_settings(str(recipe), ("pan_Guru",))


def test_the_command(corpusforge: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    texts = {code: articles(code) for code in ("pan_Guru", "hin_Deva", "eng_Latn")}
    path = labelled(tmp_path / "a.jsonl", {**texts, "qaa_Latn": ["hum hum"]})
    done = corpusforge("words", "--labelled", path, "--out", tmp_path / "lists.parquet")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("3 languages, ") and "left out: qaa_Latn: no language file" in done.stdout
    twice = corpusforge("words", "--labelled", path, "--out", tmp_path / "again.parquet", "--json")
    assert json.loads(twice.stdout)["words"].keys() == texts.keys()
    assert (tmp_path / "again.parquet").read_bytes() == (tmp_path / "lists.parquet").read_bytes()
    assert corpusforge("words", "--labelled", path, "--out", tmp_path / "x", "--share", "0.2").returncode == 1
