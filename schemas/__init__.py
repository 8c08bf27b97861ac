"""The words all stages share: what the data is. Opens nothing and calls nobody."""
