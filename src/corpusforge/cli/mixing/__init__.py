"""The commands below `corpusforge mix`."""
