"""Language identification: how a label and the text's own script become a language-script."""

import json
import random

import pyarrow as pa
import pytest

from corpusforge.errors import UserError
from corpusforge.language_index import entries
from corpusforge.models.labels import LabelMap, label_map, labels_checksum
from corpusforge.models.load import load_model
from corpusforge.stages.identify import SCHEMA, Identifier, identify

TEXTS = {
    "pan_Guru": "ਪੰਜਾਬ ਦੇ ਪਿੰਡਾਂ ਵਿੱਚ ਅੱਜ ਕਣਕ ਦੀ ਵਾਢੀ ਸ਼ੁਰੂ ਹੋ ਗਈ ਹੈ ਅਤੇ ਲੋਕ ਬਹੁਤ ਖ਼ੁਸ਼ ਹਨ।",
    "pnb_Arab": "پنجاب دے پنڈاں وچ اج کنک دی واڈھی شروع ہو گئی اے تے لوک بڑے خوش نیں۔",
    "eng_Latn": "The wheat harvest began today in the villages, and people are very happy about the weather.",
    "fas_Arab": "امروز برداشت گندم در روستاها آغاز شد و مردم بسیار خوشحال هستند.",
    "cmn_Hani": "今天村里开始收割小麦,大家都很高兴,因为天气很好,收成也不错。",
    "jpn_Jpan": "今日から村で小麦の収穫が始まり、みんなとても喜んでいます。",
    "nob_Latn": "I dag begynte hveteinnhøstingen i landsbyene, og folk er veldig glade for det fine været.",
    "srp_Cyrl": "Данас је у селима почела жетва пшенице и људи су веома срећни због лепог времена.",
    "swh_Latn": "Leo mavuno ya ngano yameanza vijijini na watu wana furaha sana kwa sababu ya hali ya hewa.",
}
LABELS = LabelMap(
    "lid176",
    {"pa": {"Guru": "pan_Guru"}, "hi": {"Deva": "hin_Deva"}, "ja": {"Jpan": "jpn_Jpan", "Hani": "jpn_Jpan"}},
    frozenset({"pan_Guru", "pan_Latn", "hin_Deva", "hin_Latn", "jpn_Jpan"}),
)


def _column(*texts: str | None) -> pa.LargeStringArray:
    return pa.array(texts, pa.large_string())


@pytest.mark.parametrize("code", TEXTS)
def test_real_text_gets_its_language_script(code: str) -> None:
    (row,) = Identifier("lid176")(_column(TEXTS[code])).to_pylist()
    assert f"{row['language']}_{row['language_script']}" == code
    assert row["script"] == code[4:]
    assert 0 < row["language_score"] <= 1.00005


# The rules, with invented maps


@pytest.mark.parametrize(
    ("label", "script", "code"),
    [
        ("pa", "Guru", "pan_Guru"),  # configured for the label
        ("pa", "Latn", "pan_Latn"),  # not the label's script, but the language is configured in it
        ("pa", "Arab", None),  # no pan_Arab
        ("pa", None, None),  # no letters
        ("ja", "Hani", "jpn_Jpan"),  # Japanese in Han characters alone
        ("qq", "Latn", None),  # a label that no language has
    ],
)
def test_a_label_and_a_script_decide_together(label: str, script: str | None, code: str | None) -> None:
    assert LABELS.code(label, script) == code


def test_a_label_that_carries_its_script_is_not_believed_on_letters_of_another() -> None:
    labels = LabelMap("glotlid", {"pan_Guru": {"Guru": "pan_Guru"}}, frozenset({"pan_Guru", "pan_Latn"}))
    assert labels.code("pan_Guru", "Guru") == "pan_Guru"
    assert labels.code("pan_Guru", "Latn") == "pan_Latn"  # the text's script overrides
    assert labels.code("pan_Guru", "Arab") is None  # no pan_Arab: rejected
    assert labels.code("zxx_Latn", "Latn") is None


def test_a_language_without_a_configuration_is_null_and_keeps_its_label() -> None:
    model = load_model("lid176")
    (row,) = identify(_column(TEXTS["eng_Latn"]), model, LABELS).to_pylist()
    assert (row["language"], row["language_script"], row["label"]) == (None, None, "en")
    assert row["language_score"] > 0.5
    assert "en" in json.loads(row["top_langs"])


# The table


def test_text_without_letters_has_no_language() -> None:
    rows = Identifier("lid176")(_column("12345 67890 !!!", "", None)).to_pylist()
    assert [row["language"] for row in rows] == [None, None, None]
    assert rows[1] == rows[2] == dict.fromkeys(SCHEMA.names)


