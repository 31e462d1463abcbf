"""A huge Sonarr for benchmarks: bodies are templates in which only the series' number is put in, made when asked for.

A template is built by the same functions that the small Sonarr answers with, from one series of 60 episodes (80 % with
files). Its number is a sentinel that begins every id and title of the template, so that one replacement over the bytes
makes the body of any series: about 42 kB of episodes and 96 kB of files.
"""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from episodarr.demo.clock import ManualClock
from episodarr.demo.history import write
from episodarr.demo.model import QUALITIES, Episode, Release, Series
from episodarr.demo.server import encode
from episodarr.demo.sonarr_resources import Json, episode_resource, file_resource, history_resource, series_resource
from episodarr.demo.world import World

SENTINEL = 777000777
"""The template's series number. An episode's is this with three digits behind it."""
SEASONS = 5
EPISODES = 60
PER_SEASON = EPISODES // SEASONS
FILES = EPISODES * 4 // 5
BASE_AT = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
DATE_MARK = "1999-12-31T23:59:59Z"
"""Stands in a history row's template for the time of the touch."""
LANGUAGES = "eng/fre/ger/spa/ita/por/pol/dut/swe/nor/dan/fin/jpn/kor"
PLOT = (
    "An old promise is called in at the harbour, and not everyone who comes tells the truth about the letter. "
    "While the others argue, somebody has already left for the station; by morning two of them have changed sides, "
    "and the map that started it all turns out to show a place that none of them has ever been to. Nobody says so. "
    "What is left is a walk back along the river, and a song."
)


class Template:
    """The bytes of one series after it was touched `version` times."""

    def __init__(self, version: int) -> None:
        world = World(ManualClock(BASE_AT))
        series = _series(world)
        episodes = self._episodes(world, series)
        release = Release(
            "Show.S01.1080p.WEB-DL-NTRX", "NTRX", QUALITIES["WEBDL-1080p"], "seasonPack", 9**10, series.language
        )
        for episode in episodes[:FILES]:
            world.add_file([episode], release, size=1_400_000_000 + episode.number * 1_000_003, listed=False)
        self.history: list[Json] = []
        for touch in range(1, version + 1):
            self.history = self._touch(world, episodes[changed_by(touch)], release, touch)
        self.series = _parts(_wide_series(series_resource(world, series)))
        self.episodes = _parts([episode_resource(world, episode) for episode in episodes])
        self.files = _parts([_wide_file(file_resource(file)) for file in world.files_of[series.id].values()])

    @staticmethod
    def _episodes(world: World, series: Series) -> list[Episode]:
        made = []
        for index in range(EPISODES):
            number = index % PER_SEASON + 1
            air_at = BASE_AT - timedelta(days=7 * (EPISODES - index))
            title = f"The Episode {index + 1} of {SENTINEL}"
            episode = world.add_episode(
                series, index // PER_SEASON + 1, number, title=title, overview=PLOT, air_at=air_at, absolute=index + 1
            )
            del world.episodes[episode.id]
            episode.id = int(f"{SENTINEL}{index + 1:03d}")
            episode.tvdb_id = int(f"1{SENTINEL}{index + 1:03d}")
            world.episodes[episode.id] = episode
            made.append(episode)
        world._ids["file"] = int(f"{SENTINEL}000")  # the template's numbers begin with the sentinel
        return made

    @staticmethod
    def _touch(world: World, episode: Episode, release: Release, touch: int) -> list[Json]:
        """Give one episode a new file: the first file of a missing one, later upgrades."""
        if episode.file_id:
            world.drop_file(world.files[episode.file_id])
        key = f"{SENTINEL:013d}{touch:027d}"
        at = BASE_AT + timedelta(minutes=touch)
        file = world.add_file([episode], release, size=1_600_000_000 + touch, added_at=at, listed=False)
        rows = [write(world, "grabbed", episode, release, key)]
        rows.append(write(world, "downloadFolderImported", episode, release, key, file=file))
        return [{**history_resource(world, row), "date": DATE_MARK} for row in rows]


def _series(world: World) -> Series:
    series = world.add_series(
        f"Show {SENTINEL}", year=2019, ended=False, overview=PLOT * 3, genres=("Drama", "Mystery", "Thriller")
    )
    world.series.pop(series.id)
    episodes, files = world.episodes_of.pop(series.id), world.files_of.pop(series.id)
    series.id, series.tvdb_id, series.tmdb_id, series.tvmaze_id = SENTINEL, *(int(f"{n}{SENTINEL}") for n in (3, 2, 4))
    series.imdb_id = f"tt{SENTINEL}"
    world.series[SENTINEL], world.episodes_of[SENTINEL], world.files_of[SENTINEL] = series, episodes, files
    return series


