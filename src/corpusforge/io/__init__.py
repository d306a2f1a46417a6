"""Input and storage: where bytes come from, how they become rows, and how results are put down."""
