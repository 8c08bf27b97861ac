"""Petitions: sending, following, the officers’ desk, figures."""
