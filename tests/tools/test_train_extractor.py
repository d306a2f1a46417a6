"""Training on made-up pages: it learns what they show, and the same pages give the same file."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("lightgbm", reason="training needs the extra 'train'")
pytest.importorskip("fastwarc.warc")

from benchmarks.gold_pages import is_test, score, snippet_score, tokens
from tools.gold_blocks import block_tokens, labels

from corpusforge.html.forest import read_model, write_model
from corpusforge.html.scan import scan
from tools import train_extractor as tool

SENTENCES = ("Пшеницу убирают в середине апреля, когда стоит сухая погода.", "小麦在四月中旬收割，全家人都到田里去。")


def made_up(seed: int) -> tuple[str, str]:
    """(page, its main text)."""
    rng = np.random.default_rng(seed)
    paragraphs = [f"{SENTENCES[seed % 2]} {number} " * 3 for number in rng.integers(0, 99, 6)]
    links = "".join(f"<li><a href=x>link {number}</a></li>" for number in rng.integers(0, 99, 9))
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    return f"<ul>{links}</ul><div class=c{seed}>{body}</div><ul>{links}</ul>", "\n".join(paragraphs)


def test_labels_are_the_share_of_a_blocks_words_in_the_gold_text() -> None:
    blocks = block_tokens(scan("<p>menu one</p><p>the long harvest begins</p><p>the long winter</p><p>one</p>"))
    found = labels(blocks, "The long harvest begins.\n\nThe long summer")
    assert found is not None
    assert found.tolist() == pytest.approx([0, 1, 2 / 3, 0])
    assert labels(block_tokens(scan("")), "text").tolist() == []  # type: ignore[union-attr]


def test_it_learns_and_is_repeatable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "FIRST_TREES", 20)
    monkeypatch.setattr(tool, "SECOND_TREES", 20)
    monkeypatch.setattr(tool, "SETTINGS", tool.SETTINGS | {"learning_rate": 0.3, "min_data_in_leaf": 5})
    pages = [made_up(seed) for seed in range(24)]
    examples = [tool.example(f"site{number % 8}.example", *page) for number, page in enumerate(pages)]
    files = []
    for name in "ab":
        first, second = tool.train([one for one in examples if one is not None])
        write_model(tmp_path / name, first, second, tool.THRESHOLD, {})
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]
    model = read_model(tmp_path / "a")
    html, gold = made_up(1_000)
    assert score(tool.chosen_text(html, model.first, model.second), gold) == (1, 1, 1)


def test_scores_by_hand() -> None:
    assert tokens("Ab, c-d 漢字 Żó1") == ["ab", "c", "d", "漢", "字", "żó1"]
    # ours: a a b; gold: a b b c; common: a b
    precision, recall, f1 = score("a a b", "a b b c")
    assert (precision, recall, f1) == pytest.approx((2 / 3, 2 / 4, 4 / 7))
    assert score("", "a") == (0, 0, 0)


def test_snippets_by_hand() -> None:
    from benchmarks.gold_pages import Page

    page = Page("s", "u", "x.example", "en", "", None, wanted=("a", "b"), unwanted=("c", "d"))
    precision, recall, f1 = snippet_score(["a c"], [page])  # 1 found, 1 missed, 1 wrong
    assert (precision, recall, f1) == (0.5, 0.5, 0.5)


def test_the_split_is_by_site_and_holds_out_about_a_quarter() -> None:
    held_out = [is_test(f"site{number}.example") for number in range(2_000)]
    assert 0.2 < sum(held_out) / len(held_out) < 0.3
