"""Mail: written to an outbox with the change it tells of, sent by the worker."""
