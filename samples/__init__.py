"""The sample portal: an invented country's regulation, written for this project, and how it is served."""
