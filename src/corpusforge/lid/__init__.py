"""Training and judging language identification on labelled text."""
