"""What a person says of the files of a download, where the names said it wrong or not at all. It is remembered."""

from collections.abc import Callable, Collection
from datetime import datetime

from episodarr.downloads.follow_transfers import OpenDownloads, take_files
from episodarr.downloads.ports import Correction, DownloadStore, NewGrab, Origin
from episodarr.downloads.progress import Arrival, ProgressBoard
from episodarr.episode.identity import EpisodeId, SeriesId

MOST_EPISODES = 50
"""Episodes that one file can be said to hold."""


class InvalidCorrection(ValueError):
    """A correction that cannot be; the message names what to mend."""


class Correct:
    """Takes corrections. Raises LookupError when there is no such download or file."""

    def __init__(
        self,
        store: DownloadStore,
        board: ProgressBoard,
        open_downloads: OpenDownloads,
        changed: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        """`changed` is called after each correction, to have the clients looked at again soon."""
        self._store = store
        self._board = board
        self._open = open_downloads
        self._changed = changed
        self._clock = clock

    def say(self, lane_id: str, file_index: int, episodes: Collection[int], by: str) -> None:
        """The file holds these episodes; none: it holds none. Raises InvalidCorrection."""
        arrival, name = self._file(lane_id, file_index)
        wanted = tuple(dict.fromkeys(EpisodeId(one) for one in episodes))
        if len(wanted) > MOST_EPISODES:
            raise InvalidCorrection(f"episode_ids: a file holds at most {MOST_EPISODES} episodes")
        known = self._store.series_of(wanted)
        if missing := [one for one in wanted if one not in known]:
            raise InvalidCorrection(f"episode_ids: there is no episode {missing[0]}")
        series = set(known.values()) | ({arrival.series_id} if arrival.series_id is not None else set())
        if len(series) > 1:
            raise InvalidCorrection("episode_ids: all episodes of a download must be of one show")
        now = self._clock()
        if wanted:
            self._store.remember([self._grab(arrival, known[one], one, by, now) for one in wanted])
        self._store.correct(arrival.state.download_id, name, Correction(wanted, by, now))
        self._told(arrival)

    def take_back(self, lane_id: str, file_index: int) -> None:
        """Forget what was said of the file: its name counts again."""
        arrival, name = self._file(lane_id, file_index)
        self._store.correct(arrival.state.download_id, name, None)
        self._told(arrival)

    @staticmethod
    def _grab(arrival: Arrival, series: SeriesId, episode: EpisodeId, by: str, now: datetime) -> NewGrab:
        state = arrival.state
        return NewGrab(
            download_id=state.download_id,
            series_id=series,
            episode_id=episode,
            release=state.name,
            client=arrival.client,
            size=state.size,
            grabbed_at=state.added_at or now,
            origin=Origin.PERSON,
            reason=f"{by} set it by hand",
        )

    def _file(self, lane_id: str, file_index: int) -> tuple[Arrival, str]:
        arrival = self._board.get(lane_id)
        if arrival is None:
            raise LookupError("There is no such download")
        name = next((file.name for file in arrival.files or () if file.index == file_index), None)
        if name is None:
            raise LookupError(f"The download has no file {file_index}, or its files were not read yet")
        return arrival, name

    def _told(self, arrival: Arrival) -> None:
        """Show it at once; what it means for the episodes is told with the next look at the client."""
        opened = (one for one in self._store.open_downloads() if one.download_id == arrival.state.download_id)
        if arrival.files is not None and (download := next(opened, None)) is not None:
            take_files(self._board, arrival, download, arrival.files, arrival.as_of)
        self._open.changed()
        self._changed()
