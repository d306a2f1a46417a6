"""Models, loaded once per worker."""
