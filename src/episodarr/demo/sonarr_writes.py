"""What Sonarr does on PUT, POST and DELETE: monitoring, commands, deletions, the queue."""

from typing import Any

import msgspec

from episodarr.demo.arrivals import IMPORT_AFTER
from episodarr.demo.commands import KNOWN
from episodarr.demo.history import write
from episodarr.demo.model import Episode, EpisodeFile
from episodarr.demo.server import Answer, Ask, Server, as_json
from episodarr.demo.sonarr_queue import rows
from episodarr.demo.sonarr_reads import bad_request, not_found
from episodarr.demo.sonarr_resources import command_resource, episode_resource, series_resource
from episodarr.demo.world import World


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _listed(value: Any) -> list[int]:
    return [one for one in value if isinstance(one, int)] if isinstance(value, list) else []


class Writes:
    """The handlers."""

    def __init__(self, world: World, url_base: str) -> None:
        self._world = world
        self._url_base = url_base

    def register(self, server: Server, api: str) -> None:
        """Put the handlers on a server under `api`."""
        for method, path, handler in (
            ("PUT", "/series/{id}", self.put_series),
            ("DELETE", "/series/{id}", self.delete_series),
            ("PUT", "/episode/monitor", self.monitor),
            ("PUT", "/episode/{id}", self.put_episode),
            ("DELETE", "/episodefile/bulk", self.delete_files),
            ("DELETE", "/episodefile/{id}", self.delete_file),
            ("DELETE", "/queue/bulk", self.delete_queue_rows),
            ("DELETE", "/queue/{id}", self.delete_queue_row),
            ("POST", "/command", self.post_command),
            ("GET", "/command", self.commands),
            ("GET", "/command/{id}", self.command),
        ):
            server.route(method, api + path, handler)

    def put_series(self, ask: Ask) -> Answer:
        """Take a whole series object; a season whose flag changed passes it on to its episodes."""
        series, wish = self._world.series.get(_number(ask.groups["id"])), ask.json()
        if series is None:
            return not_found()
        if not {"title", "seasons", "path", "qualityProfileId"} <= wish.keys():
            return as_json([_failure("Path", "'Path' must not be empty.", "NotEmptyValidator")], 400)
        series.monitored = bool(wish.get("monitored", series.monitored))
        series.quality_profile_id = int(wish["qualityProfileId"])
        series.tags = [number for number in _listed(wish.get("tags")) if number in self._world.tags]
        for asked in wish["seasons"]:
            season = series.seasons.get(asked.get("seasonNumber"))
            if season is None or season.monitored == asked.get("monitored"):
                continue
            season.monitored = bool(asked.get("monitored"))
            for episode in self._world.season_of(series, season.number):
                episode.monitored = season.monitored
        return as_json(series_resource(self._world, series, self._url_base), 202)

    def delete_series(self, ask: Ask) -> Answer:
        """Take a series out of Sonarr; its files stay unless `deleteFiles=true`."""
        series = self._world.series.get(_number(ask.groups["id"]))
        if series is None:
            return not_found()
        self._world.commands.delete_series(series, delete_files=ask.flag("deleteFiles"))
        return as_json({})

    def monitor(self, ask: Ask) -> Answer:
        """Set `monitored` of some episodes; answers with them."""
        wish = ask.json()
        found = [self._world.episodes[one] for one in _listed(wish.get("episodeIds")) if one in self._world.episodes]
        for episode in found:
            episode.monitored = bool(wish.get("monitored"))
        return as_json([episode_resource(self._world, one) for one in found], 202)

    def put_episode(self, ask: Ask) -> Answer:
        """Set `monitored` of one episode."""
        episode = self._world.episodes.get(_number(ask.groups["id"]))
        if episode is None:
            return not_found()
        episode.monitored = bool(ask.json().get("monitored", episode.monitored))
        return as_json(episode_resource(self._world, episode), 202)

    def _refusal(self, file: EpisodeFile) -> Answer | None:
        """Why a file cannot be deleted: its root folder is gone (409) or the disk refuses (500)."""
        root = self._world.series[file.series_id].root
        if not self._world.mounted(root) or not self._world.disk.holds_folders(root):
            return as_json({"message": f"Series' root folder ({root}) doesn't exist.", "description": ""}, 409)
        if file.id in self._world.undeletable:
            return as_json(
                {"message": "Unable to delete episode file", "description": "System.UnauthorizedAccessException"}, 500
            )
        return None

    def delete_file(self, ask: Ask) -> Answer:
        """Delete one file from disk. The episodes stay monitored."""
        file = self._world.files.get(_number(ask.groups["id"]))
        if file is None:
            return not_found()
        refusal = self._refusal(file)
        if refusal is not None:
            return refusal
        self._world.commands.delete_file(file)
        return Answer(200)

    def delete_files(self, ask: Ask) -> Answer:
        """Delete files of ONE series; an empty list is a 500, as in the real one."""
        numbers = _listed(ask.json().get("episodeFileIds"))
        files = [self._world.files[one] for one in numbers if one in self._world.files]
        if not files:
            message = {"message": "Sequence contains no elements", "description": "System.InvalidOperationException"}
            return as_json(message, 500)
        for file in files:
            refusal = self._refusal(file)
            if refusal is not None:
                return refusal
            self._world.commands.delete_file(file)
        return as_json({})

    def delete_queue_row(self, ask: Ask) -> Answer:
        """Remove the WHOLE download of a row."""
        return self._remove(ask, {_number(ask.groups["id"])})

    def delete_queue_rows(self, ask: Ask) -> Answer:
        """Remove the downloads of several rows."""
        return self._remove(ask, set(_listed(ask.json().get("ids"))))

    def _remove(self, ask: Ask, numbers: set[int]) -> Answer:
        world = self._world
        meant = {download.id: download for number, download, _ in rows(world, unknown=True) if number in numbers}
        if not meant:
            return not_found()
        for download in meant.values():
            torrent = world.torrent_of(download.id)
            if ask.flag("blocklist"):
                for one in download.episode_ids:
                    message = "Manually marked as failed"
                    write(world, "downloadFailed", world.episodes[one], download.release, download.id, message=message)
            if ask.flag("removeFromClient", default=True) and torrent is not None:
                world.arrivals.remove_torrent(torrent)
                download.state = "failed" if ask.flag("blocklist") else "ignored"
            elif ask.flag("changeCategory") and torrent is not None:
                torrent.category = ""
                download.state = "ignored"
            else:
                world.arrivals.ignore(download)
            if ask.flag("blocklist") and not ask.flag("skipRedownload"):
                self._search_again([world.episodes[one] for one in download.episode_ids])
        return as_json({})

    def _search_again(self, episodes: list[Episode]) -> None:
        def act() -> None:
            self._world.commands.search(episodes)

        self._world.after(IMPORT_AFTER + 3, act)

    def post_command(self, ask: Ask) -> Answer:
        """Queue a command."""
        try:
            body = msgspec.json.decode(ask.body)
        except msgspec.DecodeError:
            return bad_request("Invalid request, 'body' must be JSON")
        name = str(body.get("name", "")) if isinstance(body, dict) else ""
        known = {one.lower(): one for one in KNOWN}
        if name.lower() not in known:
            return as_json({"message": f"Unknown command: {name}", "description": ""}, 400)
        return as_json(command_resource(self._world.commands.give(known[name.lower()], body)), 201)

    def commands(self, ask: Ask) -> Answer:  # noqa: ARG002
        """The commands that Sonarr remembers."""
        return as_json([command_resource(one) for one in self._world.commands.given.values()])

    def command(self, ask: Ask) -> Answer:
        """One command."""
        command = self._world.commands.given.get(_number(ask.groups["id"]))
        return as_json(command_resource(command)) if command else not_found()


def _failure(name: str, message: str, code: str) -> dict[str, Any]:
    """One failure of a validation answer, which is an ARRAY of them."""
    return {
        "propertyName": name,
        "errorMessage": message,
        "severity": "error",
        "errorCode": code,
        "formattedMessageArguments": [],
        "formattedMessagePlaceholderValues": {},
    }
