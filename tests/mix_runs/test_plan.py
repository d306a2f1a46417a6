"""Plans over runs, and what is refused with file, line and mend."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.mix_runs.conftest import make_run

from corpusforge.errors import UserError
from corpusforge.mix.mixture_file import load_mixture, names
from corpusforge.mix_runs.plan import Plan, plan_mixture
from corpusforge.stored_run import StoredRun

Mixture = Callable[[str], Path]


def _plan(mixture: Path | str, *runs: Path, **changes: Any) -> Plan:
    return plan_mixture(load_mixture(str(mixture), changes), [str(run) for run in runs])


def _refused(mixture: Path | str, *runs: Path, **changes: Any) -> str:
    with pytest.raises(UserError) as error:
        _plan(mixture, *runs, **changes)
    return str(error.value)


def test_words_and_bytes_there_are_those_of_the_signals(web: Path, books: Path) -> None:
    plan = _plan("unimax", web, books)
    for code in ("pan_Guru", "eng_Latn"):
        words = size = documents = 0
        for run in (web, books):
            stored = StoredRun(str(run))
            kept = stored.fates(code).filter(fate="kept")["key"].to_list()
            signals = stored.signals(code)
            if signals.height:
                signals = signals.filter(signals["key"].is_in(kept))
                words, size = words + signals["words"].sum(), size + signals["utf8_bytes"].sum()
                documents += signals.height
        there = [one for one in plan.there if one.language == code]
        assert [(one.documents, one.words, one.bytes) for one in there] == [(documents, words, size)]


def test_the_mixtures_that_ship_can_be_planned(web: Path, books: Path) -> None:
    assert len(names()) >= 5
    for name in names():
        plan = _plan(name, web, books)
        assert plan.taken and plan.total()["words"] <= plan.budget


def test_bilingual_is_one_to_one_within_a_document(web: Path, books: Path) -> None:
    plan = _plan("bilingual-1to1", web, books)
    english, punjabi = (plan.total(language=code)["words"] for code in ("eng_Latn", "pan_Guru"))
    there = {one.language: one for one in plan.there}
    assert plan.budget == 2 * 4 * there["eng_Latn"].words  # four epochs of the smaller one
    assert english == 4 * there["eng_Latn"].words
    assert 0 <= english - punjabi < 1_000


def test_sources_by_input_host_run_and_column(mixture: Mixture, web: Path, books: Path) -> None:
    path = mixture(
        """
mixture: m
languages: [pan]
max_epochs: 1
shares: {method: proportional}
sources:
  wiki: {match: {host: "*.wikipedia.org"}, max_share: 0.4}
  shelf: {match: {input: "books/*"}}
  copies: {match: {run: "w*", host: "copy.example"}}
"""
    )
    plan = _plan(path, web, books)
    found = {one.source: one.documents for one in plan.there}
    assert set(found) >= {"wiki", "shelf"} and found["shelf"] <= 12 and "web" not in found
    words = plan.total()["words"]
    assert plan.total(source="wiki")["words"] <= 0.4 * words / (1 - 0.1)  # of the target, which is a document larger
    assert [one.source for one in _plan("unimax", web, books, languages=["pan"]).there] == ["web"]


def test_a_language_of_several_sources_is_one_document_short_at_most(mixture: Mixture, web: Path, books: Path) -> None:
    text = """
mixture: m
languages: [pan]
budget: 2500 words
max_epochs: 3
shares: {method: unimax}
sources:
  wiki: {match: {host: "*.wikipedia.org"}, share: 0.3}
  copies: {match: {host: "copy.example"}, max_share: 0.3}
