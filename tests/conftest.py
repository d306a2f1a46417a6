"""What tests share: the repository, the shared data, and small inputs made of the sample crawl's articles (written by us)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import settings

CRASH_SEED = 20241122
REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CORPUSFORGE_SHARED", REPOSITORY.parent / "shared"))


# No test is timed: a first call loads compiled code. A gate that fails must fail again: in CI, hypothesis draws the same
# examples every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_report_header() -> str:
    """Seeds, so that a failure can be had again."""
    return f"crash tests: CORPUSFORGE_CRASH_SEED={os.environ.get('CORPUSFORGE_CRASH_SEED', CRASH_SEED)}"


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared data; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"no shared data at {SHARED}; set CORPUSFORGE_SHARED")
    return SHARED


@pytest.fixture(scope="session")
def golden(shared: Path) -> Callable[[str], Path]:
    """`golden(name)`: the path of a file made by the reference implementation, never copied."""

    def path(name: str) -> Path:
        file = shared / "golden" / name
        if not file.exists():
            pytest.skip(f"{file} is absent; set CORPUSFORGE_SHARED to the folder that holds golden/")
        return file

    return path


@pytest.fixture(scope="session")
def published_tables(shared: Path) -> Path:
    """The folder of FineWeb2's published tables, by path."""
    tables = shared / "data" / "fineweb2_reference"
    if not tables.is_dir():
        pytest.skip(f"{tables} is absent; set CORPUSFORGE_SHARED to the folder that holds data/")
    return tables


def articles(code: str) -> list[str]:
    """Texts of the sample crawl's articles in a language-script."""
    folder = REPOSITORY / "sample_crawl" / "articles" / code
    return [
        path.read_text(encoding="utf-8").split("\n\n", 1)[1].strip().replace("\n\n", "\n")
        for path in sorted(folder.glob("*.txt"))
    ]


def write_jsonl(path: Path, texts: Iterable[str]) -> Path:
    """A JSONL file with one document per text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (
        json.dumps(
            {"id": f"{path.stem}-{n}", "url": f"https://{path.stem}.example/{n}", "text": text}, ensure_ascii=False
        )
        for n, text in enumerate(texts)
    )
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def corpusforge() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the program as a user does: `corpusforge("plan", ...)` -> exit code, stdout, stderr."""

    def call(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "NO_COLOR": "1", **options.pop("env", {})}  # type: ignore[dict-item]
        return subprocess.run(
            [sys.executable, "-m", "corpusforge", *map(str, arguments)],
            capture_output=True,
            text=True,
            env=environment,
            timeout=600,
            **options,  # type: ignore[call-overload]
        )

    return call


@pytest.fixture(scope="session")
def small_inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three JSONL files: Punjabi articles with a copy and a near copy, short texts, other languages."""
    folder = tmp_path_factory.mktemp("small") / "web"
    punjabi = articles("pan_Guru")
    hindi, english = articles("hin_Deva"), articles("eng_Latn")
    near = punjabi[1] + "\n" + punjabi[2].split("\n")[0]
    write_jsonl(folder / "a.jsonl", [*punjabi[:8], *hindi])
    write_jsonl(folder / "b.jsonl", [*punjabi[8:14], punjabi[0], near, " ".join(punjabi[20].split()[:48]) + "।"])
    write_jsonl(folder / "c.jsonl", [*english, "\n".join([punjabi[3].split("\n")[0]] * 12), *punjabi[14:18]])
    return folder
