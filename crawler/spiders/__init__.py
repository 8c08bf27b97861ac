"""One thin file for each source: what to ask. Each offers its Source as SOURCE."""
