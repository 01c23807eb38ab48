"""Markdown in, immutable books out: no database, no views."""
