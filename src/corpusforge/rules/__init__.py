"""Decisions over signals: conditions, filter sets, and what they say about a table of documents."""
