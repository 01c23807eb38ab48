"""Markdown in, immutable books out: no database, no views."""

from workbook.chapters.loader import library, site_pages

__all__ = ["library", "site_pages"]
