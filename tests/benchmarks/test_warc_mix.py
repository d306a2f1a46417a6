"""The crawl file of the whole job: its share of the wanted language, by a seed."""

from pathlib import Path

import pytest
from benchmarks.protocol import Missing
from benchmarks.warc_mix import Page, mix, write
from warcio.archiveiterator import ArchiveIterator

PAGES = [
    Page(f"https://{code}.example/{number}", f"<p>{code} {number}".encode(), code)
    for code, count in (("ell_Grek", 6), ("fra_Latn", 400), ("rus_Cyrl", 400), ("", 100))
    for number in range(count)
]


def test_one_page_in_a_hundred_is_in_the_wanted_language():
    chosen = mix(PAGES, 300, "ell_Grek")
    assert (len(chosen), sum(page.code == "ell_Grek" for page in chosen)) == (300, 3)
    assert len(set(chosen)) == 300


def test_the_file_shrinks_when_pages_of_the_wanted_language_are_few():
    assert len(mix(PAGES, 5000, "ell_Grek")) == 600


def test_pages_come_again_under_other_urls_to_fill_a_file():
    chosen = mix(PAGES, 2000, "ell_Grek", repeat=True)
    assert (len(chosen), sum(page.code == "ell_Grek" for page in chosen)) == (2000, 20)
    assert len({page.url for page in chosen}) == 2000
    assert len({page.payload for page in chosen}) == 906


def test_the_others_may_be_of_one_script():
    chosen = mix(PAGES, 100, "ell_Grek", script="Latn")
    assert {page.code for page in chosen} == {"ell_Grek", "fra_Latn"}


def test_the_same_seed_gives_the_same_pages():
    assert mix(PAGES, 300, "ell_Grek") == mix(list(PAGES), 300, "ell_Grek")


def test_a_language_without_pages_is_named():
    with pytest.raises(Missing, match="tel_Telu"):
        mix(PAGES, 100, "tel_Telu")


def test_bodies_are_those_of_the_pages(tmp_path: Path):
    chosen = mix(PAGES, 20, "ell_Grek")
    write(chosen, tmp_path / "mix.warc.gz")
    with (tmp_path / "mix.warc.gz").open("rb") as stream:
        read = [
            (one.rec_headers.get_header("WARC-Target-URI"), one.content_stream().read())
            for one in ArchiveIterator(stream)
        ]
    assert read == [(page.url, page.payload) for page in chosen]
