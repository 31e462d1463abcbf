"""A catalogue with plays, and what is proposed over them."""

from datetime import timedelta
from typing import Any

from answers import entry, episode, episodes, file, series
from hand import Hand
from sqlalchemy import insert

from episodarr.catalogue.ports import ReadSeries
from episodarr.database.candidates import StoredHoldings
from episodarr.database.catalogue import StoredCatalogue
from episodarr.database.engine import Database
from episodarr.database.ledger import Books
from episodarr.database.rules import StoredRules
from episodarr.database.schema import connections
from episodarr.database.watching import StoredPlays
from episodarr.deletion.holding import Level
from episodarr.deletion.model import About, Question, Reading
from episodarr.deletion.propose import Propose
from episodarr.deletion.rules import (
    All,
    Rule,
    Safeguards,
)
from episodarr.episode.identity import ConnectionId, source
from episodarr.episode.ledger import Ledger
from episodarr.watching.model import ItemKind, Play, PlayedItem, PlayId, Viewer

GB = 10**9
ADA, BEN = Viewer("12", "ada"), Viewer("13", "ben")
CALM = Safeguards(in_progress_days=0, next_up_days=0, requested_days=0, latest_season=False, tags=())


class House:
    """A catalogue with plays, and candidates over them."""

    def __init__(self, database: Database, clock: Hand, sonarr: ConnectionId) -> None:
        self.database, self.clock, self.sonarr = database, clock, sonarr
        self.ledger = Ledger(Books(database, clock), clock, lambda judged: None)
        self.catalogue = StoredCatalogue(database, self.ledger, clock)
        self.plays = StoredPlays(database, clock)
        self.holdings = StoredHoldings(database)
        self.readings_now: list[Reading] = []
        self.propose = Propose(self.holdings, StoredRules(database), self, clock)
        now = clock()
        row = {"kind": "tautulli", "name": "Tautulli", "settings": "{}", "enabled": True, "from_environment": False}
        with database.writing() as db:
            made = db.execute(insert(connections).values(row | {"created_at": now, "updated_at": now}))
            self.tautulli = ConnectionId(made.inserted_primary_key[0])
        self.fresh()
        self._numbers = 0

    def readings(self) -> list[Reading]:
        return self.readings_now

    def fresh(self) -> None:
        now = self.clock()
        told = ((About.PLAYS, self.tautulli, "Tautulli"), (About.PLAYING, self.tautulli, "Tautulli"))
        self.readings_now = [Reading(about, one, name, now, 3600) for about, one, name in told]
        self.readings_now.append(Reading(About.CATALOGUE, self.sonarr, "Sonarr", now, 3600))

    def show(
        self, number: int, files: dict[tuple[int, int], int], *, age: int = 100, lacking: int = 0, **more: Any
    ) -> None:
        """A show with files of the given bytes; `age`: days since they were added."""
        numbers = sorted({season for season, _ in files})
        listed = [{"seasonNumber": one, "monitored": True, "statistics": {}} for one in numbers]
        told = {"status": "ended", "seriesType": "standard", "path": f"/tv/{number}", "rootFolderPath": "/tv/"}
        one = entry(series(number, seasons=listed, **(told | more)))
        present = [held.sonarr_id for held in self.catalogue.known_series(self.sonarr).values()]
        self.catalogue.write_listing(self.sonarr, [(one, one.decode())], present, self.clock())
        added = (self.clock() - timedelta(days=age)).isoformat().replace("+00:00", "Z")
        base = number * 10_000
        rows = [
            episode(place, season=season, id_=base + season * 100 + place, file=base + season * 100 + place)
            for season, place in files
        ]
        rows += [episode(90 + place, season=1, id_=base + 900 + place) for place in range(lacking)]
        bodies = [
            file(base + season * 100 + place, size, seasonNumber=season, dateAdded=added)
            for (season, place), size in files.items()
        ]
        self.read(number, rows, bodies)

    def read(self, number: int, rows: list[dict[str, Any]], bodies: list[dict[str, Any]]) -> None:
        key = self.catalogue.known_series(self.sonarr)[number].id
        self.catalogue.write_episodes(
            source("Sonarr", self.sonarr), [ReadSeries(key, episodes(rows, bodies))], self.clock()
        )

    def watch(self, number: int, season: int, place: int, *, ago: int, by: Viewer = ADA, whole: bool = True) -> None:
        self._numbers += 1
        at = self.clock() - timedelta(days=ago)
        of = PlayedItem(
            ItemKind.EPISODE,
            key=f"{number}-{season}-{place}",
            guid=f"plex://episode/{number}-{season}-{place}",
            series_title=f"Show {number}",
            season=season,
            number=place,
        )
        one = PlayId(self._numbers)
        play = Play(one, one, by, of, at - timedelta(hours=1), at, 3000, 100 if whole else 40, whole)
        self.plays.take(self.tautulli, [play])
        self.plays.match(self.tautulli)
        self.plays.settle(self.tautulli)

    def found(self, rule: Rule, **asked: Any) -> list[str]:
        page = self.propose.preview(rule, Question(**({"limit": 100} | asked)))
        return [named(one.held) for one in page.items]

    def totals(self, rule: Rule) -> dict[str, tuple[int, int, int]]:
        told = self.propose.preview(rule, Question()).totals
        return {name.value: (one.count, one.files, one.size) for name, one in told.items() if one.count}


def named(held: Any) -> str:
    place = "" if held.season_number is None else f" S{held.season_number}"
    return held.title + place + "".join(f"E{number}" for _, number, _ in held.episodes)


def rule(level: Level, *when: Any, unless: Safeguards = CALM) -> Rule:
    return Rule(level, All(when), unless)
