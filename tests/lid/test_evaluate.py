"""Figures of an evaluation, worked out by hand; labelled files of every kind; the two commands."""

import gzip
import json
from pathlib import Path

import polars as pl
import pytest
import zstandard

from corpusforge.cli.main import main
from corpusforge.errors import UserError
from corpusforge.lid.evaluate import Judged, judge, resource_group
from corpusforge.lid.labelled import Labelled, expand, read_labelled
from corpusforge.lid.scores import Pairs
from corpusforge.models.confusable import groups, groups_of, merged
from tests.lid.texts import texts
from tests.models.fasttext_models import write_word_model

ROWS = [
    {"id": "1", "text": "ਹੈ ਦੇ ਵਿੱਚ", "lang": "pan", "script": "Guru", "source": "one"},
    {"id": "2", "text": "the of and", "lang": "en", "script": "Latn", "source": "two"},
    {"id": "3", "text": "caf&#x00E9; na&#239;ve", "lang": "fra", "script": "Latn", "source": "two"},
    {"id": "4", "text": "123", "lang": "und", "script": "Latn", "source": "two"},
]


def test_scores_are_those_of_a_count_by_hand() -> None:
    pairs = Pairs(list("aaaabbc"), list("aaabbac"))
    # a: 4 texts, 4 predicted, 3 right; b: 2, 2, 1; c: 1, 1, 1.
    assert {label: score.f1 for label, score in pairs.scores.items()} == {"a": 0.75, "b": 0.5, "c": 1.0}
    assert pairs.macro_f1() == pytest.approx((0.75 + 0.5 + 1) / 3)
    assert pairs.macro_f1(["a", "b", "z"]) == pytest.approx((0.75 + 0.5) / 2)
    assert pairs.accuracy() == pytest.approx(5 / 7)
    assert pairs.confusions["a"] == {"a": 3, "b": 1}


def test_precision_and_recall_differ_where_a_label_is_given_too_often() -> None:
    score = Pairs(list("abbb"), list("aaab")).scores["a"]
    assert (score.support, score.predicted, score.precision, score.recall, score.f1) == (1, 3, 1 / 3, 1.0, 0.5)


def test_a_label_that_no_text_bears_costs_the_others_and_has_no_score() -> None:
    pairs = Pairs(list("aa"), list("az"))
    assert set(pairs.scores) == {"a"} and pairs.scores["a"].f1 == pytest.approx(2 / 3)


def test_confusable_groups_are_reported_apart_and_as_one() -> None:
    gold = ["bos_Latn"] * 2 + ["hrv_Latn"] * 2 + ["pan_Guru"]
    predicted = ["hrv_Latn", "bos_Latn", "hrv_Latn", "srp_Latn", "pan_Guru"]
    judged = Judged("x", Pairs(gold, predicted), ["s"] * 5, frozenset(gold))
    ((group, own, apart, together),) = judged.confusable()
    assert set(own) == {"bos_Latn", "hrv_Latn"} and "srp" in group.members
    # bos: 2 texts, 1 predicted, 1 right: 2/3. hrv: 2, 2, 1: 1/2.
    assert apart == pytest.approx((2 / 3 + 1 / 2) / 2) and together == 1.0
    assert judged.merged_macro_f1() == 1.0
    assert judged.worst(1) == ["hrv_Latn"] and judged.mistaken("hrv_Latn") == [("srp_Latn", 1)]


def test_groups_of_different_scripts_are_not_merged() -> None:
    assert merged("hrv_Latn") == merged("srp_Latn") != merged("srp_Cyrl")
    assert merged("pan_Guru") != merged("urd_Arab") == merged("pnb_Arab")
    assert merged("fin_Latn") == "fin_Latn"


def test_the_file_of_groups_is_whole() -> None:
    assert all(
        len(group.members) > 1 and group.reason and len(set(group.members)) == len(group.members) for group in groups()
    )
    assert [group.members[0] for group in groups_of("nob_Latn")]
    for wanted in (
        {"bos", "hrv", "srp"},
        {"ind", "zsm"},
        {"nob", "nno"},
        {"hin", "npi", "mar"},
        {"pes", "prs"},
        {"pan", "pnb", "urd"},
    ):
        assert any(wanted <= set(group.members) for group in groups()), wanted


def test_resource_groups_follow_documents_in_fineweb2() -> None:
    assert [resource_group(code) for code in ("eng_Latn", "deu_Latn", "adh_Latn", "qqq_Latn")] == [
        "high",
        "high",
        "tiny",
        "tiny",
    ]


# Labelled files


