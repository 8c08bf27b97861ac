"""The JSON twin of the pages, under /api/v1; its OpenAPI 3.1 description is generated from the models."""
