"""The language gate: which pages end before extraction, and which go on although their language seems another."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from tests.conftest import articles
from warcio.warcwriter import WARCWriter

from corpusforge.io.inputs import resolve
from corpusforge.phases.depends import documents_parts
from corpusforge.settings import build_settings
from corpusforge.stages.language_gate import SCHEMA, LanguageGate, page_languages
from corpusforge.stages.options import LanguageGate as Options

Call = Callable[..., "subprocess.CompletedProcess[str]"]  # type: ignore[name-defined]  # noqa: F821

PUNJABI = "ਪੰਜਾਬ ਦੇ ਪਿੰਡਾਂ ਵਿੱਚ ਅੱਜ ਕਣਕ ਦੀ ਵਾਢੀ ਸ਼ੁਰੂ ਹੋ ਗਈ ਹੈ ਅਤੇ ਲੋਕ ਬਹੁਤ ਖ਼ੁਸ਼ ਹਨ। "
ENGLISH = "The wheat harvest began today in the villages, and people are very happy about the weather. "
HINDI = "आज गाँवों में गेहूँ की कटाई शुरू हो गई है और लोग मौसम को लेकर बहुत खुश हैं। "
MARATHI = "आज गावांमध्ये गव्हाची कापणी सुरू झाली असून लोक हवामानामुळे खूप आनंदी आहेत. "
BOKMAAL = "I dag begynte hveteinnhøstingen i landsbyene, og folk er veldig glade for det fine været. "


def page(*blocks: str, head: str = "", lang: str = "") -> str:
    body = "".join(f"<p>{one}</p>" for one in blocks)
    return f"<html{lang and f' lang={lang}'}><head>{head}</head><body>{body}</body></html>"


def gated(wanted: list[str], *pages: str | None, **options: float) -> list[dict[str, object]]:
    gate = LanguageGate(wanted, "lid176", None, Options.model_validate(options))
    return gate(pa.array(pages, pa.large_string())).to_pylist()


def ends(wanted: str, *pages: str | None, **options: float) -> list[object]:
    return [row["ends"] for row in gated([wanted], *pages, **options)]


def test_a_page_in_another_script_ends_and_one_in_the_wanted_language_goes_on() -> None:
    assert ends("pan_Guru", page(ENGLISH * 5), page(HINDI * 10), page(PUNJABI * 5)) == [True, True, False]


def test_what_was_seen_is_kept() -> None:
    english, punjabi = gated(["pan_Guru"], page(ENGLISH * 5), page(PUNJABI * 5))
    assert (english["language"], english["language_script"], english["label"]) == ("eng", "Latn", "en")
    assert 0.5 < english["language_score"] <= 1.0001  # type: ignore[operator]
    letters = sum(map(str.isalpha, ENGLISH * 5))
    assert english["seen"] == f"of {letters} letters Latn 100.0%; 0 in a script of the wanted languages"
    assert punjabi == {"ends": False, **dict.fromkeys(SCHEMA.names[1:])}


def test_languages_of_one_script_are_told_apart_by_the_model() -> None:
    assert ends("mar_Deva", page(HINDI * 10), page(MARATHI * 10)) == [True, False]
    (hindi, _) = gated(["mar_Deva"], page(HINDI * 10), page(MARATHI * 10))
    assert "Deva 100.0%; a wanted language scores 0.0" in str(hindi["seen"])


def test_one_paragraph_among_much_else_is_enough() -> None:
    menu = [f"<a href='/{n}'>{ENGLISH}</a>" for n in range(100)]
    assert ends("pan_Guru", page(*menu, PUNJABI * 2, *menu)) == [False]
    assert ends("nob_Latn", page(*menu, BOKMAAL * 2, *menu)) == [False]


def test_the_name_of_a_language_in_a_menu_is_not_text_in_it() -> None:
    assert ends("pan_Guru", page(ENGLISH * 5, "ਪੰਜਾਬੀ")) == [True]


def test_a_page_with_hardly_any_text_goes_on() -> None:
    assert ends("pan_Guru", page("Loading..."), "", None, "<script>render()</script>") == [False] * 4
    assert ends("pan_Guru", page("Loading..."), min_letters=5) == [True]


def test_an_article_in_json_ld_counts() -> None:
    body = json.dumps({"@type": "NewsArticle", "articleBody": PUNJABI * 3})  # \u escapes
    script = f'<script type="application/ld+json">{body}</script>'
    assert "ਪ" not in script
    assert ends("pan_Guru", page(ENGLISH * 10, head=script)) == [False]


def test_what_a_page_says_of_its_language_counts_for_it_and_never_against_it() -> None:
    assert ends("mar_Deva", page(HINDI * 10, lang="mr"), page(MARATHI * 10, lang="hi")) == [False, False]
    assert ends("pan_Guru", page(ENGLISH * 5, lang="pa")) == [True]  # without a letter in its script nothing helps


def test_any_of_several_wanted_languages_lets_a_page_go_on() -> None:
    pages = (page(ENGLISH * 5), page(PUNJABI * 5), page(MARATHI * 10), page(HINDI * 10))
    assert [row["ends"] for row in gated(["pan_Guru", "mar_Deva"], *pages)] == [True, False, False, True]


def test_japanese_needs_no_kana_and_chinese_no_absence_of_it() -> None:
    japanese = "今日から村で小麦の収穫が始まり、みんなとても喜んでいます。" * 10
    chinese = "今天村里开始收割小麦,大家都很高兴,因为天气很好,收成也不错。" * 10
    assert ends("jpn_Jpan", page(japanese), page(ENGLISH * 5)) == [False, True]
    assert ends("cmn_Hani", page(chinese), page(ENGLISH * 5)) == [False, True]


def test_names_that_pages_use() -> None:
    assert {"pa", "pan"} <= set(page_languages(["pan_Guru"]))
    assert {"no", "nb", "nob"} <= set(page_languages(["nob_Latn"])) and "nn" not in page_languages(["nob_Latn"])


# In a run


def warc(path: Path, pages: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, text in enumerate(pages):
            data = text.encode()
            http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + data
            record = writer.create_warc_record(
                f"https://a.example/{number}", "response", payload=io.BytesIO(http), length=len(http)
            )
            writer.write_record(record)
    return path


def test_a_run_accounts_for_gated_pages_and_can_show_their_text(corpusforge: Call, tmp_path: Path) -> None:
    hindi, punjabi = articles("hin_Deva")[:2], articles("pan_Guru")[:2]
    pages = [page(*text.split("\n\n")) for text in (*hindi, *punjabi)]
    source = warc(tmp_path / "in" / "a.warc.gz", pages)
    out = tmp_path / "out"
    done = corpusforge("run", "fineweb2-style", "--lang", "pan", "--input", source, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    verdict = corpusforge("verify", out, "--inputs", "--json")
    result = json.loads(verdict.stdout)
    assert verdict.returncode == 0 and result["read"] == 4 and result["fates"]["language_gate"] == 2
    rows = [json.loads(line) for line in corpusforge("export", out, "--fate", "language_gate").stdout.splitlines()]
    assert {row["language"] for row in rows} == {"hin"} and all(len(row["text"]) > 500 for row in rows)
    said = corpusforge("why", out, "https://a.example/0")
    assert "language_gate" in said.stdout and "seen          of " in said.stdout
    figures = json.loads((out / "report" / "report.json").read_text(encoding="utf-8"))
    assert "language_gate" in json.dumps(figures)


def test_what_ingest_depends_on_has_the_gate_only_when_languages_are_named(tmp_path: Path) -> None:
    source = warc(tmp_path / "a.warc.gz", [page(PUNJABI)])
    (found,) = resolve([str(source)]).inputs

    def parts(*languages: str) -> dict[str, object]:
        return documents_parts(build_settings("fineweb2-style", languages, (str(source),)), found)

    assert "language_gate" not in parts("all")
    one, two = parts("pan_Guru"), parts("pan_Guru", "hin_Deva")
    assert one["language_gate"] == two["language_gate"] and one["languages"] != two["languages"]


@pytest.mark.parametrize(("languages", "said"), [("all", "off: every language is wanted"), ("pan", "needs url, html")])
def test_plan_says_whether_the_gate_is_on(corpusforge: Call, tmp_path: Path, languages: str, said: str) -> None:
    source = warc(tmp_path / "a.warc.gz", [page(PUNJABI)])
    planned = corpusforge("plan", "fineweb2-style", "--lang", languages, "--input", source, "--out", tmp_path / "out")
    (line,) = [line for line in planned.stdout.splitlines() if "language_gate" in line]
    assert said in line
