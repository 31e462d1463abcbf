"""The simulated Shoko Server 5.3 (or 6.0): files of the anime folders, recognised a while after they are imported.

What it knows follows from the disk and the clock alone: a file is known some seconds after its import, and recognised
some seconds later unless it is one that AniDB does not know.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from episodarr.demo.model import Episode, EpisodeFile, Event
from episodarr.demo.server import Answer, Ask, Server, as_html, as_json
from episodarr.demo.world import World

API_KEY = "5h0k0000-demo-0000-0000-000000000111"
KNOWN_AFTER = 3.0
"""Story seconds from the import of a file until it is hashed and has an id."""
RECOGNIZED_AFTER = 6.0
"""Story seconds from the import of a file until its episodes are known."""
LEARNED_AFTER = 4.0
"""Story seconds until AniDB knows a file that it is asked for again, in a world that learns."""
_FILE, _EPISODE, _SERIES, _ANIDB_SERIES, _ANIDB_EPISODE, _LOCATION = 50_000, 60_000, 500, 15_000, 240_000, 70_000
Json = dict[str, Any]


class Shoko(Server):
    """Shoko over the anime folders of the world."""

    kind = "shoko"

    def __init__(self, world: World, *, modern: bool = False, folders: dict[str, str] | None = None) -> None:
        """`folders`: Sonarr's name of a folder -> Shoko's name of the same. `modern`: version 6."""
        super().__init__(world)
        self.name = "shoko"
        self.api_key = API_KEY
        self.modern = modern
        anime = world.disk.folder("/media/anime")
        self.folders = folders or {anime: anime}
        self.starting = False
        self.unknown = world.unrecognized
        self.cours: dict[tuple[int, int], int] = {}
        """(series, season) -> number of the first episode of a second cour, which is a series of its own at AniDB."""
        self.gone: dict[int, EpisodeFile] = {}
        """Files that were deleted behind its back; it remembers them until it is told to forget them."""
        self.forgotten: set[int] = set()
        world.listeners.append(self._notice)
        self.asked_again: list[int] = []
        self.scans = 0
        folder = "ManagedFolder" if modern else "ImportFolder"
        routes: tuple[tuple[str, str, Callable[[Ask], Answer]], ...] = (
            ("GET", "/api/v3/User/Current", self._user),
            ("GET", f"/api/v3/{folder}", self._folders),
            ("GET", f"/api/v3/{folder}/{{id}}/File", self._folder_files),
            ("GET", f"/api/v3/{folder}/{{id}}/Scan", self._scan),
            ("GET", "/api/v3/File/PathEndsWith", self._path_ends_with),
            ("GET", "/api/v3/File/{id}", self._one_file),
            ("DELETE", "/api/v3/File/{id}", self._delete_file),
            ("POST", "/api/v3/File/{id}/Rescan", self._rescan),
            ("POST", "/api/v3/File/{id}/Link", self._link),
            ("GET", "/api/v3/Series/{id}/Episode", self._series_episodes),
            ("GET", "/api/v3/Queue", self._queue),
        )
        for method, path, handler in routes:
            self.route(method, path, handler)

    def answer(self, ask: Ask) -> Answer:
        """The answer of the API; 503 while starting, 401 without the key."""
        if ask.path.lower() == "/api/v3/init/version":
            version = "6.0.0.0" if self.modern else "5.3.3.0"
            return as_json({"Server": {"Version": version, "ReleaseChannel": "Stable"}})
        if self.starting:
            return Answer(503)
        if ask.path in {"/", "/webui", "/webui/"}:
            return as_html()
        handler, methods = self.find(ask)
        if handler is None:
            return Answer(405) if methods else Answer(404)
        if self.api_key not in {ask.headers.get("apikey", ""), ask.query.get("apikey", "")}:
            return self.unauthorized()
        return handler(ask)

    def wrong_app(self, ask: Ask, answer: Answer) -> Answer:  # noqa: ARG002  # as the base class hands it over
        """Another application with an API of its own."""
        return as_json({"name": "another application", "version": "1.0"})

    # What is there

    def files(self) -> list[EpisodeFile]:
        """The files that it has hashed, and those that are gone and not forgotten."""
        there = [
            file
            for file in self.world.files.values()
            if file.id not in self.forgotten
            and self._folder_of(file)
            and file.path in self.world.disk
            and self._age(file) >= KNOWN_AFTER
        ]
        taken = {file.path for file in there}  # a new file of the same path takes the place of the old one
        return there + [file for file in self.gone.values() if file.path not in taken]

    def _notice(self, event: Event) -> None:
        if event.kind == "EpisodeFileDelete":
            hashed = (file for file in event.files if self._folder_of(file) and self._age(file) >= KNOWN_AFTER)
            self.gone |= {file.id: file for file in hashed}

    def _held_by(self, file: EpisodeFile) -> list[Episode]:
        if file.id not in self.gone:
            return self.world.held_by(file)
        return [self.world.episodes[number] for number in file.episode_ids if number in self.world.episodes]

    def recognized(self, file: EpisodeFile) -> bool:
        """Whether the episodes of a file are known."""
        held = self._held_by(file)
        return self._age(file) >= RECOGNIZED_AFTER and bool(held) and not any(one.id in self.unknown for one in held)

    def link(self, episode: Episode) -> None:
        """Link the episode's file by hand, or let AniDB learn of it."""
        self.unknown.discard(episode.id)

    def _age(self, file: EpisodeFile) -> float:
        """Story seconds since the import."""
        return (self.world.now - file.added_at) / timedelta(seconds=1) * self.world.clock.speed

    def _folder_of(self, file: EpisodeFile) -> str:
        return next((folder for folder in self.folders if file.path.startswith(f"{folder}/")), "")

    def _folder_id(self, folder: str) -> int:
        return list(self.folders).index(folder) + 1

    def series_of(self, episode: Episode) -> tuple[int, int]:
        """(Shoko's series, the episode's number in it): a season, or half of one, is a series of its own."""
        first = self.cours.get((episode.series_id, episode.season), 0)
        second = bool(first) and episode.number >= first
        number = episode.number - first + 1 if second else episode.number
        return _SERIES + episode.series_id * 100 + episode.season * 2 + second, number

    def ids_of(self, episode: Episode) -> dict[str, str]:
        """The ids that Shokofin writes to the item of an episode with a file."""
        return {"Shoko Episode": str(_EPISODE + episode.id), "Shoko File": str(_FILE + episode.file_id)}

    def _file(self, file: EpisodeFile, *, references: bool, absolute: bool) -> Json:
        folder = self._folder_of(file)
        relative = file.path.removeprefix(f"{folder}/")
        known = self.recognized(file)
        location: Json = {
            "ID": _LOCATION + file.id,
            "FileID": _FILE + file.id,
            ("ManagedFolderID" if self.modern else "ImportFolderID"): self._folder_id(folder),
            "RelativePath": relative,
            "IsAccessible": file.path in self.world.disk,
        }
        if absolute:
            location["AbsolutePath"] = f"{self.folders[folder]}/{relative}"
        digest = f"{file.id:032X}"
        hashes: Any = {"ED2K": digest, "SHA1": None, "CRC32": None, "MD5": None}
        answer: Json = {
            "ID": _FILE + file.id,
            "Size": file.size,
            "IsVariation": False,
            "IsIgnored": False,
            "Hashes": [{"Type": "ED2K", "Value": digest}] if self.modern else hashes,
            "Locations": [location],
            "AVDump": {"Status": "Never"},
            "Resolution": "1080p",
            "Duration": f"00:{min(file.runtime, 59):02d}:00",
            "ResumePosition": None,
            "Viewed": None,
            "Watched": None,
            "Imported": self._instant(file, RECOGNIZED_AFTER) if known else None,
            "Created": self._instant(file, KNOWN_AFTER),
            "Updated": self._instant(file, RECOGNIZED_AFTER if known else KNOWN_AFTER),
        }
        if references:
            answer["SeriesIDs"] = self._references(file, digest) if known else []
        return answer

    def _references(self, file: EpisodeFile, digest: str) -> list[Json]:
        held = self._held_by(file)
        share = 100 // len(held)
        found: dict[int, list[Json]] = {}
        for place, episode in enumerate(held):
            series_id, _ = self.series_of(episode)
            tmdb_show = self.world.series[episode.series_id].tmdb_id
            end = 100 if place == len(held) - 1 else share * (place + 1)
            found.setdefault(series_id, []).append(
                {
                    "ID": _EPISODE + episode.id,
                    "AniDB": _ANIDB_EPISODE + episode.id,
                    "TMDB": {"Episode": [], "Movie": [], "Show": [tmdb_show]},
                    "ReleaseGroup": None,
                    "ED2K": digest,
                    "FileSize": file.size,
                    "Percentage": {"Start": share * place, "End": end, "Size": end - share * place, "Group": share},
                    "Source": "AniDB",
                }
            )
        return [
            {
                "SeriesID": {
                    "ID": series_id,
                    "AniDB": _ANIDB_SERIES + series_id,
                    "TMDB": {"Movie": [], "Show": [self.world.series[held[0].series_id].tmdb_id]},
                },
                "EpisodeIDs": episodes,
            }
            for series_id, episodes in found.items()
        ]

    def _instant(self, file: EpisodeFile, seconds: float) -> str:
        at = file.added_at + timedelta(seconds=seconds / self.world.clock.speed)
        return at.isoformat(timespec="seconds").replace("+00:00", "Z")

    # Answers

    def _user(self, _ask: Ask) -> Answer:
        return as_json({"ID": 1, "Username": "Default", "IsAdmin": True})

    def _folders(self, _ask: Ask) -> Answer:
        sizes = dict.fromkeys(self.folders, 0)
        for file in self.files():
            sizes[self._folder_of(file)] += file.size
        return as_json(
            [
                {
                    "ID": self._folder_id(here),
                    "Name": there.rsplit("/", 1)[-1],
                    "Size": 0,
                    "WatchForNewFiles": True,
                    "DropFolderType": "Destination",
                    "Path": f"{there}/",
                    "FileSize": sizes[here],
                }
                for here, there in self.folders.items()
            ]
        )

    def _folder_files(self, ask: Ask) -> Answer:
        number = int(ask.groups["id"]) if ask.groups["id"].isdigit() else 0
        if not 0 < number <= len(self.folders):
            return Answer(404)
        size, page = ask.number("pageSize"), ask.number("page") or 1
        size = 200 if size is None else size
        if not 0 <= size <= 10_000 or page < 1:
            return as_json({"errors": {"pageSize": ["The field pageSize must be between 0 and 10000."]}}, 400)
        folder = list(self.folders)[number - 1]
        held = [file for file in self.files() if self._folder_of(file) == folder]
        some = held[(page - 1) * size : page * size] if size else held
        return as_json({"Total": len(held), "List": [self._shown(file, ask) for file in some]})

    def _shown(self, file: EpisodeFile, ask: Ask) -> Json:
        wanted = {part.strip().lower() for value in ask.query.getall("include", []) for part in value.split(",")}
        return self._file(file, references="xrefs" in wanted, absolute="absolutepaths" in wanted)

    def _path_ends_with(self, ask: Ask) -> Answer:
        wanted = ask.query.get("path", "").replace("\\", "/").lower()
        if not wanted:
            return as_json([])
        limit = ask.number("limit") or 0
        found = [file for file in self.files() if file.path.lower().endswith(wanted)]
        asked = "xrefs" in ask.query.get("include", "").lower()
        references = asked if self.modern else ask.flag("includeXRefs", default=True)
        some = found[:limit] if limit else found
        return as_json([self._file(file, references=references, absolute=True) for file in some])

    def _file_of(self, ask: Ask) -> EpisodeFile | None:
        number = int(ask.groups["id"]) - _FILE if ask.groups["id"].isdigit() else -1
        return next((file for file in self.files() if file.id == number), None)

    def _one_file(self, ask: Ask) -> Answer:
        file = self._file_of(ask)
        return as_json("File not found.", 404) if file is None else as_json(self._shown(file, ask))

    def _delete_file(self, ask: Ask) -> Answer:
        """Forget a file; by default the file itself goes, too."""
        file = self._file_of(ask)
        if file is None:
            return as_json("File not found.", 404)
        if ask.flag("removeFiles", default=True):
            self.world.disk.pop(file.path, None)
            self.world.library.look_later(file.path)
        self.gone.pop(file.id, None)
        self.forgotten.add(file.id)
        return Answer(200)

    def _rescan(self, ask: Ask) -> Answer:
        file = self._file_of(ask)
        if file is None:
            return as_json("File not found.", 404)
        self.asked_again.append(_FILE + file.id)
        if self.world.learns:
            self.world.after(LEARNED_AFTER, lambda: self._learn(file))
        return Answer(200)

    def _learn(self, file: EpisodeFile) -> None:
        for episode in self.world.held_by(file):
            self.link(episode)
            self.world.library.show(episode)

    def _link(self, ask: Ask) -> Answer:
        file = self._file_of(ask)
        if file is None:
            return as_json("File not found.", 404)
        for episode in self.world.held_by(file):
            self.unknown.discard(episode.id)
        return Answer(200)

    def _scan(self, ask: Ask) -> Answer:
        if not ask.groups["id"].isdigit() or not 0 < int(ask.groups["id"]) <= len(self.folders):
            return Answer(404)
        self.scans += 1
        return Answer(200)

    def _series_episodes(self, ask: Ask) -> Answer:
        wanted = int(ask.groups["id"]) if ask.groups["id"].isdigit() else 0
        of = [one for file in self.files() if self.recognized(file) for one in self.world.held_by(file)]
        found = sorted((one for one in of if self.series_of(one)[0] == wanted), key=lambda one: one.number)
        if not found:
            return as_json("No Series entry for the given seriesID", 404)
        return as_json({"Total": len(found), "List": [self._episode(one) for one in found]})

    def _episode(self, episode: Episode) -> Json:
        series_id, number = self.series_of(episode)
        file = self.world.files[episode.file_id]
        return {
            "IDs": {
                "ID": _EPISODE + episode.id,
                "ParentSeries": series_id,
                "AniDB": _ANIDB_EPISODE + episode.id,
                "TvDB": [],
                "IMDB": [],
                "TMDB": {"Episode": [], "Movie": [], "Show": [self.world.series[episode.series_id].tmdb_id]},
            },
            "Name": episode.title,
            "HasCustomName": False,
            "Description": episode.overview,
            "Images": {},
            "Duration": f"00:{min(episode.runtime, 59):02d}:00",
            "ResumePosition": None,
            "WatchCount": 0,
            "IsHidden": False,
            "UserRating": None,
            "Watched": None,
            "Created": self._instant(file, RECOGNIZED_AFTER),
            "Updated": self._instant(file, RECOGNIZED_AFTER),
            "Size": 1,
            "AniDB": {
                "ID": _ANIDB_EPISODE + episode.id,
                "AnimeID": _ANIDB_SERIES + series_id,
                "Type": "Special" if episode.season == 0 else "Episode",
                "EpisodeNumber": number,
                "Titles": [],
            },
        }

    def _queue(self, _ask: Ask) -> Answer:
        working = sum(
            self._folder_of(file) != "" and self._age(file) < RECOGNIZED_AFTER for file in self.world.files.values()
        )
        return as_json(
            {
                "WaitingCount": working,
                "BlockedCount": 0,
                "TotalCount": working,
                "ThreadCount": 4,
                "CurrentlyExecuting": [],
            }
        )
