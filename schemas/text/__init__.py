"""The grammar of Vietnamese legal text that all stages share. Pure functions."""
