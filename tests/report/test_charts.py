"""Charts: bars and thresholds stand where their numbers say, labels never cover each other."""

from typing import Any

from corpusforge.report.charts import WIDTH, histogram_chart


def rule(operator: str, bound: float, inactive: str | None = None) -> dict[str, Any]:
    return {"operator": operator, "bound": bound, "inactive": inactive}


def figure(edges: list[float], kept: list[int], scale: str = "linear") -> dict[str, Any]:
    return {"edges": edges, "kept": kept, "removed": [0] * len(kept), "scale": scale, "tallest": max(kept, default=0)}


def chart(*arguments: Any) -> dict[str, Any]:
    drawn = histogram_chart(*arguments)
    assert drawn is not None
    return drawn


def test_a_threshold_stands_at_its_value_and_shades_the_side_that_breaks_the_rule() -> None:
    drawn = chart(figure([0, 1, 2, 3, 4], [1, 2, 3, 4]), [rule("<", 1), rule(">", 3)])
    below, above = drawn["marks"]
    assert float(below["line"]) == WIDTH / 4
    assert below["shade"] == ("0", "80")
    assert float(above["line"]) == WIDTH * 3 / 4
    assert above["shade"] == ("240", "80")


def test_a_threshold_outside_is_named_with_an_arrow() -> None:
    drawn = chart(figure([0, 1, 2], [1, 1]), [rule(">", 100_000), rule("<", -5)])
    assert [(mark["text"], mark["line"]) for mark in drawn["marks"]] == [("← < -5", None), ("> 100,000 →", None)]


def test_a_zero_on_a_logarithmic_scale_lies_to_the_left() -> None:
    drawn = chart(figure([1, 10, 100], [1, 1], "log"), [rule("==", 0)])
    assert drawn["marks"][0]["text"] == "← = 0"


def test_rules_that_are_off_are_not_drawn() -> None:
    assert chart(figure([0, 1], [1]), [rule("<", 0.5, "off")])["marks"] == []


def test_labels_that_would_touch_stand_in_rows() -> None:
    drawn = chart(figure([0, 1, 2], [1, 1]), [rule("<", 0.5), rule("<", 0.55), rule(">", 1.9)])
    assert [mark["row"] for mark in drawn["marks"]] == [0, 1, 0]


def test_the_tallest_bar_fills_the_plot_and_a_single_document_can_be_seen() -> None:
    drawn = chart(figure([0, 1, 2], [10_000, 1]), [])
    assert drawn["bars"][0]["kept"]["height"] == drawn["plot"]
    assert float(drawn["bars"][1]["kept"]["height"]) >= 1


def test_without_values_there_is_no_chart() -> None:
    assert histogram_chart(figure([], []), []) is None
