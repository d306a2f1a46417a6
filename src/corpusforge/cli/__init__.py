"""The commands, one file each; thin. The same things are a Python API (`corpusforge.api`)."""
