"""What is tested is what is shipped."""

import os
from importlib.resources import files
from pathlib import Path

import pytest

import corpusforge


def test_the_built_wheel_is_what_is_tested() -> None:
    repository = os.environ.get("CORPUSFORGE_REPOSITORY")
    if repository is None:
        pytest.skip("not run by `make test`: the checkout is tested, not the wheel")
    assert not Path(corpusforge.__file__).is_relative_to(Path(repository) / "src")


def test_data_ships_inside_the_package() -> None:
    data = files("corpusforge") / "_data"
    for name in (
        "pipelines/fineweb2-style.yaml",
        "filters/gopher_quality.yaml",
        "language_configs/pan_Guru.yaml",
        "mixtures/unimax.yaml",
    ):
        assert data.joinpath(name).is_file()
    crawl = files("corpusforge") / "sample_crawl"
    assert sum(".warc" in file.name for file in crawl.iterdir()) == 6
