"""Real services for tests: PostgreSQL and Elasticsearch, started unprivileged on loopback."""
