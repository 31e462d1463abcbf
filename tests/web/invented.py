"""An invented library for the page tests: a pack in progress, singles at every stage, a very long season, and more.

Nothing here is true; titles of shows are well known names with invented facts.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from episodarr.episode.state import ARRIVING, PLAYABLE, State
from episodarr.overview.answers import (
    EpisodeLabel,
    EpisodeRow,
    FileSegment,
    LibraryItem,
    SeasonCard,
    ShowCard,
    TimelineEntry,
    TransferLane,
)

NOW = datetime(2025, 11, 21, 19, 26, tzinfo=UTC)
GIB = 1024**3
MIB = 1024**2

_WORDS_A = (
    "Quiet",
    "Clock",
    "Borrowed",
    "Paper",
    "Broken",
    "Winter",
    "Hidden",
    "Second",
)
_WORDS_B = (
    "Tower",
    "Voice",
    "Lantern",
    "Platform",
    "Promise",
    "Orchard",
    "Window",
    "Harbour",
)


@dataclass
class World:
    """Everything that the fakes answer from."""

    shows: dict[int, ShowCard] = field(default_factory=dict)
    episodes: dict[int, EpisodeRow] = field(default_factory=dict)
    of_show: dict[int, list[int]] = field(default_factory=dict)
    lanes: dict[str, TransferLane] = field(default_factory=dict)
    overviews: dict[int, str] = field(default_factory=dict)

    def season(self, series_id: int, number: int | None) -> list[EpisodeRow]:
        """Episodes of a show or of one of its seasons, in order."""
        rows = [self.episodes[one] for one in self.of_show.get(series_id, [])]
        return [row for row in rows if number is None or row.season_number == number]

    def show(self, series_id: int) -> ShowCard | None:
        """The card with counts as they are now."""
        card = self.shows.get(series_id)
        return None if card is None else counted(card, self.season(series_id, None))


def counted(card: ShowCard, rows: list[EpisodeRow]) -> ShowCard:
    """The card with the counts of its episodes."""
    usual = [row for row in rows if row.season_number > 0]
    states: dict[str, int] = {}
    for row in rows:
        states[row.state.value] = states.get(row.state.value, 0) + 1
    coming = [row.airs_at for row in usual if row.airs_at and row.airs_at > NOW]
    return replace(
        card,
        season_count=len({row.season_number for row in usual}),
        episode_count=len(usual),
        aired_count=sum(bool(row.airs_at and row.airs_at <= NOW) for row in usual),
        available_count=sum(row.state in PLAYABLE for row in usual),
        file_count=sum(row.has_file for row in usual),
        missing_count=sum(row.state is State.MISSING for row in usual),
        arriving_count=sum(row.state in ARRIVING for row in usual),
        states=states,
        size_on_disk=sum(row.size or 0 for row in rows if row.has_file),
        next_airs_at=min(coming, default=None),
    )


def season_cards(world: World, series_id: int) -> list[SeasonCard]:
    """The cards of a show's seasons."""
    cards = []
    for number in sorted({row.season_number for row in world.season(series_id, None)}):
        rows = world.season(series_id, number)
        states: dict[str, int] = {}
        for row in rows:
            states[row.state.value] = states.get(row.state.value, 0) + 1
        wanted = [row for row in rows if row.has_file or (row.monitored and row.airs_at and row.airs_at <= NOW)]
        cards.append(
            SeasonCard(
                id=series_id * 100 + number,
                series_id=series_id,
                sonarr_series_id=series_id,
                number=number,
                monitored=any(row.monitored for row in rows),
                episode_count=len(wanted),
                episode_file_count=sum(row.has_file for row in rows),
                total_episode_count=len(rows),
                size_on_disk=sum(row.size or 0 for row in rows if row.has_file),
                available_count=sum(row.state in PLAYABLE for row in rows),
                missing_count=states.get("missing", 0),
                arriving_count=sum(row.state in ARRIVING for row in rows),
                states=states,
                created_at=NOW - timedelta(days=300),
                updated_at=NOW - timedelta(minutes=4),
            )
        )
    return cards


