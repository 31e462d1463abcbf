"""The facts that outside systems report about one episode.

A fact is something a system *said*: `about` which episode, `at` which instant it became true there, by which `source`,
and `what`. Nobody states a state: what the facts mean is decided in `standing`.

Two kinds of instants are never mixed: `at` is when the thing became true in the reporting system (its own time where
it gives one, otherwise when it was first seen so), and never when Episodarr happened to ask again.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from episodarr.episode.identity import EpisodeId, Source


class TransferPhase(StrEnum):
    """What a download client says of the part of a download that holds the episode."""

    QUEUED = "queued"
    DOWNLOADING = "downloading"
    STALLED = "stalled"
    PAUSED = "paused"
    FAILED = "failed"
    COMPLETE = "complete"
    SKIPPED = "skipped"
    """The file is deselected in the client: it will not arrive with this download."""
    GONE = "gone"
    """The client knows the download no more."""
    WITHDRAWN = "withdrawn"
    """The download turned out not to hold the episode, though it was thought to: as if it had never been said."""


class ImportPhase(StrEnum):
    """What Sonarr says of bringing a download into the library folder."""

    WAITING = "waiting"
    """In Sonarr's queue, not complete yet."""
    PENDING = "pending"
    """Complete, Sonarr has yet to take it."""
    IMPORTING = "importing"
    BLOCKED = "blocked"
    FAILED = "failed"
    LEFT = "left"
    """The download is no longer in Sonarr's queue."""


class RecognitionPhase(StrEnum):
    """What an importer that tells files by their content (Shoko) says of the episode's file."""

    PENDING = "pending"
    """It has the file, or should have it soon, and has not finished looking at it."""
    RECOGNIZED = "recognized"
    UNRECOGNIZED = "unrecognized"
    """It has looked and knows no episode for it: somebody has to link it by hand."""


class RequestPhase(StrEnum):
    """How far a request for the episode got in the request system."""

    APPROVED = "approved"
    """Handed on to Sonarr, or about to be."""
    PENDING = "pending"
    """Somebody has to approve it first."""
    FAILED = "failed"
    """The request system could not hand it on."""
    DECLINED = "declined"
    GONE = "gone"
    """The request, or its part about this episode, is no longer there."""


class _What(msgspec.Struct, frozen=True, tag_field="k", omit_defaults=True):
    """What was said. Values compare by content; the encoded form is what the database keeps."""


class Listed(_What, frozen=True, tag="listed"):
    """Sonarr lists the episode. `airs_at` is None while no air time is announced."""

    monitored: bool
    airs_at: datetime | None = None


class Requested(_What, frozen=True, tag="requested"):
    """Somebody asked for the episode; `by` as the request system shows them.

    Declined and gone ones withdraw it: the episode stands as if this request had never been.
    """

    by: str = ""
    phase: RequestPhase = RequestPhase.APPROVED


class Grabbed(_What, frozen=True, tag="grabbed"):
    """Sonarr sent a release that covers the episode to a download client. `download_id` as `download_key` gives it."""

    download_id: str
    release: str = ""
    client: str = ""


class GrabFailed(_What, frozen=True, tag="grab_failed"):
    """Sonarr gave the download up; `reason` in its own words."""

    download_id: str
    reason: str = ""


class Transfer(_What, frozen=True, tag="transfer"):
    """The download client's word on the episode's part of a download. Progress is no fact: it changes every poll."""

    download_id: str
    phase: TransferPhase
    detail: str = ""


class ImportStatus(_What, frozen=True, tag="import"):
    """Sonarr's queue on bringing the download in; `reason` in Sonarr's own words."""

    download_id: str
    phase: ImportPhase
    reason: str = ""


class Imported(_What, frozen=True, tag="imported"):
    """Sonarr holds a file of the episode in the library folder. `size` in bytes, `path` as Sonarr sees it."""

    file_id: int
    path: str = ""
    size: int = 0
    quality: str = ""


class Recognition(_What, frozen=True, tag="recognition"):
    """What Shoko makes of the imported file. `file_id` is Shoko's own; `detail` in words, such as its series there."""

    phase: RecognitionPhase
    file_id: int = 0
    detail: str = ""


class InLibrary(_What, frozen=True, tag="in_library"):
    """A media server was asked for the episode itself. `item_id` empty: it was looked for and is not listed there."""

    item_id: str = ""
    playable: bool = False
    detail: str = ""


class Watched(_What, frozen=True, tag="watched"):
    """Somebody watched the episode to its end; the fact's `at` is the latest such time."""

    plays: int = 1


class Leaving(_What, frozen=True, tag="leaving"):
    """The episode is to be deleted at `on` by `rule`; `on` None: it is to be kept after all."""

    on: datetime | None = None
    rule: str = ""


class Removed(_What, frozen=True, tag="removed"):
    """The episode's file is gone: by whom or why in `reason`. Ends a life: what was said before counts no more."""

    reason: str = ""


What = (
    Listed
    | Requested
    | Grabbed
    | GrabFailed
    | Transfer
    | ImportStatus
    | Imported
    | Recognition
    | InLibrary
    | Watched
    | Leaving
    | Removed
)

_KINDS: dict[type, str] = {kind: str(kind.__struct_config__.tag) for kind in What.__args__}

_LASTING = (Listed, Removed)
"""Kinds that outlive a removal: the listing belongs to the episode, not to one life of its file."""

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[What] = msgspec.json.Decoder(What)


class Fact(msgspec.Struct, frozen=True):
    """One thing that one source said about one episode."""

    about: EpisodeId
    at: datetime
    source: Source
    what: What

    @property
    def kind(self) -> str:
        """The kind's stored name, such as `transfer`."""
        return kind_of(self.what)


def kind_of(what: What) -> str:
    """The stored name of the kind of `what`, such as `in_library`."""
    return _KINDS[type(what)]


def lasting(what: What) -> bool:
    """Whether the fact outlives the removal of the episode's file."""
    return isinstance(what, _LASTING)


def encode(what: What) -> str:
    """The form the database keeps; equal facts encode equally."""
    return _encoder.encode(what).decode()


def decode(text: str) -> What:
    """Read what `encode` wrote. Raises msgspec.ValidationError on anything else."""
    return _decoder.decode(text)


def download_key(raw: str) -> str:
    """One spelling of a download's id: info hashes come upper case from Sonarr and lower case from qBittorrent.

    Ids of usenet clients keep their case.
    """
    return raw.lower() if len(raw) in {32, 40, 64} and raw.isalnum() else raw
