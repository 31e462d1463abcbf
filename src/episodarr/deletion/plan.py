"""A plan of deletion: exactly what goes from which system, what stays and why, and the steps that make it so. Pure.

The plan that somebody reads is the plan that runs: it is stored whole, its digest is part of what is confirmed, and the
steps follow from it alone (`steps_of`).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

import msgspec

from episodarr.deletion.model import Target


class TorrentChoice(StrEnum):
    """What becomes of the torrents that the files came from."""

    WHERE_SAFE = "where_safe"
    """A torrent goes when all of its files go, nothing shares its files, and it has seeded long enough."""
    KEEP = "keep"
    """All stay, so that what was deleted can be imported again."""


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody wants to go, and how."""

    targets: tuple[Target, ...]
    torrents: TorrentChoice = TorrentChoice.WHERE_SAFE
    also_torrents: tuple[str, ...] = ()
    """Info hashes of torrents that go although they hold more, or should seed longer: somebody has seen what else."""


class PlannedEpisode(msgspec.Struct, frozen=True):
    """An episode that goes with its file."""

    id: int
    manager_id: int
    """Sonarr's own id."""
    season: int
    number: int
    title: str


class PlannedFile(msgspec.Struct, frozen=True):
    """A file that goes. `freed` None: it cannot be seen from here whether another name holds its bytes."""

    connection: int
    manager: str
    """The name of the Sonarr or Radarr that deletes it."""
    owner_id: int
    """The manager's id of the series or movie."""
    owner_ids: tuple[int, int]
    """TVDB and TMDB id of it; 0: unknown. They have to agree at the instant of deletion."""
    title: str
    """Of the show or movie."""
    label: str
    """Such as `Horimiya S01E05`."""
    file_id: int
    path: str
    """As the manager sees it."""
    size: int
    """Bytes."""
    series_id: int | None = None
    movie_id: int | None = None
    episodes: tuple[PlannedEpisode, ...] = ()
    monitored: tuple[int, ...] = ()
    """The manager's ids of the episodes (or the movie) that are monitored: they are unmonitored first."""
    freed: int | None = None
    freed_with_torrent: bool = False
    """Its bytes are freed once a torrent of this plan is gone, too."""
    cautions: tuple[str, ...] = ()
    """What speaks against it, without forbidding it to a person."""

    @property
    def part_ids(self) -> tuple[int, ...]:
        """The manager's ids of what it holds: episodes, or the movie itself."""
        return tuple(one.manager_id for one in self.episodes) or (self.owner_id,)


class PlannedTorrent(msgspec.Struct, frozen=True):
    """A torrent that goes with its data, once the library files that came from it are gone."""

    connection: int
    client: str
    hash: str
    name: str
    content_path: str
    size: int
    file_count: int
    files: tuple[int, ...]
    """Places in `Plan.files` of what came from it: all of these have to be gone before."""
    because: str
    also: tuple[str, ...] = ()
    """What else of it goes, which is not in the library or stays there."""
    chosen: bool = False
    """Somebody chose so, knowing what else goes."""


class ShelfItem(msgspec.Struct, frozen=True):
    """What a media server calls a file's episode or movie."""

    file: int
    """Place in `Plan.files`."""
    item_id: str


class PlannedShelf(msgspec.Struct, frozen=True):
    """A media server that is told of files that are gone."""

    connection: int
    server: str
    items: tuple[ShelfItem, ...]


class PlannedTitle(msgspec.Struct, frozen=True):
    """A show or movie whose availability a request system tells people."""

    connection: int
    system: str
    kind: str
    """`tv` or `movie`."""
    tmdb_id: int
    title: str
    files: tuple[int, ...]
    whole: bool
    """Nothing of it is left."""
    gone_seasons: tuple[int, ...] = ()
    """Seasons of which nothing is left."""


class PlannedRecord(msgspec.Struct, frozen=True):
    """An importer (Shoko) that remembers a file, and is to forget it."""

    connection: int
    importer: str
    file: int
    path_end: str
    """Series folder, season folder and name of the file: what is the same in both systems."""


class Stay(msgspec.Struct, frozen=True):
    """Something that was asked for, or belongs to it, and stays."""

    what: str
    why: str
    torrent: str = ""
    """Info hash of a torrent."""
    may_choose: bool = False
    """Whether somebody who knows what else goes may have it go all the same."""
    size: int = 0


