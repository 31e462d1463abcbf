"""The files of the simulated Radarr: listing and deleting them, monitoring, searching, its queue."""

from collections.abc import Callable
from typing import Any

from episodarr.demo.films import Film
from episodarr.demo.model import Command
from episodarr.demo.server import Answer, Ask, Server, as_json
from episodarr.demo.sonarr_reads import bad_request, not_found
from episodarr.demo.sonarr_resources import Json, command_resource
from episodarr.demo.world import World

KNOWN = {"MoviesSearch", "RefreshMovie", "RescanMovie", "RefreshMonitoredDownloads"}
"""Commands that this Radarr knows."""


class RadarrFiles:
    """The handlers. `movie` and `file` make the bodies."""

    def __init__(self, world: World, movie: Callable[[Film], Json], file: Callable[[Film], Json]) -> None:
        self._world, self._movie, self._file = world, movie, file

    def register(self, server: Server, api: str) -> None:
        """Put the handlers on a server under `api`."""
        for method, path, handler in (
            ("GET", "/moviefile", self.files),
            ("GET", "/moviefile/{id}", self.one),
            ("DELETE", "/moviefile/{id}", self.delete),
            ("PUT", "/movie/editor", self.edit),
            ("GET", "/queue/details", self.queue),
            ("POST", "/command", self.command),
            ("GET", "/config/mediamanagement", self.management),
        ):
            server.route(method, api + path, handler)

    def files(self, ask: Ask) -> Answer:
        """The files of movies; 400 without any."""
        wanted = set(ask.numbers("movieId"))
        if not wanted:
            return bad_request("movieId or movieFileIds must be provided")
        held = [film for film in self._world.films.managed if film.id in wanted and film.file_id]
        return as_json([self._file(film) for film in held])

    def _film_of(self, ask: Ask) -> Film | None:
        number = int(ask.groups["id"]) if ask.groups["id"].isdecimal() else 0
        held = (film for film in self._world.films.managed if number and film.file_id == number)
        return next(held, None)

    def one(self, ask: Ask) -> Answer:
        """One file."""
        film = self._film_of(ask)
        return as_json(self._file(film)) if film is not None else not_found()

    def delete(self, ask: Ask) -> Answer:
        """Delete one file from disk. The movie stays monitored."""
        film = self._film_of(ask)
        if film is None:
            return not_found()
        if not self._world.mounted(film.root) or not self._world.disk.holds_folders(film.root):
            return as_json({"message": f"Movie's root folder ({film.root}) doesn't exist.", "description": ""}, 409)
        self._world.films.delete_file(film)
        return Answer(200)

    def edit(self, ask: Ask) -> Answer:
        """Set what several movies have in common, of which only `monitored` is done here; answers with them."""
        wish = ask.json()
        wanted = wish.get("movieIds")
        numbers = wanted if isinstance(wanted, list) else []
        found = [film for film in self._world.films.managed if film.id in numbers]
        for film in found:
            if isinstance(wish.get("monitored"), bool):
                film.monitored = wish["monitored"]
        return as_json([self._movie(film) for film in found], 202)

    def queue(self, ask: Ask) -> Answer:
        """What is on its way, of one movie or of all."""
        wanted = ask.number("movieId")
        return as_json([self._row(number) for number in sorted(self._world.films.arriving) if wanted in {None, number}])

    def _row(self, number: int) -> dict[str, Any]:
        film = self._world.films.all[number]
        return {
            "movieId": number,
            "languages": [],
            "customFormats": [],
            "customFormatScore": 0,
            "size": 8_000_000_000,
            "title": f"{film.title} {film.year}",
            "sizeleft": 4_000_000_000,
            "status": "downloading",
            "trackedDownloadStatus": "ok",
            "trackedDownloadState": "downloading",
            "statusMessages": [],
            "downloadId": f"{number:040X}",
            "protocol": "torrent",
            "downloadClient": "qBittorrent",
            "id": 1_000_000 + number,
        }

    def command(self, ask: Ask) -> Answer:
        """Take a command."""
        wish = ask.json()
        name = str(wish.get("name", ""))
        if name not in KNOWN:
            return as_json({"message": f"Unknown command: {name}", "description": ""}, 400)
        films = self._world.films
        if name == "MoviesSearch":
            for number in wish.get("movieIds") or []:
                if number in films.all and films.all[number].wanted:
                    films.search(films.all[number])
        given = Command(self._world.next_id("command"), name, wish, self._world.now)
        return as_json(command_resource(given), 201)

    def management(self, ask: Ask) -> Answer:  # noqa: ARG002
        """How it treats files."""
        return as_json(
            {
                "autoUnmonitorPreviouslyDownloadedMovies": self._world.unmonitors_deleted,
                "recycleBin": self._world.recycle_bin,
                "recycleBinCleanupDays": 7,
                "downloadPropersAndRepacks": "preferAndUpgrade",
                "createEmptyMovieFolders": False,
                "deleteEmptyFolders": False,
                "copyUsingHardlinks": True,
                "id": 1,
            }
        )
