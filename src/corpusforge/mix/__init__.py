"""Rebalancing, sampling and curricula: the arithmetic of a mixture, without reading a run."""
