"""A run, as its user meets it: one fate each, nothing done twice, the same bytes however it is worked."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.conftest import write_jsonl
from tests.runs import digest

Call = Callable[..., "subprocess.CompletedProcess[str]"]  # type: ignore[name-defined]  # noqa: F821


@pytest.fixture(scope="module")
def finished(corpusforge: Call, small_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run over the small inputs, two languages wanted."""
    out = tmp_path_factory.mktemp("run") / "out"
    done = corpusforge(
        "run", "fineweb2-style", "--lang", "pan,hin", "--input", f"{small_inputs}/*.jsonl", "--out", out, "--json"
    )
    assert done.returncode == 0, done.stderr
    return out


def test_every_record_has_exactly_one_fate(corpusforge: Call, finished: Path) -> None:
    verdict = corpusforge("verify", finished, "--inputs", "--json")
    result = json.loads(verdict.stdout)
    assert verdict.returncode == 0, result["problems"]
    assert result["fates"]["language_not_wanted"] == 3
    assert result["fates"]["duplicate"] == 2
    assert result["fates"]["gopher_quality/short_doc"] == 1
    assert result["fates"]["gopher_repetition/dup_line_frac"] == 1
    assert sum(result["fates"].values()) == result["read"] == 11 + 9 + 8


def test_the_corpus_has_the_published_columns(finished: Path) -> None:
    table = pq.read_table(finished / "data" / "pan_Guru" / "part-00000.parquet")
    published = "text id dump url date file_path language language_score language_script minhash_cluster_size top_langs"
    assert table.column_names[:11] == published.split()
    assert set(table["language"].to_pylist()) == {"pan"}
    assert sorted(table["minhash_cluster_size"].to_pylist())[-2:] == [2, 2]
    manifest = json.loads((finished / "data" / "pan_Guru" / "_manifest.json").read_text())
    assert manifest["documents"] == table.num_rows


def test_nothing_is_done_twice(corpusforge: Call, finished: Path, small_inputs: Path) -> None:
    arguments = ("fineweb2-style", "--lang", "pan,hin", "--input", f"{small_inputs}/*.jsonl", "--out", finished)
    planned = corpusforge("plan", *arguments)
    assert planned.returncode == 0 and "nothing to do" in planned.stdout
    before = digest(finished)
    again = corpusforge("run", *arguments)
    assert again.returncode == 0 and digest(finished) == before


def test_a_changed_threshold_redoes_decisions_of_its_language_only(
    corpusforge: Call, small_inputs: Path, tmp_path: Path
) -> None:
    arguments = ("fineweb2-style", "--lang", "pan,hin", "--input", f"{small_inputs}/*.jsonl", "--out", tmp_path / "out")
    assert corpusforge("run", *arguments).returncode == 0
    before = digest(tmp_path / "out")
    planned = corpusforge("plan", *arguments, "--set", "pan_Guru.max_list_ratio=0.001", "--json")
    assert planned.returncode == 2
    reasons = {
        (phase["phase"], node["label"]): node["reason"]
        for phase in json.loads(planned.stdout)["phases"]
        for node in phase["nodes"]
        if node["reason"]
    }
    assert {phase for phase, _ in reasons} == {"decide", "clean", "write"}
    assert "hin_Deva" not in {label for _, label in reasons}
    assert reasons["decide", "pan_Guru"] == "thresholds: max_list_ratio 0.117 -> 0.001"
    assert corpusforge("run", *arguments, "--set", "pan_Guru.max_list_ratio=0.001").returncode == 0
    after = digest(tmp_path / "out")
    unchanged = (
        "records/",
        "documents/",
        "signals/",
        "clusters/",
        "fates/admit/",
        "fates/decide/hin_Deva/",
        "data/hin_Deva/",
    )
    assert {p: h for p, h in before.items() if p.startswith(unchanged)} == {
        p: h for p, h in after.items() if p.startswith(unchanged)
    }
    assert corpusforge("verify", tmp_path / "out").returncode == 0
    # What a changed run holds is what a run made so from the beginning holds.
    fresh = (*arguments[:-1], tmp_path / "fresh")
    assert corpusforge("run", *fresh, "--set", "pan_Guru.max_list_ratio=0.001").returncode == 0
    assert digest(tmp_path / "fresh") == after


def test_whatif_says_what_a_run_would_do(corpusforge: Call, finished: Path) -> None:
    said = corpusforge("whatif", finished, "--set", "pan_Guru.max_list_ratio=0.001", "--json")
    moved = json.loads(said.stdout)["languages"]["pan_Guru"]
    assert moved["kept_after"] < moved["kept_before"]
    assert {m["after"] for m in moved["moves"]} == {"fineweb_quality/list_ratio"}
    assert all(m["approximate"] is False for m in moved["moved"])


