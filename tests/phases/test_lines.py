"""Lines that documents of a host repeat leave their texts, as the user of a run meets it."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import articles
from tests.phases.test_exact import document, fates, write
from tests.runs import digest, start

Call = Callable[..., "subprocess.CompletedProcess[str]"]  # type: ignore[name-defined]  # noqa: F821

RECIPE = """
recipe: trimmed
languages: [pan_Guru, hin_Deva]
datasets:
  web:
    from: [nothing]
    stages:
      - identify: {model: lid176}
      - exact: {}
      - lines: {LINES}
      - signals: {sets: [prose]}
      - signature: {kind: corpusforge}
      - admit: {rules: [exact_text, lines]}
      - deduplicate: {}
      - decide: {rules: [duplicates]}
      - clean: {steps: [ftfy, pii]}
      - write: {}
"""

TEXTS = articles("pan_Guru")
HINDI = articles("hin_Deva")
MENU = "ਮੁੱਖ ਪੰਨਾ | ਖ਼ਬਰਾਂ | ਖੇਡਾਂ | ਸਾਡੇ ਬਾਰੇ | ਸੰਪਰਕ"
FOOTER = "© {} ਖ਼ਬਰਨਾਮਾ, ਸਾਰੇ ਹੱਕ ਰਾਖਵੇਂ ਹਨ"
SHORT = "ਸਾਂਝਾ ਕਰੋ"


def recipe(folder: Path, lines: str = "") -> Path:
    path = folder / "recipe.yaml"
    path.write_text(RECIPE.replace("{LINES}", f"{{{lines}}}"), encoding="utf-8")
    return path


def page(number: int, host: str, *more: str) -> dict[str, str | None]:
    """An article between the menu and the footer of its host; the year in the footer is another one each time."""
    text = "\n".join([MENU, SHORT, TEXTS[number], *more, FOOTER.format(2000 + number)])
    return document(f"{host} {number}", text, f"https://{host}/{number}")


def site() -> list[dict[str, str | None]]:
    return [
        *(page(number, "khabar.example") for number in range(5)),
        *(page(number, "www.two.example") for number in (5, 6)),  # too few for the menu
        document("only the menu", f"{MENU}\n \n{FOOTER.format(1999)}\n", "https://khabar.example/menu"),
        document("no url", f"{MENU}\n{TEXTS[7]}"),
        document("hindi", f"{MENU}\n{HINDI[0]}", "https://khabar.example/hi"),
        document("address", f"{TEXTS[8]}\n{MENU}\na@b.org ਨੂੰ ਲਿਖੋ", "https://khabar.example/contact"),
    ]


def corpus(corpusforge: Call, out: Path) -> dict[str, str]:
    # Not splitlines: texts hold line ends of other kinds.
    rows = map(json.loads, filter(None, corpusforge("export", out, "--fate", "kept").stdout.split("\n")))
    return {row["id"]: row["text"] for row in rows}


def run(corpusforge: Call, source: Path, out: Path, chosen: Path, *more: str) -> dict[str, str]:
    done = corpusforge("run", chosen, "--input", f"{source}/*.jsonl", "--out", out, *more)
    assert done.returncode == 0, done.stderr
    verdict = corpusforge("verify", out, "--inputs")
    assert verdict.returncode == 0, verdict.stdout
    return corpus(corpusforge, out)


@pytest.fixture(scope="module")
def finished(corpusforge: Call, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over the site, in two files, that no document keeps the lines of."""
    folder = tmp_path_factory.mktemp("lines")
    write(folder / "web" / "a.jsonl", *site()[:6])
    write(folder / "web" / "b.jsonl", *site()[6:])
    run(corpusforge, folder / "web", folder / "out", recipe(folder, "keep: none"))
    return folder


def test_repeated_lines_leave_the_texts(corpusforge: Call, finished: Path) -> None:
    texts = corpus(corpusforge, finished / "out")
    for number in range(5):
        assert texts[f"khabar.example {number}"] == f"{SHORT}\n{TEXTS[number]}"
    for number in (5, 6):
        assert texts[f"www.two.example {number}"] == page(number, "www.two.example")["text"]
    assert texts["no url"] == f"{MENU}\n{TEXTS[7]}"
    # Cleaning counts in the text that is left.
    assert texts["address"] == f"{TEXTS[8]}\nemail@example.com ਨੂੰ ਲਿਖੋ"
    # The Hindi page is the only one of its language on the host.
    assert texts["hindi"] == f"{MENU}\n{HINDI[0]}"
    assert fates(corpusforge, finished / "out")["only the menu"] == "lines_empty"


