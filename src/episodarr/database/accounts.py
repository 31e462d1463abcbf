"""Users, sessions and API keys in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from episodarr.accounts.model import ApiKey, NameTaken, Role, StoredUser, User
from episodarr.database.engine import Database
from episodarr.database.schema import api_keys, sessions, users

_USER = (users.c.id, users.c.name, users.c.role, users.c.created_at, users.c.last_seen_at)
_KEY = (
    api_keys.c.id,
    api_keys.c.name,
    api_keys.c.scope,
    api_keys.c.created_at,
    api_keys.c.last_used_at,
    api_keys.c.preset,
)


class StoredAccounts:
    """AccountStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def any_user(self) -> bool:
        """See AccountStore."""
        with self._database.reading() as db:
            return db.execute(select(users.c.id).limit(1)).first() is not None

    def add_first_user(self, name: str, password_hash: str, now: datetime) -> User | None:
        """See AccountStore."""
        with self._database.writing() as db:
            if db.execute(select(users.c.id).limit(1)).first() is not None:
                return None
            return _add(db, name, password_hash, Role.ADMIN.value, now)

    def add_user(self, name: str, password_hash: str, role: str, now: datetime) -> User:
        """See AccountStore."""
        with self._database.writing() as db:
            if db.execute(select(users.c.id).where(users.c.folded_name == name.casefold())).first() is not None:
                raise NameTaken(f"There is a user named {name} already")
            return _add(db, name, password_hash, role, now)

    def user_named(self, name: str) -> StoredUser | None:
        """See AccountStore."""
        with self._database.reading() as db:
            asked = select(*_USER, users.c.password_hash).where(users.c.folded_name == name.casefold())
            return _stored(db.execute(asked).first())

    def user(self, user_id: int) -> StoredUser | None:
        """See AccountStore."""
        with self._database.reading() as db:
            return _stored(db.execute(select(*_USER, users.c.password_hash).where(users.c.id == user_id)).first())

    def users(self) -> list[User]:
        """See AccountStore."""
        with self._database.reading() as db:
            return [User(*row) for row in db.execute(select(*_USER).order_by(users.c.id))]

    def set_password(self, user_id: int, password_hash: str, keep_session: str) -> None:
        """See AccountStore."""
        s = sessions.c
        with self._database.writing() as db:
            db.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))
            db.execute(delete(sessions).where(s.user_id == user_id, s.token_hash != keep_session))

    def add_session(self, token_hash: str, user_id: int, now: datetime, expires_at: datetime) -> None:
        """See AccountStore."""
        row = {"token_hash": token_hash, "user_id": user_id, "created_at": now, "expires_at": expires_at}
        with self._database.writing() as db:
            db.execute(delete(sessions).where(sessions.c.expires_at < now))
            db.execute(insert(sessions).values(row))
            db.execute(update(users).where(users.c.id == user_id).values(last_seen_at=now))

    def session(self, token_hash: str, now: datetime) -> User | None:
        """See AccountStore."""
        s = sessions.c
        asked = select(*_USER).join(sessions, s.user_id == users.c.id)
        with self._database.reading() as db:
            row = db.execute(asked.where(s.token_hash == token_hash, s.expires_at > now)).first()
        return User(*row) if row else None

    def end_session(self, token_hash: str) -> None:
        """See AccountStore."""
        with self._database.writing() as db:
            db.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    def keys(self) -> list[ApiKey]:
        """See AccountStore."""
        with self._database.reading() as db:
            return [ApiKey(*row) for row in db.execute(select(*_KEY).order_by(api_keys.c.id))]

    def add_key(self, name: str, scope: str, key_hash: str, now: datetime, *, preset: bool) -> ApiKey:
        """See AccountStore."""
        k = api_keys.c
        row = {"name": name, "scope": scope, "key_hash": key_hash, "preset": preset, "created_at": now}
        with self._database.writing() as db:
            if preset:
                db.execute(delete(api_keys).where(k.preset.is_(True) | (k.key_hash == key_hash)))
            db.execute(insert(api_keys).values(row))
            return ApiKey(*db.execute(select(*_KEY).where(k.key_hash == key_hash)).one())

    def key(self, key_hash: str) -> ApiKey | None:
        """See AccountStore."""
        with self._database.reading() as db:
            row = db.execute(select(*_KEY).where(api_keys.c.key_hash == key_hash)).first()
        return ApiKey(*row) if row else None

    def used_key(self, key_id: int, now: datetime) -> None:
        """See AccountStore."""
        with self._database.writing() as db:
            db.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=now))

    def remove_key(self, key_id: int) -> None:
        """See AccountStore."""
        with self._database.writing() as db:
            db.execute(delete(api_keys).where(api_keys.c.id == key_id))


def _add(db: Any, name: str, password_hash: str, role: str, now: datetime) -> User:
    row = {"name": name, "folded_name": name.casefold(), "password_hash": password_hash, "role": role}
    db.execute(insert(users).values(row | {"created_at": now}))
    return User(*db.execute(select(*_USER).where(users.c.folded_name == name.casefold())).one())


def _stored(row: Any) -> StoredUser | None:
    return StoredUser(User(*row[:5]), row[5]) if row else None