def test_the_number_of_workers_changes_no_byte(
    corpusforge: Call, finished: Path, small_inputs: Path, tmp_path: Path
) -> None:
    for workers in ("1", "3"):
        out = tmp_path / workers
        done = corpusforge(
            "run",
            "fineweb2-style",
            "--lang",
            "pan,hin",
            "--input",
            f"{small_inputs}/*.jsonl",
            "--out",
            out,
            "--workers",
            workers,
        )
        assert done.returncode == 0
        assert digest(out) == digest(finished)


def test_the_size_of_batches_changes_no_byte(
    corpusforge: Call, finished: Path, small_inputs: Path, tmp_path: Path
) -> None:
    arguments = (
        "--lang",
        "pan,hin",
        "--input",
        f"{small_inputs}/*.jsonl",
        "--out",
        tmp_path / "out",
        "--set",
        "read.batch=4000",
    )
    assert corpusforge("run", "fineweb2-style", *arguments).returncode == 0
    assert digest(tmp_path / "out") == digest(finished)


def test_new_inputs_leave_old_units_and_keys_alone(corpusforge: Call, small_inputs: Path, tmp_path: Path) -> None:
    arguments = ("fineweb2-style", "--lang", "pan", "--out", tmp_path / "out", "--input")
    assert corpusforge("run", *arguments, small_inputs / "a.jsonl").returncode == 0
    before = digest(tmp_path / "out")
    assert corpusforge("run", *arguments, f"{small_inputs}/*.jsonl").returncode == 0
    after = digest(tmp_path / "out")
    stable = ("records/", "documents/", "signals/")
    assert {path: one for path, one in before.items() if path.startswith(stable)}.items() <= after.items()
    assert corpusforge("verify", tmp_path / "out", "--inputs").returncode == 0
    # Taking inputs away again gives the first run's bytes.
    assert corpusforge("run", *arguments, small_inputs / "a.jsonl").returncode == 0
    assert digest(tmp_path / "out") == before


def test_a_sample_is_the_same_whatever_else_is_read(corpusforge: Call, small_inputs: Path, tmp_path: Path) -> None:
    kept = []
    for pattern in ("a.jsonl", "*.jsonl"):
        out = tmp_path / f"out-{len(kept)}"
        done = corpusforge(
            "run",
            "fineweb2-style",
            "--lang",
            "pan",
            "--sample",
            "0.4",
            "--out",
            out,
            "--input",
            f"{small_inputs}/{pattern}",
        )
        assert done.returncode == 0, done.stderr
        assert corpusforge("verify", out).returncode == 0
        rows = (
            pq.read_table(next((out / "records").glob("*.parquet"))).to_pylist()
            if pattern == "a.jsonl"
            else [row for path in (out / "records").glob("*.parquet") for row in pq.read_table(path).to_pylist()]
        )
        kept.append(
            {row["key"] for row in rows if row["fate"] != "not_sampled" and row["file_path"].endswith("a.jsonl")}
        )
    assert kept[0] == kept[1] and 0 < len(kept[0]) < 11


