"""What is arriving, for screens: the live board joined with the names of shows and episodes."""

from collections.abc import Collection
from typing import Protocol

from episodarr.downloads.attribute import Attribution
from episodarr.downloads.model import TransferFile
from episodarr.downloads.progress import Arrival, Part, ProgressBoard
from episodarr.downloads.release_name import Kind, parse
from episodarr.episode.facts import TransferPhase
from episodarr.episode.identity import EpisodeId, SeriesId
from episodarr.overview.answers import EpisodeLabel, EpisodeProgress, FileSegment, Page, TransferLane


class DownloadNames(Protocol):
    """Names of what downloads bring."""

    def labels(self, episodes: Collection[int]) -> dict[int, EpisodeLabel]:
        """Episodes in few words."""
        ...

    def covered(self, download_ids: Collection[str]) -> dict[str, tuple[int, str, list[int]]]:
        """Of each known download: series id, series title, and the episodes that it covers."""
        ...


_RESTING = {TransferPhase.COMPLETE, TransferPhase.GONE}
_OF_PARTS = {TransferPhase.SKIPPED, TransferPhase.WITHDRAWN}
"""What is said of an episode's part only, not of a transfer."""


class Board:
    """Questions about arrivals."""

    def __init__(self, board: ProgressBoard, names: DownloadNames) -> None:
        self._board = board
        self._names = names

    def lanes(
        self, active_only: bool, limit: int, cursor: str | None, series_id: int | None = None
    ) -> Page[TransferLane]:
        """A page of lanes: what moves first, then the latest. Raises ValueError on a foreign cursor."""
        found = self._board.all() if series_id is None else self._board.of_series(SeriesId(series_id))
        if active_only:
            found = [one for one in found if one.state.phase not in _RESTING]
        start = int(cursor) if cursor else 0
        page = found[start : start + limit]
        following = str(start + limit) if start + limit < len(found) else None
        return Page(self._lanes(page), len(found), following)

    def sums(self) -> tuple[dict[TransferPhase, int], int]:
        """How many transfers are in each phase, and at how many bytes per second all of them arrive."""
        states = [one.state for one in self._board.all()]
        phases = dict.fromkeys((one for one in TransferPhase if one not in _OF_PARTS), 0)
        for state in states:
            phases[state.phase] += 1
        return phases, sum(state.speed for state in states)

    def lane(self, lane_id: str) -> TransferLane | None:
        """One lane by its id."""
        arrival = self._board.get(lane_id)
        return self._lanes([arrival])[0] if arrival is not None else None

    def of_episode(self, episode_id: int) -> list[EpisodeProgress]:
        """The downloads that bring an episode, the moving ones first."""
        found = []
        for arrival in self._board.of_episode(EpisodeId(episode_id)):
            part = arrival.parts.get(EpisodeId(episode_id))
            if part is not None:
                found.append(_progress(arrival, part))
        return found

    def of_series(self, series_id: int) -> dict[int, EpisodeProgress]:
        """For each episode of a series that is under way, its own progress."""
        found: dict[int, EpisodeProgress] = {}
        for arrival in self._board.of_series(SeriesId(series_id)):
            if arrival.state.phase in _RESTING:
                continue
            for part in arrival.parts.values():
                if part.phase is not TransferPhase.SKIPPED:
                    found.setdefault(part.episode, _progress(arrival, part))
        return found

    def _lanes(self, arrivals: list[Arrival]) -> list[TransferLane]:
        covered = self._names.covered([one.state.download_id for one in arrivals])
        ids = {episode for _, _, episodes in covered.values() for episode in episodes}
        ids |= {episode for one in arrivals for part in one.attributions for episode in part.episodes}
        labels = self._names.labels(ids)
        return [self._lane(one, covered.get(one.state.download_id), labels) for one in arrivals]

    @staticmethod
    def _lane(
        arrival: Arrival, covered: tuple[int, str, list[int]] | None, labels: dict[int, EpisodeLabel]
    ) -> TransferLane:
        state = arrival.state
        series_id, series_title, episodes = covered or (arrival.series_id, None, [])
        by_index = {one.index: one for one in arrival.attributions}
        return TransferLane(
            id=arrival.id,
            download_id=state.download_id,
            connection_id=arrival.connection,
            client=arrival.client,
            name=state.name,
            kind=_kind(arrival, len(episodes)),
            phase=state.phase.value,
            progress=state.progress,
            size=state.size,
            done=state.done,
            speed=state.speed,
            eta=state.eta,
            added_at=state.added_at,
            completed_at=state.completed_at,
            series_id=series_id,
            series_title=series_title,
            episodes=[labels[one] for one in episodes if one in labels],
            files=[
                _segment(file, by_index.get(file.index), labels, arrival.corrections) for file in arrival.files or []
            ],
            files_known=arrival.files is not None,
            as_of=arrival.as_of,
            origin=arrival.origin.value,
            note=arrival.note,
        )


_KINDS = {
    Kind.EPISODE: "single",
    Kind.MULTI_EPISODE: "multi_episode",
    Kind.SEASON_PACK: "season_pack",
    Kind.PARTIAL_SEASON: "partial_pack",
    Kind.MULTI_SEASON: "multi_season",
}


def _kind(arrival: Arrival, covered: int) -> str:
    """By what it covers, once that is known; else by its name."""
    if arrival.covered and arrival.files:
        return arrival.release_kind
    if covered == 1:
        return "single"
    read = parse(arrival.state.name)[0]
    return _KINDS.get(read.kind, "unknown" if covered == 0 else "partial_pack")


def _segment(
    file: TransferFile,
    attribution: Attribution | None,
    labels: dict[int, EpisodeLabel],
    corrections: Collection[str],
) -> FileSegment:
    episodes = attribution.episodes if attribution is not None else ()
    return FileSegment(
        index=file.index,
        name=file.name,
        size=file.size,
        progress=file.progress,
        wanted=file.wanted,
        episodes=[labels[one] for one in episodes if one in labels],
        confidence=attribution.confidence.value if attribution is not None else "none",
        reason=attribution.reason if attribution is not None else "no grab of Sonarr is known for this download",
        by_hand=file.name in corrections,
    )


def _progress(arrival: Arrival, part: Part) -> EpisodeProgress:
    return EpisodeProgress(
        download_id=arrival.state.download_id,
        release=arrival.state.name,
        client=arrival.client,
        progress=part.progress,
        done=part.done,
        size=part.size,
        speed=arrival.state.speed if part.phase is TransferPhase.DOWNLOADING else None,
        eta=arrival.state.eta if part.phase is TransferPhase.DOWNLOADING else None,
        phase=part.phase.value,
        confidence=part.confidence,
        as_of=arrival.as_of,
    )


def progress_event(arrivals: Collection[Arrival]) -> dict[str, object]:
    """The data of a `progress` event."""
    return {
        "transfers": [
            {
                "id": one.id,
                "phase": one.state.phase.value,
                "progress": one.state.progress,
                "done": one.state.done,
                "size": one.state.size,
                "speed": one.state.speed,
                "eta": one.state.eta,
                "files": [[file.index, file.progress] for file in one.files or []],
            }
            for one in arrivals
        ],
        "episodes": [
            {
                "id": part.episode,
                "progress": part.progress,
                "speed": one.state.speed,
                "eta": one.state.eta,
                "phase": part.phase.value,
            }
            for one in arrivals
            for part in one.parts.values()
        ],
    }
