"""The scoreboard: indicators by ministry, each number with its rows."""
