"""Compliance cost: the public calculator, the guided form of officers, every step in words."""
