"""What we claim, anyone can re-measure: `python -m bench NAME …` prints one JSON object on stdout."""
