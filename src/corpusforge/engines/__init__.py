"""Engines decide where and when a node runs. They know nodes, never stages."""
