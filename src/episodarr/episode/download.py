"""How far one download has brought an episode: the middle part of `standing`, for one download id at a time. Pure."""

from collections.abc import Iterable
from datetime import datetime

from episodarr.episode.evidence import Said
from episodarr.episode.facts import Grabbed, GrabFailed, ImportPhase, ImportStatus, Transfer, TransferPhase
from episodarr.episode.identity import label_of
from episodarr.episode.state import Standing, State

_MOVING = {State.IMPORTING: 3, State.DOWNLOADED: 2, State.DOWNLOADING: 1}

_PHASES = {
    TransferPhase.QUEUED: (State.QUEUED, "{client} has it in its queue", "its turn in {client}"),
    TransferPhase.DOWNLOADING: (State.DOWNLOADING, "{client} is downloading it", "{client} to finish the file"),
    TransferPhase.STALLED: (State.STALLED, "{client} gets no data for it", "somebody who shares it to come online"),
    TransferPhase.PAUSED: (State.QUEUED, "It is stopped in {client}", "somebody to start it again in {client}"),
    TransferPhase.FAILED: (State.FAILED, "{client} reports an error", "the error in {client} to be mended"),
    TransferPhase.SKIPPED: (State.FAILED, "Its file is deselected in {client}", "the file to be selected in {client}"),
    TransferPhase.GONE: (State.FAILED, "{client} no longer has the download", "another release"),
}


_OF_A_DOWNLOAD = (Grabbed, Transfer, ImportStatus, GrabFailed)


class Download:
    """Everything said about one download as far as it concerns the episode."""

    __slots__ = ("failed", "grabbed", "id", "status", "transfer")

    def __init__(self, download_id: str) -> None:
        self.id = download_id
        self.grabbed: tuple[Said, Grabbed] | None = None
        self.transfer: tuple[Said, Transfer] | None = None
        self.status: tuple[Said, ImportStatus] | None = None
        self.failed: tuple[Said, GrabFailed] | None = None

    def withdraw(self) -> None:
        """Forget the word of a client that turned out to be about another episode."""
        if self.transfer is not None and self.transfer[1].phase is TransferPhase.WITHDRAWN:
            self.transfer = None

    @property
    def speaks(self) -> bool:
        """Whether anything is left that was said of it."""
        return any((self.grabbed, self.transfer, self.status, self.failed))

    @property
    def began(self) -> datetime:
        """When this download was first heard of."""
        return min(one[0].at for one in (self.grabbed, self.transfer, self.status, self.failed) if one is not None)

    def standing(self) -> Standing:
        """How far this download is, taken by itself."""
        if self.failed is not None and (self.grabbed is None or self.failed[0].at >= self.grabbed[0].at):
            said, failure = self.failed
            because = f"{label_of(said.source)} gave the download up" + (
                f": {failure.reason}" if failure.reason else ""
            )
            return Standing(State.FAILED, because, "another release", said.at)
        if self.status is not None and self.status[1].phase in {
            ImportPhase.BLOCKED,
            ImportPhase.FAILED,
            ImportPhase.IMPORTING,
        }:
            return self._import_standing(*self.status)
        if self.transfer is not None and not self._only_sonarr_told_of_it():
            return self._transfer_standing(*self.transfer)
        if self.status is not None:
            return self._import_standing(*self.status)
        assert self.grabbed is not None  # noqa: S101  # one of the four made this object
        said, grab = self.grabbed
        because = (
            f"{label_of(said.source)} sent {grab.release or 'a release'} to {grab.client or 'the download client'}"
        )
        return Standing(State.GRABBED, because, f"{grab.client or 'the download client'} to start it", said.at)

    def _only_sonarr_told_of_it(self) -> bool:
        """Whether the transfer is known by Sonarr's queue alone, and has left it: then nobody will tell of it again."""
        if self.transfer is None or self.status is None or self.status[1].phase is not ImportPhase.LEFT:
            return False
        said, transfer = self.transfer
        return said.source == self.status[0].source and transfer.phase is not TransferPhase.COMPLETE

    def _import_standing(self, said: Said, status: ImportStatus) -> Standing:
        sonarr = label_of(said.source)
        why = f": {status.reason}" if status.reason else ""
        match status.phase:
            case ImportPhase.BLOCKED:
                return Standing(
                    State.IMPORT_BLOCKED, f"{sonarr} cannot import it{why}", f"somebody to decide in {sonarr}", said.at
                )
            case ImportPhase.FAILED:
                return Standing(State.FAILED, f"{sonarr} could not import it{why}", "another release", said.at)
            case ImportPhase.IMPORTING:
                return Standing(State.IMPORTING, f"{sonarr} is importing it", f"{sonarr} to finish the import", said.at)
            case ImportPhase.PENDING:
                return Standing(State.DOWNLOADED, "The download is complete", f"{sonarr} to import it", said.at)
            case ImportPhase.WAITING:
                return Standing(
                    State.GRABBED, f"It is in {sonarr}'s queue{why}", "the download client to report on it", said.at
                )
            case _:  # LEFT
                return Standing(
                    State.FAILED, f"The download left {sonarr}'s queue without an import", "another release", said.at
                )

    def _transfer_standing(self, said: Said, transfer: Transfer) -> Standing:
        client = label_of(said.source)
        if transfer.phase is not TransferPhase.COMPLETE:
            state, because, waiting_for = _PHASES[transfer.phase]
            detail = f": {transfer.detail}" if transfer.detail else ""
            return Standing(state, because.format(client=client) + detail, waiting_for.format(client=client), said.at)
        if self.status is None:
            because = f"{client} has the whole file"
            if self.grabbed is None:  # somebody added the download by hand: nobody will import it by itself
                because += " of a download that Sonarr did not grab"
                return Standing(State.DOWNLOADED, because, "a manual import in Sonarr", said.at)
            return Standing(State.DOWNLOADED, because, "Sonarr to import it", said.at)
        queue, status = self.status
        sonarr = label_of(queue.source)
        if status.phase is ImportPhase.LEFT:
            because = f"{client} has the whole file, but it left {sonarr}'s queue without an import"
            return Standing(State.DOWNLOADED, because, f"a manual import in {sonarr}", max(said.at, queue.at))
        if status.phase is ImportPhase.WAITING:
            because = f"{client} has the whole file"
            return Standing(State.DOWNLOADED, because, f"the rest of the download, then {sonarr} to import it", said.at)
        return Standing(State.DOWNLOADED, f"{client} has the whole file", f"{sonarr} to import it", said.at)


