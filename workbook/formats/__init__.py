"""Dates and times as each language writes them, where Django writes them in another way."""
