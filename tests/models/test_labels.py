"""What labels of any model mean, and what is said where they mean nothing that is wanted."""

from math import exp
from pathlib import Path

import fasttext
import pyarrow as pa
import pytest
from tests.models.fasttext_models import write_word_model

from corpusforge.errors import UserError
from corpusforge.models.label_rules import code_of, meaning
from corpusforge.models.labels import check_labels, label_map
from corpusforge.models.load import load_model
from corpusforge.settings import build_settings
from corpusforge.stages.identify import Identifier

WORDS = {"ਹੈ": "pan_Guru", "the": "en", "و": "urd_Arab", "und": "de"}


@pytest.fixture
def model(tmp_path: Path) -> str:
    return str(write_word_model(tmp_path / "words.bin", WORDS))


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("pan_Guru", {"Guru": "pan_Guru"}),
        ("pan-Guru", {"Guru": "pan_Guru"}),
        ("pa_Guru", {"Guru": "pan_Guru"}),
        ("zho_Hans", {"Hani": "cmn_Hani"}),  # a macrolanguage, and a script that we count with Hani
        ("zho_Hant", {"Hani": "cmn_Hani"}),
        ("pes_Arab", {"Arab": "fas_Arab"}),
        ("jpn_Jpan", {"Jpan": "jpn_Jpan", "Hani": "jpn_Jpan"}),
        ("est_Latn", {"Latn": "ekk_Latn"}),
        ("qqq_Latn", {}),
        ("pan_Cyrl", {}),  # known, but in no such script
        ("spam", {}),
        ("__", {}),
    ],
)
def test_a_label_says_what_it_means(label: str, expected: dict[str, str]) -> None:
    assert meaning(label) == expected


@pytest.mark.parametrize("label", ["pan", "pa", "pa-IN"])
def test_a_language_alone_means_it_in_every_configured_script(label: str) -> None:
    found = meaning(label)
    assert found["Guru"] == "pan_Guru" and all(code.startswith("pan_") for code in found.values())


def test_columns_of_labelled_files_become_codes_as_configured_or_as_written() -> None:
    assert code_of("zho", "Hans") == "cmn_Hani"
    assert code_of("prs", "Arab") == "prs_Arab"  # in no file: kept
    assert code_of("und", "Kore") == "und_Hang"


def test_a_fasttext_file_of_ones_own_identifies_as_worked_out_by_hand(model: str) -> None:
    (row,) = Identifier(model)(pa.array(["ਹੈ ਹੈ ਹੈ ਹੈ the"], pa.large_string())).to_pylist()
    # The mean vector is 4/5 along pan_Guru and 1/5 along en; times 5, through the softmax of four labels.
    odds = [exp(4), exp(1), 1, 1]
    assert (row["language"], row["language_script"], row["script"]) == ("pan", "Guru", "Guru")
    assert row["language_score"] == pytest.approx(odds[0] / sum(odds), abs=2e-5)  # fastText adds 1e-5


def test_two_labels_have_the_scores_that_the_library_gives_them(model: str) -> None:
    text = "the the the und und ਹੈ"
    ((first, second),) = load_model(model).predict([text], k=2)
    expected = fasttext.load_model(model).f.predict(text + "\n", 2, 0.0, "strict")
    assert [first.label, second.label] == ["en", "de"] == [name.removeprefix("__label__") for _, name in expected]
    assert [first.score, second.score] == pytest.approx([score for score, _ in expected], abs=1e-6)
    assert first.score > second.score


def test_a_label_is_not_believed_on_letters_of_another_script(model: str) -> None:
    texts = pa.array(["ਹੈ Latin letters, many of them, and one word of a known kind"], pa.large_string())
    (row,) = Identifier(model)(texts).to_pylist()
    assert row["label"] == "pan_Guru" and row["script"] == "Latn"
    assert f"{row['language']}_{row['language_script']}" in ("pan_Latn", "None_None")
    assert (row["language"] is not None) == ("pan_Latn" in label_map(model).configured)


def test_a_model_that_cannot_emit_a_wanted_language_says_so_and_shows_labels(model: str) -> None:
    with pytest.raises(UserError, match=r"swh_Latn: the model .* cannot emit .*labels are: de, en, pan_Guru, urd_Arab"):
        check_labels(model, None, None, ["pan_Guru", "swh_Latn"])


def test_a_model_whose_labels_mean_nothing_is_refused_even_for_all(tmp_path: Path) -> None:
    path = str(write_word_model(tmp_path / "topics.bin", {"goal": "sports", "vote": "politics"}))
    with pytest.raises(
        UserError, match=r"none of its labels means a configured language; its labels are: politics, sp"
    ):
        check_labels(path, None, None, [])


