"""Mixtures of what runs hold: counting their text, planning, building."""
