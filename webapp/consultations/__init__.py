"""Consultations: drafts, comments, moderation, answers."""