def test_another_recipe_is_refused_with_the_way_out(
    corpusforge: Call, finished: Path, tmp_path: Path, repository: Path
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(
        (repository / "pipelines" / "fineweb2-style.yaml")
        .read_text()
        .replace("recipe: fineweb2-style", "recipe: other")
    )
    done = corpusforge("run", other, "--lang", "pan", "--out", finished)
    assert done.returncode == 1
    assert "holds a run of recipe 'fineweb2-style'" in done.stderr and "give another --out" in done.stderr


def test_a_directory_that_is_no_run_is_refused(corpusforge: Call, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = corpusforge("run", "fineweb2-style", "--lang", "pan", "--out", tmp_path)
    assert done.returncode == 1 and "is not empty and holds no run" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "fineweb2-style", "--lang", "panjabbi"), "did you mean"),
        (("run", "fineweb-2", "--lang", "pan"), "no recipe 'fineweb-2'"),
        (("run", "fineweb2-style", "--lang", "pan", "--input", "/nowhere/*.warc.gz"), "/nowhere"),
        (
            ("run", "fineweb2-style", "--lang", "pan", "--set", "pan_Guru.min_line_punkt=1"),
            "unknown threshold 'min_line_punkt'",
        ),
        (("run", "fineweb2-style", "--lang", "pan", "--sample", "0"), "--sample 0"),
        (("verify", "/nowhere"), "no run here"),
        (("why", "/nowhere", "x"), "no run here"),
        (("rum",), "did you mean 'run'"),
    ],
)
def test_mistakes_of_the_user_exit_1_and_name_the_mend(
    corpusforge: Call, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = corpusforge(*arguments, cwd=tmp_path)
    assert done.returncode == 1, done.stdout
    assert message in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_bad_lines_have_fates_and_cost_only_themselves(corpusforge: Call, tmp_path: Path) -> None:
    from tests.conftest import articles

    path = write_jsonl(tmp_path / "web" / "bad.jsonl", articles("pan_Guru")[:3])
    good = path.read_bytes()
    path.write_bytes(
        good
        + b'{"text": "broken\n{"text": 7}\n{"id": "none"}\n\n{"text": "nul \\u0000"}\n'
        + b'{"text": "\\ud800"}\n\xff\xfe{"text"\n[1]\n'
    )
    done = corpusforge("run", "fineweb2-style", "--lang", "pan", "--input", path, "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    fates = json.loads(done.stdout)["fates"]
    assert fates["kept"] == 3 and fates["corrupt_record"] >= 2 and fates["invalid_text"] >= 4
    assert sum(fates.values()) == 3 + 7
    assert corpusforge("verify", tmp_path / "out", "--inputs").returncode == 0


def test_a_doctored_file_is_found(corpusforge: Call, small_inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert (
        corpusforge(
            "run", "fineweb2-style", "--lang", "pan", "--input", small_inputs / "a.jsonl", "--out", out
        ).returncode
        == 0
    )
    victim = out / "data" / "pan_Guru" / "part-00000.parquet"
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    verdict = corpusforge("verify", out)
    assert verdict.returncode == 1 and "part-00000.parquet: not what was written" in verdict.stdout
    victim.unlink()
    assert corpusforge("verify", out).returncode == 1
    assert (
        corpusforge(
            "run", "fineweb2-style", "--lang", "pan", "--input", small_inputs / "a.jsonl", "--out", out
        ).returncode
        == 0
    )
    assert corpusforge("verify", out).returncode == 0


def test_pruned_text_is_gone_and_comes_back_when_it_is_needed(
    corpusforge: Call, small_inputs: Path, tmp_path: Path
) -> None:
    arguments = ("fineweb2-style", "--lang", "pan", "--input", f"{small_inputs}/*.jsonl", "--out", tmp_path / "out")
    assert corpusforge("run", *arguments).returncode == 0
    before = digest(tmp_path / "out")
    freed = json.loads(corpusforge("prune", tmp_path / "out", "--json").stdout)
    assert freed["documents"] == 4 and freed["text_bytes"] > 1000
    assert corpusforge("verify", tmp_path / "out").returncode == 0
    assert corpusforge("plan", *arguments).returncode == 0
    # A stricter rule needs no text; a laxer one needs that of what it lets pass, of one file.
    stricter = corpusforge("run", *arguments, "--set", "pan_Guru.min_words=60")
    assert stricter.returncode == 0 and "ingest" not in stricter.stderr
    laxer = corpusforge("run", *arguments, "--set", "pan_Guru.min_words=10")
    assert laxer.returncode == 0 and "ingest: 1 of 3" in laxer.stderr, laxer.stderr
    assert corpusforge("verify", tmp_path / "out").returncode == 0
    assert all(texts_of(tmp_path / "out" / "data" / "pan_Guru"))
    assert corpusforge("run", *arguments).returncode == 0
    same = {path: hash_ for path, hash_ in before.items() if not path.startswith("documents/")}
    assert {
        path: hash_ for path, hash_ in digest(tmp_path / "out").items() if not path.startswith("documents/")
    } == same


def texts_of(folder: Path) -> list[str]:
    return [text for file in sorted(folder.glob("*.parquet")) for text in pq.read_table(file)["text"].to_pylist()]


def test_why_shows_signals_thresholds_and_the_twin(corpusforge: Call, finished: Path) -> None:
    exported = corpusforge("export", finished, "--fate", "duplicate")
    rows = [json.loads(line) for line in exported.stdout.splitlines()]
    assert len(rows) == 2 and all(row["twin"] and row["similarity"] >= 0.72 for row in rows)
    for name in ("key", "id", "url"):
        said = corpusforge("why", finished, rows[0][name])
        assert said.returncode == 0 and rows[0]["twin"] in said.stdout and "max_list_ratio = 0.117" in said.stdout
    near = next(row for row in rows if row["similarity"] < 1)
    said = corpusforge("why", finished, near["key"])
    assert "[-only here-] {+only in the survivor+}" in said.stdout
    explained = json.loads(corpusforge("why", finished, near["key"], "--json").stdout)[0]
    assert explained["cluster"]["similarity"] == near["similarity"]
    left = "".join(change["left"] for change in explained["difference"])
    right = "".join(change["right"] for change in explained["difference"])
    assert len(explained["twin"]["text"]) - len(explained["text"]) == len(right) - len(left)


def test_export_reads_inputs_again_for_text_that_was_never_stored(corpusforge: Call, finished: Path) -> None:
    rows = [
        json.loads(line)
        for line in corpusforge("export", finished, "--fate", "language_not_wanted").stdout.splitlines()
    ]
    assert len(rows) == 3 and {row["language"] for row in rows} == {"eng"}
    assert all(len(row["text"]) > 500 for row in rows)
