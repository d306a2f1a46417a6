"""Near-duplicates of one language, as nodes of the graph: each reads and writes files, none holds more than its budget."""