def _wide_series(resource: Json) -> Json:
    """As wide as those of a library that has been kept for years: alternate titles and four images."""
    titles = [{"title": f"{resource['title']} - alternate title number {index}"} for index in range(12)]
    poster = resource["images"][0]
    images = [
        {**poster, "coverType": kind, "url": poster["url"].replace("poster", kind)}
        for kind in ("banner", "poster", "fanart", "clearlogo")
    ]
    return {**resource, "alternateTitles": titles, "images": images}


def _wide_file(resource: Json) -> Json:
    """With the media info of a file that has many streams, and some custom formats."""
    formats = [{"id": number, "name": f"Custom format number {number}"} for number in range(1, 9)]
    info = {**resource["mediaInfo"], "audioLanguages": LANGUAGES, "subtitles": "/".join([LANGUAGES] * 12)}
    return {**resource, "customFormats": formats, "customFormatScore": 120, "mediaInfo": info}


def _parts(value: object) -> list[bytes]:
    """The JSON of a value, cut where the number goes in: joining the parts costs hardly more than copying them."""
    return encode(value).split(str(SENTINEL).encode())


def changed_by(touch: int) -> int:
    """The index of the episode that the touch of that number changes."""
    return FILES + touch - 1 if touch <= EPISODES - FILES else touch % EPISODES


@lru_cache(maxsize=64)
def template(version: int) -> Template:
    """The template of a version, built once."""
    return Template(version)


class BigSonarr:
    """`count` series, numbered from 1."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.versions: dict[int, int] = {}
        self._chunks: list[bytes] = []
        self._list = b""
        self._history_dates: list[str] = []
        self._history_rows: list[bytes] = []
        self._next_touched = 0

    def knows(self, number: int) -> bool:
        """Whether there is such a series."""
        return 1 <= number <= self.count

    def _template(self, number: int) -> Template:
        return template(self.versions.get(number, 0))

    def series(self, number: int) -> bytes:
        """One series."""
        return str(number).encode().join(self._template(number).series)

    def series_list(self) -> bytes:
        """All series; kept until one is touched."""
        if not self._chunks:
            self._chunks = [self.series(number) for number in range(1, self.count + 1)]
        if not self._list:
            self._list = b"[" + b",".join(self._chunks) + b"]"
        return self._list

    def episodes(self, number: int) -> bytes:
        """The 60 episodes of a series."""
        return str(number).encode().join(self._template(number).episodes) if self.knows(number) else b"[]"

    def files(self, number: int) -> bytes:
        """The files of a series."""
        return str(number).encode().join(self._template(number).files) if self.knows(number) else b"[]"

    def touch(self, count: int) -> list[int]:
        """Change `count` series, each time other ones: an import in each. Tells which."""
        touched = [(self._next_touched + index) * 7919 % self.count + 1 for index in range(min(count, self.count))]
        self._next_touched += len(touched)
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for number in touched:
            self.versions[number] = self.versions.get(number, 0) + 1
            if self._chunks:
                self._chunks[number - 1] = self.series(number)
            for row in self._template(number).history:
                made = {**row, "id": len(self._history_rows) + 1, "date": at}
                self._history_dates.append(at)
                self._history_rows.append(str(number).encode().join(_parts(made)))
        self._list = b""
        return touched

    def history_since(self, date: str) -> bytes:
        """The rows from `date` on, oldest first."""
        at = datetime.fromisoformat(date.replace(" ", "+")) if date else BASE_AT
        aware = at if at.tzinfo else at.replace(tzinfo=UTC)
        first = bisect_left(self._history_dates, aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        return b"[" + b",".join(self._history_rows[first:]) + b"]"

    def history_page(self, page: int, size: int) -> bytes:
        """The history, paged, latest first."""
        rows = self._history_rows[::-1][(page - 1) * size : page * size]
        head = {"page": page, "pageSize": size, "sortKey": "date", "sortDirection": "descending"}
        return page_of(head, len(self._history_rows), rows)


def page_of(head: Json, total: int, rows: list[bytes]) -> bytes:
    """A paged answer around rows that are bytes already."""
    return encode({**head, "totalRecords": total})[:-1] + b',"records":[' + b",".join(rows) + b"]}"
