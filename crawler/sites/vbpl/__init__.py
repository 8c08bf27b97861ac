"""Parser of vbpl.vn, the national database of legal documents (its JSON gateway as of 2026).

Pure: pages in, record out. What is not as described in docs/sources.md raises ParseError.
"""

from .record import files_needed, parse

__all__ = ["files_needed", "parse"]
