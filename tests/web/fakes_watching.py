"""Stand-ins of plays, people and preferences: three people, forty plays, one of them under way."""

from dataclasses import replace
from datetime import timedelta

from invented import NOW

from episodarr.overview.answers import Page
from episodarr.overview.plays import Played, PlayFilter, PlayingRow, PlayRow, PlaySummary, ShowSeen, TopShow, Watcher
from episodarr.watching.people import AccountView, PeopleView, PersonView, Suggestion

NAMES = {"p1": "Ada", "v2": "Ben", "v3": "<i>Cleo</i>"}


def _played(number: int) -> Played:
    if number % 7 == 3:
        return Played("movie", "Arrival")
    if number % 7 == 5:
        return Played("episode", "Pilot", "A show that no Sonarr lists", 1, 1)
    return Played("episode", f"Chapter {number}", "Horimiya", 1, number % 13 + 1, 1, 1, None, True)


def _row(number: int) -> PlayRow:
    at = NOW - timedelta(hours=5 * number + 1)
    percent = 35 if number % 4 == 2 else 97
    token = [*NAMES][number % 3]
    return PlayRow(
        f"4-{number}", 4, "Tautulli", "tautulli", _played(number), at, at + timedelta(minutes=24), 1380, percent,
        percent > 80, False, NAMES[token], token,
    )  # fmt: skip


class FakePlays:
    """Answers from the rows; `read` is when the history was read."""

    def __init__(self, *, empty: bool = False) -> None:
        self.rows = [] if empty else [_row(number) for number in range(120)]
        self.read = NOW - timedelta(minutes=5)
        self.asked: list[PlayFilter] = []

    def _fitting(self, wanted: PlayFilter) -> list[PlayRow]:
        self.asked.append(wanted)
        if wanted.person == "x":
            raise ValueError("person: 'x' is none")
        return [
            row
            for row in self.rows
            if (not wanted.person or row.person == wanted.person)
            and wanted.search.casefold() in f"{row.played.series_title} {row.played.title}".casefold()
            and (wanted.start is None or row.started_at >= wanted.start)
            and wanted.finished in {None, row.watched}
            and wanted.series_id in {None, row.played.series_id}
            and wanted.connection_id in {None, row.connection_id}
        ]

    def plays(self, wanted: PlayFilter, limit: int, cursor: str | None, *, names: bool) -> Page[PlayRow]:
        if cursor is not None and not cursor.isdecimal():
            raise ValueError("cursor")
        start = int(cursor or 0)
        found = self._fitting(wanted)
        shown = [row if names else _nameless(row) for row in found[start : start + limit]]
        return Page(shown, len(found), str(start + limit) if start + limit < len(found) else None)

    def summary(self, wanted: PlayFilter, shows: int) -> PlaySummary:
        found = self._fitting(wanted)
        top = [TopShow("Horimiya", 12, 2, 9000, 1), TopShow("Lost & found", 3, 1, 900)] if found else []
        return PlaySummary(len(found), len({row.person for row in found}), 1380 * len(found), top[:shows])

    def playing(self, limit: int, *, names: bool) -> list[PlayingRow]:
        if not self.rows:
            return []
        old = NOW - timedelta(minutes=9)
        rows = [
            PlayingRow("Jellyfin", _played(1), False, old, NOW, False, 600, "Ada" if names else None),
            PlayingRow("Plex", _played(3), True, old, old, True, None, "Ben" if names else None),
        ]
        return rows[:limit]

    def of_shows(self, series):
        return {1: ShowSeen(12, 2, NOW - timedelta(days=3))} if self.rows and 1 in series else {}

    def watchers(self, limit: int) -> list[Watcher]:
        return [Watcher(token, name) for token, name in NAMES.items()][:limit]

    def read_at(self):
        return dict.fromkeys(range(1, 20), self.read)


def _nameless(row: PlayRow) -> PlayRow:
    return replace(row, viewer=None, person=None)


def _account(key: str, name: str, *reasons: str) -> AccountView:
    kind = key.partition("/")[0]
    return AccountView(key, kind, kind.title(), name, list(reasons))


class FakePeople:
    """Ada with two accounts, Ben, and somebody of the same name."""

    def __init__(self) -> None:
        self.said: list[tuple[str, ...]] = []

    def people(self, limit: int) -> PeopleView:
        ada = [_account("plex/12", "Ada", "the same Plex account"), _account("tautulli/12", "ada")]
        ben, other = _account("tautulli/13", "Ben"), _account("jellyfin/x", "ben")
        people = [PersonView("p1", "Ada", ada), PersonView("v2", "Ben", [ben]), PersonView("", "ben", [other])]
        apart = any(said[0] in {"join", "apart"} for said in self.said)
        return PeopleView(people[:limit], [] if apart else [Suggestion(ben, other, "both are called Ben")], 0)

    def settle(self) -> bool:
        return False

    def _known(self, *keys: str) -> None:
        if any("/" not in key for key in keys):
            raise LookupError("There is no account of this key")

    def join(self, first: str, second: str, by: str) -> None:
        self._known(first, second)
        self.said.append(("join", first, second, by))

    def keep_apart(self, first: str, second: str, by: str) -> None:
        self._known(first, second)
        self.said.append(("apart", first, second, by))

    def split(self, key: str, by: str) -> None:
        self._known(key)
        self.said.append(("split", key, by))


class FakePreferences:
    """Keeps choices."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, str], str] = {}

    def preference(self, user_id: int, name: str) -> str | None:
        return self.kept.get((user_id, name))

    def set_preference(self, user_id: int, name: str, value: str | None) -> None:
        self.kept.pop((user_id, name), None)
        if value is not None:
            self.kept[user_id, name] = value