def test_top_langs_are_codes_with_scores_above_one_percent_best_first() -> None:
    (row,) = Identifier("lid176")(_column("Ha det bra, vi ses i morgen på fest hos mormor.")).to_pylist()
    top = json.loads(row["top_langs"])
    assert list(top.values()) == sorted(top.values(), reverse=True)
    assert min(top.values()) > 0.01
    assert next(iter(top)) == f"{row['language']}_{row['language_script']}"
    assert next(iter(top.values())) == row["language_score"] == round(row["language_score"], 6)


def test_the_table_has_the_declared_types() -> None:
    assert Identifier("lid176")(_column("ਸਤ ਸ੍ਰੀ ਅਕਾਲ")).schema == SCHEMA
    assert Identifier("lid176")(_column()).schema == SCHEMA


def test_a_row_depends_on_its_own_text_only() -> None:
    identifier = Identifier("lid176")
    texts = [*TEXTS.values(), "", None, "123", "ਕ", "a\nb\n"]
    together = identifier(_column(*texts)).to_pylist()
    order = list(range(len(texts)))
    random.Random(7).shuffle(order)
    assert identifier(_column(*(texts[i] for i in order))).to_pylist() == [together[i] for i in order]
    assert [identifier(_column(text)).to_pylist()[0] for text in texts] == together


# A sample of long texts


def test_a_sample_of_a_long_text_has_the_language_of_the_whole() -> None:
    longs = [text * 300 for text in TEXTS.values()]
    whole = Identifier("lid176")(_column(*longs)).to_pylist()
    sampled = Identifier("lid176", sample=8192)(_column(*longs)).to_pylist()
    for one, other in zip(whole, sampled, strict=True):
        assert (one["label"], one["language"], one["script"]) == (other["label"], other["language"], other["script"])
        assert one["language_score"] == pytest.approx(other["language_score"], abs=0.05)


def test_a_short_text_is_looked_at_whole() -> None:
    texts = _column(*TEXTS.values())
    assert max(len(text.encode()) for text in TEXTS.values()) <= 1024
    assert Identifier("lid176", sample=8192)(texts) == Identifier("lid176")(texts)


def test_an_unsure_first_look_is_followed_by_a_longer_one() -> None:
    # The first look (an eighth, in four places) falls on digits; the sample's eight windows do not all.
    filler, text = "1234 " * 400, TEXTS["eng_Latn"] + " "
    mixed = filler + text * 20 + filler + filler + text * 20 + filler
    (row,) = Identifier("lid176", sample=8000)(_column(mixed)).to_pylist()
    assert row["label"] == "en" and row["script"] == "Latn"


def test_the_script_is_that_of_the_whole_text() -> None:
    cyrillic = "Текст " * 3_000
    (row,) = Identifier("lid176", sample=1000)(_column(TEXTS["eng_Latn"] + cyrillic)).to_pylist()
    assert row["script"] == "Cyrl"


# The labels that ship


def test_every_label_of_lid176_means_a_configured_language() -> None:
    (labels,) = load_model("lid176").predict(["a"], k=-1, threshold=-1.0)
    assert set(label_map("lid176").languages) == {label for label, _ in labels}


@pytest.mark.parametrize(
    ("label", "script", "code"),
    [
        ("fa", "Arab", "fas_Arab"),
        ("zh", "Hani", "cmn_Hani"),
        ("no", "Latn", "nob_Latn"),
        ("ar", "Arab", "arb_Arab"),
        ("sr", "Cyrl", "srp_Cyrl"),
        ("sr", "Latn", "srp_Latn"),
        ("sh", "Latn", "hbs_Latn"),
        ("ms", "Latn", "zsm_Latn"),
        ("als", "Latn", "gsw_Latn"),
        ("hi", "Latn", "hin_Latn"),
    ],
)
def test_labels_of_wikipedia_editions(label: str, script: str, code: str) -> None:
    assert label_map("lid176").code(label, script) == code


def test_scores_and_labels_of_one_model_are_not_those_of_another() -> None:
    assert "pa" not in label_map("glotlid").languages
    assert labels_checksum("lid176") != labels_checksum("glotlid")
    assert len(label_map("glotlid").languages) == sum(entry.glotlid is not None for entry in entries())


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(UserError, match=r"unknown model 'lid177' \(did you mean 'lid176'\?\)"):
        label_map("lid177")
