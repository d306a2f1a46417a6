"""Real runs over a few dozen documents in several scripts, some of them hostile."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import articles

from corpusforge.report.build import build_report
from corpusforge.run import run
from corpusforge.settings import build_settings

SCRIPT = "<script>alert(1)</script>"
OVERRIDE = "\u202e"
LANGUAGES = ("arb_Arab", "eng_Latn", "pan_Guru", "urd_Arab")


def _records() -> list[dict[str, Any]]:
    """JSONL rows: articles; copies; short texts; another language; markup, escapes and overrides wherever they fit."""
    punjabi = articles("pan_Guru")
    rows: list[dict[str, Any]] = [
        {"url": f"https://user:secret@Host{n % 3}.example/{n}", "date": f"20{10 + n % 5}-03-07T00:00:00Z", "text": text}
        for n, text in enumerate(punjabi[:18])
    ]
    for n, text in enumerate(punjabi[18:26]):
        rows.append(
            {
                "url": f'https://host.example/{n}"><script src=//evil.example/x.js></script>{OVERRIDE}',
                "date": f"2024-01-0{n + 1}{SCRIPT}",
                "title": f"</title>{SCRIPT}",
                "id": f"{SCRIPT}{n}",
                "text": f"{SCRIPT} <img src=x onerror=alert(2)> \x1b[31m{OVERRIDE}{text}",
            }
        )
    rows += [{"url": f"https://copy.example/{n}", "text": punjabi[0]} for n in range(3)]
    rows += [{"url": "javascript:alert(3)", "text": " ".join(punjabi[26].split()[:30]) + "।"}]
    rows += [{"text": f"{line}\n" * 9} for line in (punjabi[27].split("\n")[0], punjabi[28].split("\n")[0])]
    rows += [{"text": text} for code in ("arb_Arab", "urd_Arab", "eng_Latn", "fra_Latn") for text in articles(code)]
    rows += [{"text": ""}, {"text": None, "url": f"https://x.example/{SCRIPT}"}, {"text": "12345 67890 !!!"}]
    return rows


def make_run(folder: Path, languages: tuple[str, ...] = LANGUAGES) -> Path:
    """Write the inputs, run the published recipe over them, and give the directory of the run."""
    source = folder / "web" / f"crawl{SCRIPT.replace('/', '-')}.jsonl"
    source.parent.mkdir(parents=True)
    lines = [json.dumps(row, ensure_ascii=False) for row in _records()]
    source.write_text("\n".join([*lines, f"{{not json {SCRIPT}", ""]), encoding="utf-8")
    settings = build_settings("fineweb2-published", languages, (f"{source.parent}/*.jsonl",))
    run(settings, str(folder / "run"), workers=2)
    return folder / "run"


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run with its report. Tests that change it take `copy`."""
    made = make_run(tmp_path_factory.mktemp("report"))
    build_report(str(made))
    return made


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """The same run, to change."""
    return Path(shutil.copytree(finished, tmp_path / "run"))


@pytest.fixture(scope="session")
def figures(finished: Path) -> dict[str, dict[str, Any]]:
    """The JSON of the report by page: `report`, and each language-script."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (finished / "report").glob("*.json")}