def _write(folder: Path, kind: str) -> Path:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    path = folder / f"texts.{kind}"
    if kind == "jsonl":
        path.write_text(lines, encoding="utf-8")
    elif kind == "jsonl.gz":
        path.write_bytes(gzip.compress(lines.encode()))
    elif kind == "jsonl.zst":
        path.write_bytes(zstandard.compress(lines.encode()))
    elif kind == "parquet":
        pl.DataFrame(ROWS).write_parquet(path)
    else:
        header = "\t".join(ROWS[0])
        path.write_text("\n".join([header, *("\t".join(row.values()) for row in ROWS)]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["jsonl", "jsonl.gz", "jsonl.zst", "parquet", "tsv"])
def test_files_of_every_kind_hold_the_same_texts(tmp_path: Path, kind: str) -> None:
    found = list(read_labelled([_write(tmp_path, kind)]))
    assert found == [
        Labelled("ਹੈ ਦੇ ਵਿੱਚ", "pan_Guru", "one", "1"),
        Labelled("the of and", "eng_Latn", "two", "2"),
        Labelled("café naïve", "fra_Latn", "two", "3"),
    ]


def test_without_a_column_of_scripts_the_text_tells(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("body\tcode\nਹੈ ਦੇ\tpa\nthe of\ten\n", encoding="utf-8")
    found = list(read_labelled([path], ("body", "code", "none")))
    assert [one.code for one in found] == ["pan_Guru", "eng_Latn"]
    assert [one.source for one in found] == ["a.tsv"] * 2


def test_faults_of_labelled_files_name_file_line_and_mend(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a", "lang": "en"}\n{oops\n', encoding="utf-8")
    with pytest.raises(UserError, match=r"a\.jsonl:2: not JSON"):
        list(read_labelled([path]))
    path.write_text('{"body": "a", "tongue": "en"}\n', encoding="utf-8")
    with pytest.raises(
        UserError, match=r"no columns of text and language \(it has body, tongue\); name them with --col"
    ):
        list(read_labelled([path]))
    with pytest.raises(UserError, match=r"none\.jsonl: no such file"):
        expand([str(tmp_path / "none.jsonl")])
    (tmp_path / "b.txt").write_text("x")
    with pytest.raises(UserError, match=r"b\.txt: labelled text must be"):
        expand([str(tmp_path / "b.txt")])


def test_directories_and_patterns_are_expanded(tmp_path: Path) -> None:
    for kind in ("jsonl", "tsv"):
        _write(tmp_path, kind)
    both = [tmp_path / "texts.jsonl", tmp_path / "texts.tsv"]
    assert expand([str(tmp_path)]) == expand([str(tmp_path / "*")]) == both
    assert expand([str(tmp_path / "*.tsv")]) == both[1:]


# Judging, and the commands


def test_judging_uses_label_and_script_as_a_run_does(tmp_path: Path) -> None:
    model = str(write_word_model(tmp_path / "words.bin", {"ਹੈ": "pan_Guru", "the": "en", "qq": "junk"}))
    several = [
        Labelled("the the", "eng_Latn", "s", "1"),
        Labelled("ਹੈ ਹੈ", "pan_Guru", "s", "2"),
        Labelled("qq qq qq", "deu_Latn", "s", "3"),  # a label without a meaning is kept
        Labelled("", "fra_Latn", "s", "4"),
    ]
    judged = judge(several, model)
    assert judged.pairs.predicted == ["eng_Latn", "pan_Guru", "junk", "-"]
    assert {"eng_Latn", "pan_Guru"} <= judged.known and "deu_Latn" not in judged.known


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    made = []
    for name, seed in (("learn", 1), ("test", 2)):
        rows = [
            {"text": one.text, "lang": one.code[:3], "script": one.code[4:], "source": name, "id": one.document}
            for one in texts(name, seed)
        ]
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        made.append(path)
    return made[0], made[1]


def test_the_commands_train_and_judge(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learn, test = map(str, files)
    model = str(tmp_path / "mine.lid")
    arguments = ["train", "lid", "--data", learn, "--hold-out", test, "--preset", "small", "--out", model]
    assert main(arguments) == 0
    assert "mine.lid: 5 languages" in capsys.readouterr().out
    first = Path(model).read_bytes()
    assert main([*arguments, "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert Path(model).read_bytes() == first and card["sources"]["learn"]["languages"] == 5
    assert main(["eval", "lid", "--model", model, "--data", test, "--json", "--out", str(tmp_path / "out")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["macro_f1"] > 0.95 and found["languages"] == 5 and found["texts"] == 60
    assert json.loads((tmp_path / "out" / "lid.json").read_text()) == found
    assert "| pan_Guru | 12 |" in (tmp_path / "out" / "lid.md").read_text()
    assert main(["eval", "lid", "--data", test]) == 0
    shown = capsys.readouterr().out
    assert "lid176: 60 texts of 5 languages" in shown and "worst 5" in shown


def test_the_commands_say_what_is_wrong(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learn = str(files[0])
    assert main(["train", "lid", "--data", learn, "--hold-out", learn]) == 1
    assert "stands in --data and in --hold-out" in capsys.readouterr().err
    assert main(["eval", "lid", "--data", learn, "--model", "lid177"]) == 1
    assert "unknown model 'lid177' (did you mean 'lid176'?)" in capsys.readouterr().err
    assert main(["eval", "lid", "--data", learn, "--columns", "text"]) == 1
    assert "--columns text: write three names" in capsys.readouterr().err
    for arguments in (["train"], ["train", "lidd", "--data", learn], ["eval", "lid"]):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 1
