"""Receipts that prove a comment: signed entries in a public, append-only Merkle log (RFC 9162)."""