def test_what_is_computed_is_of_the_text_that_is_left(corpusforge: Call, finished: Path) -> None:
    key = key_of(corpusforge, finished / "out", "khabar.example 1")
    told = json.loads(corpusforge("why", finished / "out", key, "--json").stdout)[0]
    assert told["text"] == f"{SHORT}\n{TEXTS[1]}"
    assert told["boilerplate"] == [MENU, FOOTER.format(2001)]
    shown = corpusforge("why", finished / "out", key).stdout
    assert "2 lines taken out" in shown and MENU in shown


def key_of(corpusforge: Call, out: Path, name: str) -> str:
    for fate in ("kept", "removed"):
        for line in corpusforge("export", out, "--fate", fate).stdout.splitlines():
            row = json.loads(line)
            if row["id"] == name:
                return str(row["key"])
    raise KeyError(name)


def test_one_document_of_the_host_keeps_its_lines(corpusforge: Call, tmp_path: Path) -> None:
    write(tmp_path / "web" / "a.jsonl", *site())
    texts = run(corpusforge, tmp_path / "web", tmp_path / "out", recipe(tmp_path))
    on_host = {name: text for name, text in texts.items() if name.startswith(("khabar", "address"))}
    assert sum(MENU in text for text in on_host.values()) <= 1
    rows = [json.loads(line) for line in corpusforge("export", tmp_path / "out", "--fate", "lines").stdout.splitlines()]
    everyone = [*on_host, *(row["id"] for row in rows)]
    keys = {name: key_of(corpusforge, tmp_path / "out", name) for name in everyone}
    first = min(keys, key=keys.__getitem__)
    assert first not in on_host or MENU in on_host[first]


@pytest.mark.parametrize(
    ("lines", "taken"),
    [("keep: none, documents: 7", False), ("keep: none, share: 0.9", True), ("keep: none, min_chars: 60", False)],
)
def test_thresholds(corpusforge: Call, tmp_path: Path, lines: str, taken: bool) -> None:
    """The menu stands in six of the host's six Punjabi documents that are counted: all but its own copy below."""
    pages = [*(page(number, "khabar.example") for number in range(6))]
    write(tmp_path / "web" / "a.jsonl", *pages, {**pages[0], "id": "copy", "url": "https://khabar.example/copy"})
    texts = run(corpusforge, tmp_path / "web", tmp_path / "out", recipe(tmp_path, lines))
    assert len(texts) == 6 and all((MENU not in text) == taken for text in texts.values())


def test_the_language_as_scope(corpusforge: Call, tmp_path: Path) -> None:
    write(tmp_path / "web" / "a.jsonl", *site())
    texts = run(corpusforge, tmp_path / "web", tmp_path / "out", recipe(tmp_path, "keep: none, scope: language"))
    assert [name for name, text in texts.items() if MENU in text] == ["hindi"]


def test_copies_of_an_article_do_not_make_its_lines_boilerplate(corpusforge: Call, tmp_path: Path) -> None:
    copies = [document(f"copy {n}", TEXTS[0], f"https://khabar.example/{n}") for n in range(5)]
    write(tmp_path / "web" / "a.jsonl", *copies, page(1, "khabar.example"))
    texts = run(corpusforge, tmp_path / "web", tmp_path / "out", recipe(tmp_path, "keep: none"))
    assert sorted(texts.values()) == sorted([TEXTS[0], str(page(1, "khabar.example")["text"])])


def test_order_and_workers_make_no_difference(corpusforge: Call, finished: Path, tmp_path: Path) -> None:
    chosen = finished / "recipe.yaml"
    for names, workers in (("b.jsonl", "1"), ("*.jsonl", "2")):
        arguments = (
            "run",
            chosen,
            "--input",
            f"{finished}/web/{names}",
            "--out",
            tmp_path / "out",
            "--workers",
            workers,
        )
        done = corpusforge(*arguments, "--set", "read.batch=3000")
        assert done.returncode == 0, done.stderr
    assert digest(tmp_path / "out") == digest(finished / "out")