class Plan(msgspec.Struct, frozen=True):
    """What goes and what stays. Sizes in bytes."""

    title: str
    """Such as `Horimiya, season 1` or `3 episodes of Horimiya`."""
    wish: Wish
    made_at: datetime
    expires_at: datetime
    files: tuple[PlannedFile, ...] = ()
    torrents: tuple[PlannedTorrent, ...] = ()
    shelves: tuple[PlannedShelf, ...] = ()
    titles: tuple[PlannedTitle, ...] = ()
    records: tuple[PlannedRecord, ...] = ()
    stays: tuple[Stay, ...] = ()
    notes: tuple[str, ...] = ()
    """What happens besides: the recycle bin, what is told to other systems, what cannot be undone."""
    exceeded: tuple[str, ...] = ()
    """Caps that it exceeds: as long as there are any it does not run."""
    library_files: int = 0
    """Files of the whole library, when it was made."""
    keep_tags: tuple[str, ...] = ()
    """A show or movie with one of these tags stays, also when it is tagged after this plan was made."""

    @property
    def size(self) -> int:
        """Of all files that go."""
        return sum(one.size for one in self.files)

    @property
    def freed(self) -> int:
        """What is certain to be freed."""
        return sum(one.freed or 0 for one in self.files)

    @property
    def unknown_size(self) -> int:
        """Of files of which it cannot be told whether deleting frees anything."""
        return sum(one.size for one in self.files if one.freed is None)

    @property
    def episode_count(self) -> int:
        """Episodes and movies that go."""
        return sum(len(one.episodes) or 1 for one in self.files)


class Deed(StrEnum):
    """What a step does."""

    UNMONITOR = "unmonitor"
    DELETE_FILE = "delete_file"
    REMOVE_TORRENT = "remove_torrent"
    TELL_LIBRARY = "tell_library"
    FORGET_RECORD = "forget_record"
    TELL_REQUESTS = "tell_requests"


class Step(msgspec.Struct, frozen=True):
    """One step. Its number is its place in the order, and its name in the journal."""

    number: int
    deed: Deed
    connection: int
    system: str
    subject: int
    """Place in the plan's list of what it is about: files, torrents, shelves, records or titles."""
    files: tuple[int, ...]
    """Places in `Plan.files` that it is about."""
    needs: tuple[int, ...] = ()
    """Steps that have to be verified before. Of several for a library, a record or a request system one is enough."""


ANY_IS_ENOUGH = frozenset({Deed.TELL_LIBRARY, Deed.TELL_REQUESTS})
"""Deeds that are done for those files that are gone, whatever became of the others."""

_encoder = msgspec.json.Encoder(order="deterministic")


def digest_of(plan: Plan) -> str:
    """A digest of everything in it: two plans that differ in anything have different ones."""
    return sha256(_encoder.encode(plan)).hexdigest()


def steps_of(plan: Plan) -> list[Step]:
    """The steps in their order: file by file, and what rests on files only after them."""
    steps: list[Step] = []
    deleted: dict[int, int] = {}

    def add(deed: Deed, connection: int, system: str, subject: int, files: Iterable[int], *needs: int) -> int:
        step = Step(len(steps) + 1, deed, connection, system, subject, tuple(files), needs)
        steps.append(step)
        return step.number

    for place, file in enumerate(plan.files):
        before = [add(Deed.UNMONITOR, file.connection, file.manager, place, [place])] if file.monitored else []
        deleted[place] = add(Deed.DELETE_FILE, file.connection, file.manager, place, [place], *before)
    for place, torrent in enumerate(plan.torrents):
        needs = [deleted[one] for one in torrent.files]
        add(Deed.REMOVE_TORRENT, torrent.connection, torrent.client, place, torrent.files, *needs)
    for place, shelf in enumerate(plan.shelves):
        files = sorted({one.file for one in shelf.items})
        add(Deed.TELL_LIBRARY, shelf.connection, shelf.server, place, files, *(deleted[one] for one in files))
    for place, record in enumerate(plan.records):
        add(Deed.FORGET_RECORD, record.connection, record.importer, place, [record.file], deleted[record.file])
    for place, title in enumerate(plan.titles):
        add(
            Deed.TELL_REQUESTS,
            title.connection,
            title.system,
            place,
            title.files,
            *(deleted[one] for one in title.files),
        )
    return steps


def parts_of(file: PlannedFile) -> Iterator[tuple[int | None, str]]:
    """Each episode of a file with what it is called; a movie's file has one part, without an episode."""
    if not file.episodes:
        yield None, file.label
    for one in file.episodes:
        yield one.id, f"{file.title} S{one.season:02}E{one.number:02}"
