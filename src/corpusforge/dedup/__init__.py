"""Near-duplicates: signatures, candidates, verified edges, clusters."""
