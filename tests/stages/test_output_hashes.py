"""The output of every stage over a fixed corpus: it may change only together with the stage's version.

The corpus is written by us: the articles of the sample crawl. After a change that is meant, raise `version` of the stage
in src/corpusforge/stages/options.py and write the hashes anew:

    python -m tests.stages.test_output_hashes

What is hashed are values (canonical JSON, floats to 12 decimals), not Arrow or Parquet bytes, so numpy, numba, pyarrow
and polars do not matter; nor do Python's Unicode tables and the package regex, because the articles hold no character
younger than their oldest supported version. What matters by nature is stored with each hash: trafilatura and lxml for
extraction, ftfy for cleaning, tldextract and the block lists for URLs, the model for languages, ICU's dictionaries (Thai
and Chinese words) for the rest. Where one of these is another than the stored one, output may differ without fault
of ours: the comparison is skipped, and says so.
"""

import hashlib
import json
from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from icu4py import icu_version

from corpusforge.dedup.cluster import cluster
from corpusforge.dedup.identity import identities
from corpusforge.dedup.line_identity import lines
from corpusforge.dedup.signature import Kind, Sketch
from corpusforge.html.model_file import checksum
from corpusforge.languages import load_language
from corpusforge.models.labels import labels_checksum
from corpusforge.models.model_files import model_checksum
from corpusforge.rules.evaluate import evaluate
from corpusforge.rules.filter_set import FilterSet
from corpusforge.stages.clean import clean
from corpusforge.stages.extract import Engine, Extractor
from corpusforge.stages.identify import Identifier
from corpusforge.stages.language_gate import LanguageGate
from corpusforge.stages.options import EVIDENCE_STATISTICS, STAGES, Extract, Signature
from corpusforge.stages.precision import precision
from corpusforge.stages.precision_lists import WordList
from corpusforge.stages.url_filter import blocked
from corpusforge.stages.url_lists import lists_checksum, url_lists
from corpusforge.text.segment import segmenter
from corpusforge.text.statistics import statistics

REPOSITORY = Path(__file__).resolve().parents[2]
ARTICLES = REPOSITORY / "sample_crawl" / "articles"
STORED = Path(__file__).with_name("output_hashes.json")
COMMAND = "python -m tests.stages.test_output_hashes"

# What decisions are hashed with: no shipped filter set, whose changes are in a run's keys by themselves.
RULES = FilterSet.model_validate(
    {
        "filter_set": "fixed",
        "source": "this test",
        "defaults": {"max_list_ratio": 0.045, "max_top_2_gram_frac": None},
        "rules": [
            {"rule": "list", "if": "list_ratio > $max_list_ratio"},
            {"rule": "off", "if": "top_2_gram_frac > $max_top_2_gram_frac"},
            {"rule": "long", "if": "words > 250 and not avg_word_length < 4", "action": "tag"},
            {"rule": "stop", "if": "stop_words / words < 0.03 or dup_10_gram_frac > 0", "fate": "few_stop_words"},
        ],
    }
)


@cache
def corpus() -> dict[str, list[str]]:
    """Articles by language-script, with what cleaning repairs added to the first of each."""
    found = {}
    for folder in sorted(ARTICLES.iterdir()):
        texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
        texts[0] += "\nÃ©tÃ© &amp; a@b.org, 8.8.8.8\n|\n| |\nend"
        texts.append(texts[1].replace("\n\n", "\n") + "\n" + texts[0][:200])  # a near copy
        found[folder.name] = texts
    return found


def column(texts: list[str]) -> pa.LargeStringArray:
    return pa.array(texts, pa.large_string())


@cache
def signals(code: str) -> pa.Table:
    texts = column(corpus()[code])
    return statistics(texts, segmenter("unicode").words(texts), load_language(code).stop_words)


def signatures(code: str, kind: Kind = "datatrove") -> pa.FixedSizeListArray:
    return Sketch(kind).signatures(column(corpus()[code]), segmenter("unicode"))