_BECAUSE = {
    State.UNAIRED: ("It has not aired yet", "its air time"),
    State.UNMONITORED: ("Sonarr does not monitor it", None),
    State.MISSING: ("It has aired and Sonarr has no file of it", "Sonarr to find a release"),
    State.REQUESTED: ("mira requested it", "Sonarr to find a release"),
    State.GRABBED: ("Sonarr grabbed a release that covers it", "qBittorrent to take it up"),
    State.QUEUED: ("qBittorrent has it in its queue", "a free slot in qBittorrent"),
    State.DOWNLOADING: ("qBittorrent is downloading its file", "qBittorrent to complete it"),
    State.STALLED: ("qBittorrent reports the download as stalled", "a peer that has the missing pieces"),
    State.FAILED: ("Sonarr gave the download up: not enough peers", None),
    State.DOWNLOADED: ("qBittorrent reports its file as complete", "Sonarr to import it"),
    State.IMPORTING: ("Sonarr is importing it", "Sonarr to finish"),
    State.IMPORT_BLOCKED: ("Sonarr does not import it: No files found are eligible for import", "somebody to decide"),
    State.IMPORTED: ("Sonarr has imported its file", "Jellyfin to list it"),
    State.AVAILABLE: ("Jellyfin lists it and can play it", None),
    State.WATCHED: ("Tautulli reports that it was watched", None),
    State.LEAVING: ("It is to be deleted by the rule cold seasons", "the day of its deletion"),
    State.DELETED: ("Sonarr reports its file as deleted: upgrade", None),
    State.UNKNOWN: ("No connected service has said anything about it yet", "a first sync"),
}

_FILED = {State.IMPORTED, State.AVAILABLE, State.WATCHED, State.LEAVING}


class Maker:
    """Puts shows and episodes into a world."""

    def __init__(self, seed: int = 7) -> None:
        self.world = World()
        self._random = random.Random(seed)  # noqa: S311  # invented data
        self._next_episode = 1

    def show(self, title: str, year: int, status: str = "continuing", series_type: str = "standard", **more) -> int:
        """Add a show without episodes; its id."""
        number = len(self.world.shows) + 1
        given = {"network": "AT-X", "monitored": True, "failure": "", "has_poster": False} | more
        self.world.shows[number] = ShowCard(
            id=number,
            title=title,
            year=year,
            status=status,
            series_type=series_type,
            connection_id=1,
            connection="Sonarr",
            sonarr_id=number,
            tvdb_id=100000 + number,
            tmdb_id=0,
            imdb_id="",
            season_count=0,
            episode_count=0,
            aired_count=0,
            available_count=0,
            file_count=0,
            missing_count=0,
            arriving_count=0,
            states={},
            size_on_disk=0,
            next_airs_at=None,
            synced_at=NOW - timedelta(minutes=3),
            **given,
        )
        self.world.of_show[number] = []
        return number

    def episode(self, show: int, season: int, number: int, state: State, airs_at: datetime | None, **more) -> int:
        """Add an episode; its id."""
        here = self._next_episode
        self._next_episode += 1
        because, waiting = _BECAUSE[state]
        filed = state in _FILED
        size = int((1.1 + self._random.random() * 0.5) * GIB)
        given = {
            "title": f"The {self._random.choice(_WORDS_A)} {self._random.choice(_WORDS_B)}",
            "absolute_number": None,
            "progress": None,
            "since": min(NOW, (airs_at or NOW) + timedelta(hours=2)),
            "because": because,
            "waiting_for": waiting,
            "finale": None,
        } | more
        self.world.episodes[here] = EpisodeRow(
            id=here,
            series_id=show,
            season_id=show * 100 + season,
            season_number=season,
            episode_number=number,
            scene_season_number=None,
            scene_episode_number=None,
            scene_absolute_number=None,
            air_date=None if airs_at is None else airs_at.date().isoformat(),
            airs_at=airs_at,
            runtime=24,
            monitored=state is not State.UNMONITORED,
            sonarr_episode_id=here + 9000,
            sonarr_file_id=here + 50000 if filed else None,
            has_file=filed,
            downloaded=filed,
            size=size if filed else None,
            quality="Bluray-1080p" if filed else None,
            relative_path=f"Season {season:02}/S{season:02}E{number:02}.mkv" if filed else None,
            state=state,
            **given,
        )
        self.world.of_show[show].append(here)
        return here

    def run(self, show: int, season: int, states: list[State], first: datetime, days: float = 7, **more) -> list[int]:
        """Add a season whose episodes air every `days`; their ids."""
        absolute = more.pop("absolute", None)
        found = []
        for place, state in enumerate(states):
            airs = first + timedelta(days=days * place, minutes=30 * (show % 9), hours=-24 * (show % 7))
            state = State.UNAIRED if airs > NOW else state  # noqa: PLW2901
            number = {} if absolute is None else {"absolute_number": absolute + place}
            found.append(self.episode(show, season, place + 1, state, airs, **number, **more))
        return found

    def lane(self, key: str, name: str, kind: str, show: int, parts: list[tuple[int, float]], **more) -> None:
        """Add a transfer of one file per episode, and what else is in it."""
        world = self.world
        extras = more.pop("extras", [])
        size = more.pop("file_size", int(1.29 * GIB))
        files = []
        for index, (episode, progress) in enumerate(parts):
            row = world.episodes[episode]
            label = EpisodeLabel(row.id, row.season_number, row.episode_number, row.title, row.state)
            files.append(
                FileSegment(
                    index,
                    f"{name}/{name.split(' (', maxsplit=1)[0]} - {row.episode_number:02} [{index:04X}A7].mkv",
                    size + index * 7 * MIB,
                    progress,
                    True,
                    [label],
                    "sure",
                    "Sonarr grabbed it for this episode, and the file name says so",
                )
            )
        for name_of, wanted in extras:
            reason = "an extra: no episode number in its name" if wanted else "deselected in qBittorrent"
            files.append(FileSegment(len(files), f"{name}/{name_of}", 84 * MIB, 0.2, wanted, [], "none", reason))
        total = sum(file.size for file in files if file.wanted)
        done = int(sum(file.size * file.progress for file in files if file.wanted))
        given = {
            "client": "qBittorrent",
            "connection_id": 2,
            "phase": "downloading",
            "speed": int(6.1 * MIB),
            "eta": 1260,
            "files_known": True,
            "completed_at": None,
        } | more
        world.lanes[f"{given['connection_id']}:{key}"] = TransferLane(
            id=f"{given['connection_id']}:{key}",
            download_id=key,
            name=name,
            kind=kind,
            progress=done / total if total else 0.0,
            size=total,
            done=done,
            added_at=NOW - timedelta(minutes=50),
            series_id=show,
            series_title=world.shows[show].title,
            episodes=[
                EpisodeLabel(row.id, row.season_number, row.episode_number, row.title, row.state)
                for row in (world.episodes[one] for one, _ in parts)
            ],
            files=files if given["files_known"] else [],
            as_of=NOW - timedelta(seconds=2),
            **given,
        )


