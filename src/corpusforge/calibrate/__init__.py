"""Thresholds and stop words of a language, computed from reference text."""
