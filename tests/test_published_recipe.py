"""`fineweb2-published` is the published pipeline; `fineweb2-style` differs from it in its rules and signatures."""

from corpusforge.recipe import load_recipe

PUBLISHED = ("gopher_repetition", "fineweb_quality", "gopher_quality")


def test_the_published_recipe_has_the_published_rules_in_their_order() -> None:
    stages = load_recipe("fineweb2-published").dataset.stages
    assert stages["decide"].rules == ("duplicates", *PUBLISHED)  # type: ignore[attr-defined]
    assert stages["signals"].sets == PUBLISHED  # type: ignore[attr-defined]


def test_the_two_recipes_differ_in_rules_and_signatures_only() -> None:
    style, published = (load_recipe(name).dataset.stages for name in ("fineweb2-style", "fineweb2-published"))
    assert list(style) == list(published)
    changed = {"signals", "decide", "signature"}
    assert {name for name in style if style[name] != published[name]} == changed
    assert (style["signature"].kind_, published["signature"].kind_) == ("corpusforge", "datatrove")  # type: ignore[attr-defined]
