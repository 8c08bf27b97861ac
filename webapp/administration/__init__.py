"""/quan-tri: people, their roles, the audit trail."""
