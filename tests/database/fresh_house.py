"""A library with plays over which it is judged who follows what."""

from datetime import timedelta
from typing import Any

from candidate_house import House
from hand import Hand
from sqlalchemy import insert, select, update

from episodarr.catalogue.fresh_choices import FreshChoices
from episodarr.catalogue.freshness import Freshness
from episodarr.catalogue.keep_fresh import KeepFresh
from episodarr.database.engine import Database
from episodarr.database.fresh import StoredFreshness
from episodarr.database.schema import series
from episodarr.database.schema_play_states import playing_now
from episodarr.database.schema_requests import request_series, requests
from episodarr.database.schema_watching import play_items, play_viewers
from episodarr.episode.identity import ConnectionId
from episodarr.settings import read


class FreshHouse(House):
    """Shows by Sonarr's number; `id` gives ours."""

    def __init__(self, database: Database, clock: Hand, sonarr: ConnectionId, **environment: str) -> None:
        super().__init__(database, clock, sonarr)
        self.store = StoredFreshness(database)
        self.settings = read({f"EPISODARR_{name.upper()}": value for name, value in environment.items()})
        self.choices = FreshChoices(self.settings, self.store, clock)
        self.soon: list[int] = []
        self.told: list[int] = []
        self.keeping = KeepFresh(None, self.catalogue, self.store, self.choices, clock, lambda: self.told.append(1))  # type: ignore[arg-type]
        self.freshness = Freshness(self.store, self.choices, self.keeping, clock, lambda: self.soon.append(1))

    def id(self, number: int) -> Any:
        return self.catalogue.known_series(self.sonarr)[number].id

    def of(self, number: int) -> Any:
        return self.store.show(self.id(number))

    def followed(self) -> list[str]:
        return [one.title for one in self.store.shows("followed", "", 100, None)[0]]

    def settle(self) -> tuple[int, int]:
        told = self.keeping.settle()
        return told.followed, told.let_go

    def ask_for(self, number: int, *, ago: float, by: str = "Ada", standing: bool = True) -> None:
        at = self.clock() - timedelta(days=ago)
        blank = {c.name: "" for c in requests.c if c.type.python_type is str}
        zero = {c.name: 0 for c in requests.c if c.type.python_type is int}
        values = blank | zero | {"connection_id": self.sonarr, "number": int(ago * 1000), "requester": by}
        values |= {"all_seasons": True, "is_4k": False, "standing": standing}
        values |= {"created_at": at, "updated_at": at, "said_at": at}
        values.pop("id", None)
        with self.database.writing() as db:
            key = db.execute(insert(requests).values(values)).inserted_primary_key[0]
            db.execute(insert(request_series).values(request_id=key, series_id=self.id(number), current=True))

    def plays_now(self, number: int) -> None:
        """Ada plays what she has played of the show before."""
        i = play_items.c
        with self.database.writing() as db:
            item = db.execute(select(i.id).where(i.key.startswith(f"{number}-")).limit(1)).scalar()
            viewer = db.execute(select(play_viewers.c.id).limit(1)).scalar()
            values = {"connection_id": self.tautulli, "item_id": item, "viewer_id": viewer, "paused": False}
            db.execute(insert(playing_now).values(values | {"since": self.clock(), "seen_at": self.clock()}))

    def set(self, number: int, **values: Any) -> None:
        with self.database.writing() as db:
            db.execute(update(series).where(series.c.id == self.id(number)).values(**values))

    def line(self, *, followed_only: bool = False) -> list[str]:
        return sorted(one.title for one in self.store.waiting(self.sonarr, self.clock(), followed_only=followed_only))