def of_url_filter() -> Any:
    lists = url_lists()
    words = ["news", "ਖੇਤੀ", "a.b"]
    for listed in (lists.banned_words, lists.soft_banned_words, lists.banned_subwords):
        words += sorted(listed)[:: len(listed) // 4]
    return blocked([*(f"https://a.example/{one}-{other}/" for one in words for other in words), "", None, "http://["])


def of_extract(engine: Engine = "trafilatura") -> Any:
    pages = [
        "<!DOCTYPE html><html><head><title>t</title></head><body><nav><a href='/'>home</a></nav><article>"
        + "".join(f"<p>{block}</p>" for block in text.split("\n\n"))
        + "<h2>h</h2><ul><li>one</li><li>two<br>lines</li></ul><table><tr><th>a</th><td>1</td></tr><tr><th>b</th>"
        + "<td>2 &amp; 3</td></tr></table><pre>x\n  y</pre></article><aside><ul><li><a href='/n'>next</a></li></ul></aside>"
        + "<footer>footer</footer></body></html>"
        for texts in corpus().values()
        for text in texts
    ]
    with Extractor(engine=engine) as extractor:
        return [[one.text, one.fate] for one in extractor.extract([*pages, "", "<p>"])]


def of_language_gate() -> Any:
    pages = [
        f"<html lang='x'><title>t</title><nav><a href='/'>home</a></nav><p>{text}</p><script>var a = '<p>'</script></html>"
        for texts in corpus().values()
        for text in texts
    ]
    options = STAGES["language_gate"]()
    gates = [LanguageGate([code], "lid176", None, options) for code in ("pan_Guru", "fra_Latn")]
    return [gate(column(pages)).to_pylist() for gate in gates]


def of_identify() -> Any:
    identifier = Identifier("lid176", sample=1024)
    return [identifier(column(texts)).to_pylist() for texts in corpus().values()]


def evidence(code: str) -> pa.Table:
    texts = column(corpus()[code])
    words = segmenter("unicode").words(texts)
    return statistics(texts, words, (), words).select(EVIDENCE_STATISTICS)


def of_signals() -> Any:
    return [[signals(code).to_pylist(), evidence(code).to_pylist()] for code in corpus()]


def of_signature(kind: Kind) -> Any:
    return [signatures(code, kind).to_pylist() for code in corpus()]


def of_deduplicate() -> Any:
    found = []
    for code, texts in corpus().items():
        keys = [f"{code}-{number:02d}" for number in range(len(texts))]
        columns = {"chars": pc.utf8_length(column(texts))}
        for verify in ("sketch", "none"):
            found.append(cluster(keys, signatures(code), columns, Sketch(), verify)[0].to_pylist())
    return found


def of_exact() -> Any:
    found = []
    for code, texts in corpus().items():
        urls = [f"HTTPS://{code}.example:443/%7e/{n}/?b={n}&utm_source=a&a=%c3%a9#x" for n in range(len(texts))]
        found += [[one.hex() for one in hashes.to_pylist()] for hashes in identities(texts, urls).columns[:2]]
    return found


def of_lines() -> Any:
    return [[part.tolist() for part in lines(column(texts), 20)] for texts in corpus().values()]


def of_rules() -> Any:
    return [evaluate(signals(code), [RULES], RULES.defaults).to_dicts() for code in corpus()]


def of_clean() -> Any:
    return [clean(column(texts), ("ftfy", "pii", "symbol_lines"))[0].to_pylist() for texts in corpus().values()]


def lists() -> dict[str, str]:
    return {"lists": lists_checksum()}


def model() -> dict[str, str]:
    return {"model": model_checksum("lid176"), "labels": labels_checksum("lid176")}


def dictionaries() -> dict[str, str]:
    return {"icu": icu_version}


def blocks_model() -> dict[str, str]:
    return {"model": checksum()}


def nothing() -> dict[str, str]:
    return {}


# Stage -> its output, the libraries whose version decides on it, and other things that do.
def of_precision() -> Any:
    found = {}
    for code, texts in corpus().items():
        known = WordList(frozenset(texts[0].split()[:40]), (".example", "news"), None)
        urls = [None, "https://a.example/1", f"https://b.org/{code[:3]}/x", "https://b.org/newsletter"]
        several = [urls[place % len(urls)] for place in range(len(texts))]
        column = pa.array(texts, pa.large_string())
        table = precision(column, several, segmenter("unicode"), load_language(code), known, 0.1)
        found[code] = table.to_pydict()
    return found


OUTPUTS: dict[str, tuple[Callable[[], Any], tuple[str, ...], Callable[[], dict[str, str]]]] = {
    "url_filter": (of_url_filter, ("tldextract",), lists),
    "extract": (of_extract, ("trafilatura", "lxml"), nothing),
    "extract/resiliparse": (partial(of_extract, "resiliparse"), ("resiliparse",), nothing),
    "extract/blocks": (partial(of_extract, "blocks"), (), blocks_model),
    "language_gate": (of_language_gate, (), model),
    "identify": (of_identify, (), model),
    "exact": (of_exact, (), nothing),
    "lines": (of_lines, (), nothing),
    "signals": (of_signals, (), dictionaries),
    "signature": (partial(of_signature, "datatrove"), (), dictionaries),
    "signature/corpusforge": (partial(of_signature, "corpusforge"), (), dictionaries),
    "precision": (of_precision, (), dictionaries),
    "admit": (of_rules, (), dictionaries),
    "decide": (of_rules, (), dictionaries),
    "deduplicate": (of_deduplicate, (), dictionaries),
    "clean": (of_clean, ("ftfy",), nothing),
}
DEFAULTS = {"extract": "trafilatura", "signature": "datatrove"}  # what a name without another part stands for
NOT_HASHED = {"read", "write"}  # records and shards: tests/test_run.py and tests/io compare whole files


def described(stage: str) -> dict[str, Any]:
    """What is stored about a stage: its version, the hash of its output, and what else that output depends on."""
    output, libraries, others = OUTPUTS[stage]
    depends = {name: version(name) for name in libraries} | others()
    name, _, variant = stage.partition("/")
    versions = {"extract": Extract.engine_versions, "signature": Signature.kind_versions}.get(name, {})
    return {
        "version": versions.get(variant or DEFAULTS.get(name, ""), STAGES[name].version),
        "depends": depends,
        "sha256": _hash(output()),
    }


def _hash(value: Any) -> str:
    text = json.dumps(_rounded(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 12)
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value


def texts_hash() -> str:
    """Hash of the corpus itself."""
    return _hash(corpus())


def refresh() -> None:
    """Write the hashes of the stages as they are now."""
    stages = {stage: described(stage) for stage in OUTPUTS}
    STORED.write_text(json.dumps({"corpus": texts_hash(), "stages": stages}, indent=2) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def stored() -> dict[str, Any]:
    found = json.loads(STORED.read_text(encoding="utf-8"))
    assert found["corpus"] == texts_hash(), f"the articles changed; run `{COMMAND}` on the code before your change"
    return found["stages"]


def test_every_stage_has_a_hash(stored: dict[str, Any]) -> None:
    assert stored.keys() == OUTPUTS.keys()
    assert {name.partition("/")[0] for name in OUTPUTS} == STAGES.keys() - NOT_HASHED


@pytest.mark.parametrize("stage", OUTPUTS)
def test_output_changes_only_with_the_version(stage: str, stored: dict[str, Any]) -> None:
    before, now = stored[stage], described(stage)
    if now["version"] != before["version"]:
        pytest.fail(f"{stage}: version {now['version']}, the stored hash is of {before['version']}; run `{COMMAND}`")
    other = {name: one for name, one in now["depends"].items() if before["depends"].get(name) != one}
    if other:
        pytest.skip(f"{stage}: stored under other versions of what it depends on: here {other}")
    assert now["sha256"] == before["sha256"], (
        f"{stage}: its output for the same input changed: raise the stage's version in stages/options.py, "
        f"then run `{COMMAND}`"
    )


if __name__ == "__main__":
    refresh()