def reasons(corpusforge: Call, *arguments: str | Path) -> dict[str, list[str | None]]:
    planned = json.loads(corpusforge("plan", *arguments, "--json").stdout)
    return {phase["phase"]: [node["reason"] for node in phase["nodes"]] for phase in planned["phases"]}


def test_only_what_depends_on_an_option_is_done_again(corpusforge: Call, finished: Path) -> None:
    arguments = (finished / "recipe.yaml", "--input", f"{finished}/web/*.jsonl", "--out", finished / "out")
    assert corpusforge("plan", *arguments).returncode == 0
    why = reasons(corpusforge, *arguments, "--set", "lines.documents=4")
    assert set(why["ingest"]) == set(why["exact"]) == {None}
    assert why["lines"] == ["lines: documents 3 -> 4"] * 2 and None not in why["trim"]
    why = reasons(corpusforge, *arguments, "--set", "lines.min_chars=30")
    assert why["ingest"][-1] == "lines@1 of hin_Deva, lines@1 of pan_Guru: configuration changed"
    why = reasons(corpusforge, *arguments, "--set", "pan_Guru.segmenter=icu")
    assert set(why["ingest"]) == set(why["lines"]) == {None} and None not in why["trim"]


def test_a_new_input_redoes_units_only_where_lines_change(corpusforge: Call, tmp_path: Path) -> None:
    """c.jsonl brings another host: what was written of the first files stays as it is."""
    write(tmp_path / "web" / "a.jsonl", *site()[:6])
    write(tmp_path / "web" / "b.jsonl", *site()[6:])
    chosen, out = recipe(tmp_path, "keep: none"), tmp_path / "out"
    run(corpusforge, tmp_path / "web", out, chosen)
    before = {path: path.stat().st_mtime_ns for path in sorted((out / "signals").rglob("*.parquet"))}
    write(tmp_path / "web" / "c.jsonl", *(page(number, "new.example") for number in range(9, 13)))
    texts = run(corpusforge, tmp_path / "web", out, chosen)
    assert texts["new.example 9"] == f"{SHORT}\n{TEXTS[9]}"
    fresh = tmp_path / "fresh"
    run(corpusforge, tmp_path / "web", fresh, chosen)
    assert digest(out) == digest(fresh)
    # A page on the old host: the two sites' menus now go where they stayed.
    write(tmp_path / "web" / "d.jsonl", page(13, "two.example"))
    texts = run(corpusforge, tmp_path / "web", out, chosen)
    assert MENU not in texts["www.two.example 5"] and before


@pytest.mark.parametrize(
    "point", ["lines:counted:1", "trim:edited:1", "trim:edited:2", "put:before-rename:9", "put:after-rename:12"]
)
def test_killed_and_resumed(corpusforge: Call, finished: Path, tmp_path: Path, point: str) -> None:
    arguments = (
        "run",
        finished / "recipe.yaml",
        "--input",
        f"{finished}/web/*.jsonl",
        "--out",
        tmp_path / "out",
        "--workers",
        "1",
    )
    mark = tmp_path / "mark"
    start(*arguments, CORPUSFORGE_FAULT=point, CORPUSFORGE_FAULT_MARK=str(mark)).communicate(timeout=300)
    assert mark.exists()
    assert corpusforge(*arguments).returncode == 0
    assert digest(tmp_path / "out") == digest(finished / "out")


def test_pruned_and_run_again(corpusforge: Call, tmp_path: Path) -> None:
    """Removed texts are gone, and their edits do not stand in the way; other options read the inputs again."""
    write(tmp_path / "web" / "a.jsonl", *site())
    chosen, out = recipe(tmp_path, "keep: none"), tmp_path / "out"
    before = run(corpusforge, tmp_path / "web", out, chosen)
    assert corpusforge("prune", out).returncode == 0
    assert corpusforge("verify", out).returncode == 0
    removed = [json.loads(line) for line in corpusforge("export", out, "--fate", "removed").stdout.splitlines()]
    assert removed and all(row["text"] is None for row in removed)
    assert corpusforge("report", out).returncode == 0
    after = run(corpusforge, tmp_path / "web", out, chosen, "--set", "lines.documents=100")
    assert MENU in after["khabar.example 0"] and MENU not in before["khabar.example 0"]