def test_a_mapping_file_says_what_labels_mean(tmp_path: Path) -> None:
    path = str(write_word_model(tmp_path / "own.bin", {"ਹੈ": "punjabi", "the": "english", "zzz": "junk"}))
    mapping = tmp_path / "labels.tsv"
    mapping.write_text("# ours\n__label__punjabi\tpan_Guru\nenglish\teng_Latn\njunk\t-\n", encoding="utf-8")
    assert label_map(path, None, str(mapping)).code("punjabi", "Guru") == "pan_Guru"
    assert label_map(path, None, str(mapping)).code("junk", "Latn") is None
    check_labels(path, None, str(mapping), ["pan_Guru", "eng_Latn"])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("punjabi pan_Guru", r"labels\.tsv:2: not 'label<TAB>language-script'"),
        ("punjaby\tpan_Guru", r"labels\.tsv:2: the model has no label 'punjaby'; its labels are: english, punjabi"),
        ("punjabi\tpan_Gurr", r"labels\.tsv:2: 'pan_Gurr' is not a configured language-script"),
    ],
)
def test_a_fault_in_a_mapping_names_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    path = str(write_word_model(tmp_path / "own.bin", {"ਹੈ": "punjabi", "the": "english"}))
    mapping = tmp_path / "labels.tsv"
    mapping.write_text(f"english\teng_Latn\n{line}\n", encoding="utf-8")
    with pytest.raises(UserError, match=message):
        label_map(path, None, str(mapping))


def test_settings_refuse_a_language_that_the_model_cannot_emit_before_any_work(model: str) -> None:
    changes = {"identify.model": model}
    with pytest.raises(UserError, match=r"swh_Latn: the model .* cannot emit this language"):
        build_settings("fineweb2-style", ("swh_Latn",), ("x.jsonl",), changes=changes)
    settings = build_settings("fineweb2-style", ("pan_Guru",), ("x.jsonl",), changes=changes)
    # No score of this model is known for any language: the default of the filter set holds, and can be changed.
    assert settings.thresholds("pan_Guru", ("language",)) == {"min_language_score": 0.5}
    changed = build_settings(
        "fineweb2-style", ("pan_Guru",), ("x.jsonl",), changes={**changes, "pan_Guru.min_language_score": 0.8}
    )
    assert changed.thresholds("pan_Guru", ("language",)) == {"min_language_score": 0.8}


def test_a_mapping_gives_a_shipped_model_a_language_that_its_files_do_not(tmp_path: Path) -> None:
    mapping = tmp_path / "labels.tsv"
    mapping.write_text("pa\tpan_Latn\n", encoding="utf-8")
    with pytest.raises(UserError, match="pan_Latn: the model 'lid176' cannot emit"):
        build_settings("fineweb2-style", ("pan_Latn",), ("x.jsonl",))
    changes = {"identify.labels": str(mapping)}
    assert build_settings("fineweb2-style", ("pan_Latn",), ("x.jsonl",), changes=changes)
    assert label_map("lid176", None, str(mapping)).code("pa", "Latn") == "pan_Latn"


def test_a_name_of_ones_own_takes_its_file_from_path(model: str) -> None:
    changes = {"identify.model": "my-lid", "identify.path": model}
    settings = build_settings("fineweb2-style", ("pan_Guru",), ("x.jsonl",), changes=changes)
    assert settings.dataset.options("identify").model == "my-lid"
    assert load_model("my-lid", model).labels == load_model(model).labels


def test_a_missing_file_is_named() -> None:
    with pytest.raises(UserError, match=r"none/here\.bin: no such file"):
        build_settings("fineweb2-style", ("pan_Guru",), ("x.jsonl",), changes={"identify.model": "none/here.bin"})
    with pytest.raises(UserError, match=r"unknown model 'my-lid'.*or the path of a model's file"):
        build_settings("fineweb2-style", ("pan_Guru",), ("x.jsonl",), changes={"identify.model": "my-lid"})


def test_openlid_is_fetched_from_the_hub_by_its_name(monkeypatch: pytest.MonkeyPatch, model: str) -> None:
    import huggingface_hub

    from corpusforge.models.model_files import model_path

    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", lambda *names: asked.append(names) or model)
    model_path.cache_clear()
    assert model_path("openlid") == Path(model)
    assert asked == [("laurievb/OpenLID-v2", "openlid_v2.bin")]
    model_path.cache_clear()


def test_what_is_made_depends_on_a_models_contents_not_on_its_place(tmp_path: Path) -> None:
    from corpusforge.io.inputs import resolve
    from corpusforge.phases.depends import documents_parts

    (tmp_path / "in.jsonl").write_text('{"text": "a"}\n')
    (source,) = resolve([str(tmp_path / "in.jsonl")]).inputs

    def parts(path: Path) -> object:
        changes = {"identify.model": str(path)}
        settings = build_settings("fineweb2-style", ("pan_Guru",), (str(tmp_path / "in.jsonl"),), changes=changes)
        return documents_parts(settings, source)

    one, copy = (write_word_model(tmp_path / name, WORDS) for name in ("a.bin", "b.bin"))
    other = write_word_model(tmp_path / "c.bin", {**WORDS, "le": "fra_Latn"})
    assert parts(one) == parts(copy) != parts(other)
