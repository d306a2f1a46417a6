"""The benchmarks, one file each: documents, sides, rows."""
