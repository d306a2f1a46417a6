"""Segmenters, Unicode tables and the compiled kernels over Arrow text."""