def timeline(world: World, episode_id: int) -> list[TimelineEntry]:
    """What happened to an episode, told from its state."""
    row = world.episodes[episode_id]
    aired = row.airs_at or NOW - timedelta(days=900)
    steps: list[tuple[datetime, str, str, str, str]] = []
    if aired <= NOW:
        steps.append((aired, "aired", "Sonarr", "Aired", ""))
    order = [
        (State.GRABBED, "grabbed", "Sonarr", "Grabbed [Group] Horimiya S01 (BD 1080p) for qBittorrent", "", 42),
        (State.DOWNLOADING, "transfer", "qBittorrent", "Downloading", "its file of the pack", 43),
        (State.DOWNLOADED, "transfer", "qBittorrent", "The whole file is there", "", 80),
        (State.IMPORTING, "import", "Sonarr", "Being imported", "", 82),
        (State.IMPORTED, "imported", "Sonarr", "Imported into the library folder", row.relative_path or "", 84),
        (State.AVAILABLE, "in_library", "Jellyfin", "Listed and playable", "item 4f1c", 90),
        (State.WATCHED, "watched", "Tautulli", "Watched to its end", "mira, 1 play", 2900),
        (State.LEAVING, "leaving", "Episodarr", "To be deleted by the rule cold seasons", "", 90000),
    ]
    place = list(State).index(row.state)
    begin = max(aired, NOW - timedelta(minutes=86)) if row.state in ARRIVING | {State.IMPORTED} else aired
    for state, kind, who, text, detail, minutes in order:
        if list(State).index(state) <= place and row.state not in {State.MISSING, State.UNMONITORED, State.UNAIRED}:
            at = begin + timedelta(minutes=minutes)
            if at <= NOW:
                steps.append((at, kind, who, text, detail))
    return [
        TimelineEntry(number + 1, at, at + timedelta(seconds=3), kind, who, text, detail)
        for number, (at, kind, who, text, detail) in enumerate(steps)
    ]


def library_items(row: EpisodeRow) -> list[LibraryItem]:
    """Where media servers list an episode."""
    if row.state not in PLAYABLE:
        return []
    return [LibraryItem("Jellyfin", "4f1c", True, NOW - timedelta(days=2)), LibraryItem("Plex", "881", False, NOW)]