"""
    plan = _plan(mixture(text), web, books)
    assert len({one.source for one in plan.there}) >= 2
    longest = max(StoredRun(str(run)).signals("pan_Guru")["words"].max() for run in (web, books))
    assert 2500 - longest < plan.total()["words"] <= 2500
    assert plan.total(source="wiki")["words"] <= 0.3 * 2500


def test_measures_other_than_words(mixture: Mixture, web: Path) -> None:
    text = "mixture: m\nlanguages: [pan, eng]\nmeasure: documents\nbudget: 4 documents\nshares: {method: equal}\n"
    plan = _plan(mixture(text), web)
    assert {code: plan.total(language=code)["documents"] for code in ("pan_Guru", "eng_Latn")} == {
        "pan_Guru": 2,
        "eng_Latn": 2,
    }
    text = "mixture: m\nlanguages: [pan]\nmeasure: bytes\nbudget: 9 k bytes\nshares: {method: unimax}\n"
    assert 4_000 < _plan(mixture(text), web).total()["bytes"] <= 9_000


def test_warnings_say_what_will_disappoint(mixture: Mixture, web: Path, books: Path) -> None:
    assert any("budget not reachable" in one for one in _plan("babylm-10m", web, books).warnings)
    path = mixture("mixture: m\nlanguages: [pan, eng]\nbudget: 5 words\nshares: {method: equal}\n")
    assert _plan(path, web).warnings == ["nothing is taken, the share is smaller than a document: eng_Latn, pan_Guru"]
    path = mixture(
        "mixture: m\nlanguages: [pan, eng]\nmin_size: 1500\nshares: {method: unimax}\nsources: {code: {max_share: 0.1}}\n"
    )
    found = _plan(path, web, books).warnings
    assert "left out, with less than 1,500 words: eng_Latn" in found
    assert any("no document is of source 'code'; the runs have: web" in one for one in found)
    path = mixture("mixture: m\nlanguages: [pan, eng]\nmax_epochs: 1\nshares: {method: temperature, alpha: 0}\n")
    assert any("at max_epochs" in one and "eng_Latn" in one for one in _plan(path, web, books).warnings)


HEAD = "mixture: m\nlanguages: [pan, eng]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mixture: m\nlanguages: [pan, klingonese]\nshares: {method: unimax}\n", ":2: unknown language 'klingonese'"),
        ("mixture: m\nlanguages: [tam]\nshares: {method: unimax}\n", ":2: the runs hold no tam_Taml; they hold: "),
        (
            HEAD + "shares: {method: fixed, fixed: {pan: 0.5, eng: 0.4}}\n",
            ":3: shares: fixed shares sum to 0.9, not to 1",
        ),
        (HEAD + "shares: {method: unimax, fixed: {pan: 0.8, eng: 0.4}}\n", ":3: shares: fixed shares sum to 1.2"),
        (HEAD + "shares: {method: unimax, fixed: {hin: 0.5}}\n", ":3: hin_Deva has a share and is not among"),
        (HEAD + "shares: {method: unimax, fixed: {pan: 0.5, Punjabi: 0.1}}\n", ":3: pan_Guru has two shares"),
        (HEAD + "shares: {method: unimaxx}\n", ":3: shares.method: "),
        (HEAD + "shares: {method: temperature}\n", ":3: shares: alpha goes with method: temperature"),
        (HEAD + "shares: {method: unimax}\nbudget: 0\n", ":4: budget: a budget is above 0"),
        (HEAD + "shares: {method: unimax}\nbudget: 10 M tokens\n", ":4: budget: write an amount such as 10 M words"),
        (HEAD + "shares: {method: unimax}\nbudget: 10 M bytes\n", "write measure: bytes"),
        (HEAD + "shares: {method: unimax}\nbuget: 5\n", ":4: unknown field 'buget' (did you mean 'budget'?)"),
        (HEAD + "seed: 1\n", "give either 'shares', or 'stages'"),
        (HEAD + "shares: {method: equal}\nbudget: 1 M\n", ":3: the share of eng_Latn is 500 k words, "),
        (HEAD + "shares: {method: equal}\nmax_epochs: 0\n", ":4: max_epochs: "),
        (
            HEAD + "stages:\n  - {stage: a, share: 0.5, shares: {method: unimax}}\n",
            "the shares of the stages sum to 0.5, not to 1",
        ),
        (HEAD + "shares: {method: unimax}\nsources: {code: {share: 0.1}}\n", ":4: no document is of source 'code'"),
        (HEAD + "shares: {method: unimax}\nsources: {webb: {share: 0.1}}\n", "'webb' (did you mean 'web'?)"),
        (
            HEAD + "shares: {method: unimax}\nsources: {a: {share: 0.8}, b: {share: 0.7}}\n",
            "the shares of the sources sum to 1.5",
        ),
        (HEAD + "shares: {method: unimax}\nsources: {a: {match: {}}}\n", ":4: sources.a.match: give a pattern"),
        (HEAD + "shares: {method: unimax}\nsources: {a: {share: 0.5, max_share: 0.2}}\n", "share lies above max_share"),
        (HEAD + "shares: {method: unimax}\nrehydrate: {weights: no.yaml}\n", "no such file; make it with"),
        ("[]\n", "a mixture is a mapping"),
    ],
)
def test_what_cannot_be_is_refused_with_file_line_and_mend(mixture: Mixture, web: Path, text: str, said: str) -> None:
    found = _refused(mixture(text), web)
    assert found.startswith(str(mixture(text))) and said in found


def test_a_mend_that_is_named_works(mixture: Mixture, web: Path) -> None:
    text = HEAD + "shares: {method: equal}\nbudget: %s\n"
    found = _refused(mixture(text % "1 M"), web)
    most = int(found.partition("lower the budget to at most ")[2].partition(", ")[0].replace(",", "") or 0) or int(
        "".join(char for char in found.partition("at most ")[2].partition(", raise")[0] if char.isdigit())
    )
    assert _plan(mixture(text % most), web).budget == most
    _refused(mixture(text % (most + 2)), web)


def test_an_unknown_signal_is_named_with_those_there_are(mixture: Mixture, web: Path, tmp_path: Path) -> None:
    from corpusforge.mix_runs.build import build

    plan = _plan(mixture(HEAD + "shares: {method: unimax}\norder: {by: beauty}\n"), web)
    with pytest.raises(
        UserError, match=r"mine.yaml:4: .*has no signal 'beauty'; it has: .*avg_word_length.*compression_ratio"
    ):
        build(plan, str(tmp_path / "out"))


def test_an_unknown_mixture_is_named() -> None:
    with pytest.raises(UserError, match=r"no mixture 'unimx' \(did you mean 'unimax'\?\); there are: "):
        load_mixture("unimx")


def test_flags_replace_values_and_are_named_in_errors(web: Path) -> None:
    plan = _plan("unimax", web, budget="500", languages=["pan"], max_epochs=2.0, seed=9)
    assert (plan.budget, plan.file.mixture.seed, {one.language for one in plan.there}) == (500, 9, {"pan_Guru"})
    assert _refused("unimax", web, languages=["tam"]).startswith("--lang: the runs hold no tam_Taml")
    assert _refused("unimax", web, budget="0").startswith("--budget: budget: a budget is above 0")
    assert _refused("unimax", web, max_epochs=-1).startswith("--max-epochs: ")


def test_runs_that_cannot_be_mixed_are_refused(web: Path, inputs: Path, tmp_path: Path) -> None:
    assert "given twice" in _refused("unimax", web, web)
    assert "no run here" in _refused("unimax", tmp_path)
    copy = tmp_path / "other" / "copy"
    shutil.copytree(web, copy)
    found = _refused("unimax", web, copy)
    assert "both hold document" in found and "leave one of the runs out" in found
    same = tmp_path / "web"
    shutil.copytree(web, same)
    assert "two runs are called 'web'" in _refused("unimax", web, same)
    empty = make_run(tmp_path / "empty", inputs / "books", ("tam_Taml",))
    assert "its corpus is empty" in _refused("unimax", empty) or "no corpus" in _refused("unimax", empty)


def test_a_run_that_is_not_finished_is_refused(corpusforge: Callable[..., Any], inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "half"
    arguments = ("run", "fineweb2-style", "--lang", "pan", "--input", f"{inputs}/books/*.jsonl", "--out", out)
    killed = corpusforge(*arguments, "--workers", "1", env={"CORPUSFORGE_FAULT": "write:before-sweep:1"})
    assert killed.returncode != 0
    assert "is not finished; run its recipe again" in _refused("unimax", out)


def test_two_runs_over_one_input_in_different_languages_can_be_mixed(inputs: Path, tmp_path: Path) -> None:
    one = make_run(tmp_path / "one", inputs / "web", ("pan_Guru",))
    other = make_run(tmp_path / "other", inputs / "web", ("eng_Latn",))
    assert {row.language for row in _plan("unimax", one, other).there} == {"eng_Latn", "pan_Guru"}