def downloads_in(said: Iterable[Said]) -> list[Download]:
    """The downloads that the given evidence speaks of."""
    found: dict[str, Download] = {}
    for one in said:
        if not isinstance(one.what, _OF_A_DOWNLOAD):
            continue
        match one.what:
            case Grabbed() as what if _newer(one, found, what.download_id, "grabbed"):
                found[what.download_id].grabbed = (one, what)
            case Transfer() as what if _newer(one, found, what.download_id, "transfer"):
                found[what.download_id].transfer = (one, what)
            case ImportStatus() as what if _newer(one, found, what.download_id, "status"):
                found[what.download_id].status = (one, what)
            case GrabFailed() as what if _newer(one, found, what.download_id, "failed"):
                found[what.download_id].failed = (one, what)
    for download in found.values():
        download.withdraw()
    return [download for download in found.values() if download.speaks]


def _newer(one: Said, found: dict[str, Download], download_id: str, slot: str) -> bool:
    """Two services may both speak of one download (a torrent moved between clients): the later word counts."""
    held = getattr(found.setdefault(download_id, Download(download_id)), slot)
    return held is None or (one.at, one.source) > (held[0].at, held[0].source)


def furthest(downloads: Iterable[Download]) -> Standing | None:
    """The download that matters to a person: one that moves, else the latest that still lives, else the latest."""
    best = max(
        ((download.standing(), download) for download in downloads),
        default=None,
        key=lambda pair: (
            _MOVING.get(pair[0].state, 0),
            pair[0].state is not State.FAILED,
            pair[1].began,
            pair[1].id,
        ),
    )
    return None if best is None else best[0]
