"""The second words of `train` and `eval`, one file each."""
