"""What users chose, in the database."""

from sqlalchemy import delete, func, insert, select

from episodarr.database.engine import Database
from episodarr.database.schema_people import preferences

_MOST = 100
"""Names of one user; there are a handful of lists."""
_c = preferences.c


class StoredPreferences:
    """PreferenceStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def preference(self, user_id: int, name: str) -> str | None:
        """See PreferenceStore."""
        with self._database.reading() as db:
            found: str | None = db.execute(select(_c.value).where(_c.user_id == user_id, _c.name == name)).scalar()
        return found

    def set_preference(self, user_id: int, name: str, value: str | None) -> None:
        """See PreferenceStore."""
        with self._database.writing() as db:
            db.execute(delete(preferences).where(_c.user_id == user_id, _c.name == name))
            if value is None:
                return
            kept = db.execute(select(func.count()).where(_c.user_id == user_id)).scalar() or 0
            if kept >= _MOST:
                raise ValueError(f"name: more than {_MOST} choices are not kept")
            db.execute(insert(preferences).values(user_id=user_id, name=name, value=value))
