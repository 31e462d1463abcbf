"""SQLite and PostgreSQL behind the capabilities' ports: SQLAlchemy Core, sync, set-based."""
