"""The per-language quality report."""
