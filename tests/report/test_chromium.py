"""The report in a real browser: it is drawn, complains of nothing, asks the network for nothing, runs nothing."""

from pathlib import Path

import pytest
from tests.report.chromium import executable, look

pytestmark = pytest.mark.skipif(executable() is None, reason="no Chromium here; Debian: apt-get install chromium")

MEASURED = """({
  scripts: document.scripts.length,
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  height: document.documentElement.scrollHeight,
  title: document.querySelector('h1').getBoundingClientRect().height,
  bars: [...document.querySelectorAll('svg rect.is-kept')].filter(bar => bar.getBoundingClientRect().height > 0).length,
  paper: getComputedStyle(document.body).backgroundColor,
})"""


@pytest.mark.parametrize("name", ["index", "pan_Guru", "urd_Arab"])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (420, True)])
def test_it_is_drawn_and_loads_nothing(finished: Path, name: str, width: int, dark: bool) -> None:
    page = (finished / "report" / f"{name}.html").as_uri()
    seen = look(page, MEASURED, width=width, dark=dark)
    assert seen.complaints == []
    assert [url for url in seen.requests if not url.startswith("data:")] == [page]
    assert seen.value["scripts"] == 0
    assert seen.value["wide"] == 0  # tables scroll in their own boxes
    assert seen.value["height"] > 1500 and seen.value["title"] > 20 and seen.value["bars"] > 2
    assert seen.value["paper"] == ("rgb(20, 24, 27)" if dark else "rgb(250, 249, 245)")
    assert seen.picture.startswith(b"\x89PNG") and len(seen.picture) > 20_000
