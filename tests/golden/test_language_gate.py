"""The language gate on real texts in 34 languages, each wanted in turn: what is identified as the wanted one goes on."""

import html
from collections import Counter

import polars as pl
import pyarrow as pa

from corpusforge.stages.identify import Identifier
from corpusforge.stages.language_gate import LanguageGate
from corpusforge.stages.options import Identify
from corpusforge.stages.options import LanguageGate as Options

EVERY = 5  # documents
MENU = "<ul>" + "".join(f"<li><a href='/{n}'>Read more about this topic</a></li>" for n in range(10)) + "</ul>"


def test_documents_in_a_wanted_language_go_on_and_most_others_end(documents: pl.DataFrame) -> None:
    texts = documents["text"].to_list()[::EVERY]
    identified = Identifier("lid176", sample=Identify().sample)(pa.array(texts, pa.large_string())).to_pylist()
    codes = [f"{row['language']}_{row['language_script']}" for row in identified]
    pages = pa.array(
        [f"<html><body>{MENU}<p>{html.escape(text)}</p></body></html>" for text in texts], pa.large_string()
    )
    own = lost = other = ended = 0
    for code, count in Counter(codes).items():
        if code == "None_None" or count < 5:
            continue
        ends = LanguageGate([code], "lid176", None, Options())(pages)["ends"].to_pylist()
        own += count
        lost += sum(end for end, found in zip(ends, codes, strict=True) if found == code)
        other += len(codes) - count
        ended += sum(end for end, found in zip(ends, codes, strict=True) if found != code)
    assert own > 500 and lost <= 0.005 * own
    assert ended >= 0.9 * other
