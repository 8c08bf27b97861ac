"""What the pages read from the database: SQLAlchemy Core, plain values out, one module for each subject."""
