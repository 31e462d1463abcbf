"""What users chose, on both databases: kept for each, gone with the account, and not without end."""

import pytest
from hand import Hand
from sqlalchemy import delete

from episodarr.database.accounts import StoredAccounts
from episodarr.database.engine import Database
from episodarr.database.preferences import StoredPreferences
from episodarr.database.schema import users


def test_choices_are_kept_for_each_user(database: Database, clock: Hand) -> None:
    accounts, kept = StoredAccounts(database), StoredPreferences(database)
    anna, ben = (accounts.add_user(name, "x", "admin", clock()).id for name in ("anna", "ben"))
    kept.set_preference(anna, "columns:plays", '["who"]')
    kept.set_preference(anna, "columns:plays", '["what"]')
    kept.set_preference(ben, "columns:plays", '["when"]')
    assert (kept.preference(anna, "columns:plays"), kept.preference(ben, "columns:plays")) == ('["what"]', '["when"]')
    kept.set_preference(anna, "columns:plays", None)
    assert kept.preference(anna, "columns:plays") is None
    with database.writing() as db:
        db.execute(delete(users).where(users.c.id == ben))
    assert kept.preference(ben, "columns:plays") is None


def test_nobody_fills_the_database_with_choices(database: Database, clock: Hand) -> None:
    kept = StoredPreferences(database)
    anna = StoredAccounts(database).add_user("anna", "x", "admin", clock()).id
    for number in range(100):
        kept.set_preference(anna, f"columns:l{number}", "[]")
    kept.set_preference(anna, "columns:l7", '["a"]')
    with pytest.raises(ValueError, match="more than 100"):
        kept.set_preference(anna, "columns:one-more", "[]")
