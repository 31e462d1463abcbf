"""SQLite and PostgreSQL behind the capabilities' ports: SQLAlchemy Core, sync, set-based."""

from episodarr.database import (
    schema_capacity,
    schema_consent,
    schema_deletion,
    schema_fresh,
    schema_histories,
    schema_history_imports,
    schema_imports,
    schema_journal,
    schema_movies,
    schema_people,
    schema_play_states,
    schema_requests,
    schema_watching,
)

__all__ = [
    "schema_capacity",
    "schema_consent",
    "schema_deletion",
    "schema_fresh",
    "schema_histories",
    "schema_history_imports",
    "schema_imports",
    "schema_journal",
    "schema_movies",
    "schema_people",
    "schema_play_states",
    "schema_requests",
    "schema_watching",
]
