"""Groups of the names that pages give their elements."""

import numpy as np
import pytest

from corpusforge.html import keywords as k


def groups(name: str) -> set[str]:
    data = np.frombuffer(name.encode(), np.uint8)
    mask = int(k.name_mask(data, 0, len(data), k.STEPS, k.FOUND))
    return {group for group, bit in k.BIT.items() if mask >> bit & 1}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", set()),
        ("x", set()),
        ("sidebar", {"sidebar"}),
        ("adSidebar", {"ad", "sidebar"}),
        ("ad", {"ad"}),
        ("AD-3", {"ad"}),
        ("shadow", set()),  # no word of its own, no group
        ("navBar main_menu", {"nav", "main"}),
        ("blog_content", {"post", "content"}),
        ("compost", set()),
        ("entry-content", {"post", "content", "articlebody"}),
        ("breadcrumbs", {"breadcrumb"}),
        ("kommentare", {"comment"}),
        ("Überschrift ärger", set()),
    ],
)
def test_groups(name: str, expected: set[str]) -> None:
    assert groups(name) == expected


def test_every_pattern_is_found_in_a_name_made_of_it() -> None:
    for group, patterns in k.GROUPS.items():
        for pattern in patterns.split():
            assert group in groups(f"q-{pattern.strip('-')}-q"), pattern
