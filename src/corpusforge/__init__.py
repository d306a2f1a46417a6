"""corpusforge: multilingual pretraining-data curation with one known fate for every record."""

__version__ = "0.1.0"