def test_hostile_lines(corpusforge: Call, tmp_path: Path) -> None:
    """Line breaks of every kind, nothing but breaks, a huge line on every page: all accounted for."""
    huge = "ਸਤਿ ਸ੍ਰੀ ਅਕਾਲ " * 20_000
    odd = [f"\r\n\x0b\x85\u2028{TEXTS[n]}\n\n\n{huge}\n\x01\n{MENU}\r" for n in range(3)]
    pages = [document(f"odd {n}", text, f"https://odd.example:99999/{n}") for n, text in enumerate(odd)]
    pages += [document(f"broken {n}", f"{MENU}\n{TEXTS[3 + n]}", f"http://[odd/{n}") for n in range(3)]
    write(tmp_path / "web" / "a.jsonl", *pages)
    texts = run(corpusforge, tmp_path / "web", tmp_path / "out", recipe(tmp_path, "keep: none"))
    assert all("ਸ੍ਰੀ ਅਕਾਲ ਸਤਿ" not in text for text in texts.values())
    assert all(TEXTS[n] in texts[f"odd {n}"] for n in range(3))


def test_the_rule_belongs_to_the_stage(corpusforge: Call, tmp_path: Path) -> None:
    path = recipe(tmp_path)
    path.write_text(path.read_text().replace("[exact_text, lines]", "[exact_text]"), encoding="utf-8")
    done = corpusforge("plan", path, "--input", "x", "--out", tmp_path / "out")
    assert done.returncode == 1 and "can take all lines out of a text; add the filter set 'lines'" in done.stderr


def test_the_report_and_whatif_know_of_lines(corpusforge: Call, finished: Path) -> None:
    assert corpusforge("report", finished / "out").returncode == 0
    figures = json.loads((finished / "out" / "report" / "pan_Guru.json").read_text(encoding="utf-8"))
    # Menu and footer of five articles and of the page that is nothing else; the menu of the contact page.
    assert figures["lines"] == {"documents": 7, "share": 0.7, "lines": 13}
    assert {one["step"]: one["removed"] for one in figures["funnel"]}["lines"] == 1
    shown = (finished / "out" / "report" / "pan_Guru.html").read_text(encoding="utf-8")
    assert "13 lines left 7 documents" in re.sub("<[^>]*>", "", shown)
    said = corpusforge("whatif", finished / "out", "--set", "pan_Guru.max_list_ratio=0.001")
    assert said.returncode == 1 and "no rule" in said.stderr  # the recipe has no such rule


def test_a_recipe_that_changes_its_mind(corpusforge: Call, finished: Path, tmp_path: Path) -> None:
    """Without the stage, with it, and without it again: each time what a new run would give."""
    chosen, source = recipe(tmp_path, "keep: none"), f"{finished}/web/*.jsonl"
    whole = chosen.read_text(encoding="utf-8")
    without = whole.replace("      - lines: {keep: none}\n", "").replace(", lines]", "]")
    for name, text in (("out", without), ("out", whole), ("out", without), ("fresh", without)):
        chosen.write_text(text, encoding="utf-8")
        done = corpusforge("run", chosen, "--input", source, "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
        if text is whole:
            assert digest(tmp_path / name) == digest(finished / "out")
    assert digest(tmp_path / "out") == digest(tmp_path / "fresh")


def test_what_waits_says_what_for(corpusforge: Call, finished: Path) -> None:
    arguments = (finished / "recipe.yaml", "--input", f"{finished}/web/*.jsonl", "--out", finished / "out")
    planned = reasons(corpusforge, *arguments, "--set", "lines.documents=4")
    assert planned["admit"] == ["waits for the lines that are taken out of texts"] * 2
    told = corpusforge("plan", *arguments, "--set", "lines.documents=4").stdout
    assert "trim         2 of 2 units to do" in told
