"""Boosting the relatives of a language, by what the language files say."""

import pytest

from corpusforge.languages import load_language
from corpusforge.mix.allocation import allocate
from corpusforge.mix.mixture import Mixture, Relatives
from corpusforge.mix.relatives import nearness, overlap

CODES = ["pan_Guru", "hin_Deva", "arb_Arab", "pnb_Arab", "tam_Taml"]


def test_family_and_script_multiply() -> None:
    # Punjabi in Gurmukhi: Hindi and Western Punjabi are Indo-European too; no other here is written in Gurmukhi.
    found = nearness(Relatives(of="pan_Guru", family=3, script=2), CODES)
    assert found == {"pan_Guru": 6, "hin_Deva": 3, "arb_Arab": 1, "pnb_Arab": 3, "tam_Taml": 1}
    found = nearness(Relatives(of="pnb_Arab", family=3, script=2), CODES)
    assert found == {"pan_Guru": 3, "hin_Deva": 3, "arb_Arab": 2, "pnb_Arab": 6, "tam_Taml": 1}


def test_common_stop_words_count_by_their_share() -> None:
    assert overlap(("a", "b", "c"), ("b", "c", "d")) == 0.5
    assert overlap((), ()) == 0
    urdu, western = (load_language(code).stop_words for code in ("urd_Arab", "pnb_Arab"))
    found = nearness(Relatives(of="urd_Arab", words=10), ["pnb_Arab", "tam_Taml", "urd_Arab"])
    assert found["pnb_Arab"] == pytest.approx(10 ** (len(set(urdu) & set(western)) / len(set(urdu) | set(western))))
    assert found["tam_Taml"] == 1 and found["urd_Arab"] == 10


def test_nothing_is_boosted_without() -> None:
    assert nearness(None, CODES) == dict.fromkeys(CODES, 1.0)


def test_a_relative_gets_its_multiple_of_the_budget() -> None:
    shares = {"method": "unimax", "relatives": {"of": "pan_Guru", "family": 4}}
    mixture = Mixture.model_validate({"mixture": "m", "shares": shares})
    sizes = {code: {"web": 1_000_000} for code in ("pan_Guru", "hin_Deva", "arb_Arab", "tam_Taml")}
    found = allocate(mixture, sizes, 1_000).targets[""]
    assert {code: parts["web"] for code, parts in found.items()} == pytest.approx(
        {"pan_Guru": 400, "hin_Deva": 400, "arb_Arab": 100, "tam_Taml": 100}
    )
