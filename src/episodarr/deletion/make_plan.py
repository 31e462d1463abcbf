"""Making a plan of what the systems say: what goes, what stays and why. Pure: it asks nobody anything.

Whatever is in doubt stays. A file goes only when all it holds was selected and nothing of it has to stay; a torrent
only when everything that came from it goes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from episodarr.deletion.guard import file_refusal, seeding_refusal, torrent_refusal
from episodarr.deletion.holding import codes
from episodarr.deletion.journal import Caps
from episodarr.deletion.plan import (
    Plan,
    PlannedEpisode,
    PlannedFile,
    PlannedRecord,
    PlannedShelf,
    PlannedTitle,
    PlannedTorrent,
    ShelfItem,
    Stay,
    TorrentChoice,
    Wish,
)
from episodarr.deletion.scene import KnownEpisode, Names, Scene, SceneTitle, SceneTorrent
from episodarr.deletion.systems import ManagedFile

EXPIRES_AFTER = timedelta(minutes=30)


def make_plan(wish: Wish, scene: Scene, keep_tags: Iterable[str], caps: Caps, now: datetime) -> Plan:
    """The plan; its `exceeded` is for the caller to fill in."""
    tags = tuple(keep_tags)
    files: list[PlannedFile] = []
    stays = [Stay(what, "no Sonarr or Radarr manages it, and only they delete") for what in scene.unmanaged]
    for title in scene.titles:
        for found in _files_of(title, tags):
            if isinstance(found, Stay):
                stays.append(found)
            else:
                files.append(found)
    torrents, staying = _torrents(wish, scene, files, caps)
    stays += staying
    files = _with_freed(files, torrents, scene)
    return Plan(
        title=_title_of(scene, files),
        wish=wish,
        made_at=now,
        expires_at=now + EXPIRES_AFTER,
        files=tuple(files),
        torrents=tuple(torrents),
        shelves=tuple(_shelves(scene, files)),
        titles=tuple(_titles(scene, files)),
        records=tuple(_records(scene, files)),
        stays=tuple(stays),
        notes=tuple(_notes(scene, files)),
        library_files=scene.library_files,
        keep_tags=tags,
    )


# ---------------------------------------------------------------------- files


def _files_of(title: SceneTitle, tags: tuple[str, ...]) -> Iterator[PlannedFile | Stay]:
    known = {one.manager_id: one for one in title.episodes}
    for live in sorted(title.files, key=lambda one: _order(one, known)):
        held = [known.get(part.id) for part in live.parts]
        wanted = [one for one in held if one is not None and one.selected]
        if not wanted:
            continue
        planned = _planned(title, live, [one for one in held if one is not None])
        why = _stays_because(title, live, held, planned, tags)
        yield Stay(planned.label, why, size=live.size) if why else planned


def _order(file: ManagedFile, known: dict[int, KnownEpisode]) -> tuple[int, int, int]:
    numbers = [(one.season, one.number) for part in file.parts if (one := known.get(part.id)) is not None]
    return (*min(numbers, default=(0, 0)), file.id)


def _planned(title: SceneTitle, live: ManagedFile, held: list[KnownEpisode]) -> PlannedFile:
    episodes: tuple[PlannedEpisode, ...] = ()
    if title.movie_id is None:
        episodes = tuple(PlannedEpisode(one.id, one.manager_id, one.season, one.number, one.title) for one in held)
    return PlannedFile(
        connection=title.connection,
        manager=title.manager,
        owner_id=title.owner.id,
        owner_ids=(title.owner.tvdb_id, title.owner.tmdb_id),
        title=title.owner.title,
        label=_label(title.owner.title, episodes),
        file_id=live.id,
        path=live.path,
        size=live.size,
        series_id=title.series_id,
        movie_id=title.movie_id,
        episodes=episodes,
        monitored=tuple(part.id for part in live.parts if part.monitored),
        cautions=tuple(dict.fromkeys(caution for one in held for caution in one.cautions)),
    )


def _label(title: str, episodes: tuple[PlannedEpisode, ...]) -> str:
    if not episodes:
        return title
    return f"{title} {codes(episodes[0].season, [one.number for one in episodes])}"


def _stays_because(
    title: SceneTitle,
    live: ManagedFile,
    held: list[KnownEpisode | None],
    planned: PlannedFile,
    tags: tuple[str, ...],
) -> str:
    if any(one is None for one in held):
        return "its file holds an episode that is not known here yet"
    others = [one for one in held if one is not None and not one.selected]
    if others:
        numbers = ", ".join(f"S{one.season:02}E{one.number:02}" for one in others)
        return f"its file also holds {numbers}, which was not selected"
    reasons = [reason for one in held if one is not None for reason in one.stays]
    if reasons:
        return reasons[0]
    if title.doubts:
        return title.doubts[0]
    return file_refusal(planned, live, title.owner, title.roots, title.arriving, tags)


# ---------------------------------------------------------------------- torrents


def _torrents(
    wish: Wish, scene: Scene, files: list[PlannedFile], caps: Caps
) -> tuple[list[PlannedTorrent], list[Stay]]:
    going = {one.id: place for place, file in enumerate(files) for one in file.episodes}
    also = {one.lower() for one in wish.also_torrents}
    goes: list[PlannedTorrent] = []
    stays: list[Stay] = []
    roots = [root for title in scene.titles for root in title.roots]
    for one in scene.torrents:
        places = {going[episode] for part in one.parts for episode in part.episodes if episode in going}
        if not places:
            continue
        chosen = one.torrent.hash in also
        left = _left_in(one, going)
        planned = PlannedTorrent(
            connection=one.connection,
            client=one.client,
            hash=one.torrent.hash,
            name=one.torrent.name,
            content_path=one.torrent.content_path,
            size=one.torrent.size,
            file_count=len(one.files),
            files=tuple(sorted(places)),
            because="you chose so" if chosen else "everything in it goes",
            also=tuple(left),
            chosen=chosen,
        )
        others = scene.all_torrents.get(one.connection, ())
        # As if somebody had chosen it: what then still speaks against it can never be chosen.
        never = torrent_refusal(replace(planned, chosen=True), one.torrent, one.files, others, roots, caps)
        why = never
        if not why and wish.torrents is TorrentChoice.KEEP and not chosen:
            why = "you chose to keep it: what was deleted can be imported from it again"
        elif not why and not chosen:
            why = f"it also holds {_some(left)}" if left else seeding_refusal(one.torrent, caps)
        if why:
            stays.append(Stay(one.torrent.name, why, one.torrent.hash, not never, one.torrent.size))
        else:
            goes.append(planned)
    return goes, stays


def _left_in(one: SceneTorrent, going: dict[int, int]) -> list[str]:
    """What a torrent holds besides what goes: episodes that stay, and videos of which it is not sure what they are."""
    left = []
    for part in one.parts:
        name = part.name.rpartition("/")[2]
        if not part.episodes:
            left.append(name)
        elif not part.sure:
            left.append(f"{name}, of which it is not sure which episode it is")
        elif any(episode not in going for episode in part.episodes):
            left.append(name)
    return left


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


# ---------------------------------------------------------------------- what is freed


def _with_freed(files: list[PlannedFile], torrents: list[PlannedTorrent], scene: Scene) -> list[PlannedFile]:
    """The files with what deleting each of them really frees; a file with another name frees nothing."""
    in_torrents = _names_in_torrents(torrents, scene)
    ours: dict[tuple[int, int], int] = defaultdict(int)
    seen: dict[int, Names] = {}
    for place, file in enumerate(files):
        names = scene.disk.get(file.path)
        if names is not None and names.size == file.size:  # another size: it is not the file that the manager means
            seen[place] = names
            ours[names.device, names.inode] += 1
    counted: set[tuple[int, int]] = set()
    made = []
    for place, file in enumerate(files):
        names = seen.get(place)
        if names is None:
            made.append(file)
            continue
        inode = (names.device, names.inode)
        with_torrent = in_torrents.get(inode, 0)
        gone = ours[inode] + with_torrent >= names.links
        freed = file.size if gone and inode not in counted else 0
        counted.add(inode)
        made.append(replace(file, freed=freed, freed_with_torrent=gone and with_torrent > 0))
    return made


def _names_in_torrents(torrents: list[PlannedTorrent], scene: Scene) -> dict[tuple[int, int], int]:
    """By inode: how many of its names lie in torrents that go."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    going = {(one.connection, one.hash) for one in torrents}
    for one in scene.torrents:
        if (one.connection, one.torrent.hash) not in going:
            continue
        for file in one.files:
            names = scene.disk.get(path_in(one, file.name))
            if names is not None:
                found[names.device, names.inode] += 1
    return found


def path_in(one: SceneTorrent, name: str) -> str:
    """Where a file of a torrent lies, as its client sees it."""
    return f"{one.torrent.save_path.rstrip('/')}/{name}"


# ---------------------------------------------------------------------- who is told


def _shelves(scene: Scene, files: list[PlannedFile]) -> Iterator[PlannedShelf]:
    items = {one.id: one.items for title in scene.titles for one in title.episodes if title.movie_id is None}
    movies = {title.movie_id: title.episodes[0].items for title in scene.titles if title.episodes}
    for shelf in scene.shelves:
        told = []
        for place, file in enumerate(files):
            held = [items.get(one.id, ()) for one in file.episodes] or [movies.get(file.movie_id, ())]
            told += [ShelfItem(place, item) for known in held for where, item in known if where == shelf.connection]
        if told:
            yield PlannedShelf(shelf.connection, shelf.name, tuple(dict.fromkeys(told)))


def _titles(scene: Scene, files: list[PlannedFile]) -> Iterator[PlannedTitle]:
    for title in scene.titles:
        places = tuple(place for place, file in enumerate(files) if _of(file, title))
        if not places or not title.owner.tmdb_id:
            continue
        goes = {files[place].file_id for place in places}
        left = {part.season_number for live in title.files if live.id not in goes for part in live.parts}
        touched = {one.season for place in places for one in files[place].episodes}
        for system in scene.requests:
            yield PlannedTitle(
                connection=system.connection,
                system=system.name,
                kind="tv" if title.movie_id is None else "movie",
                tmdb_id=title.owner.tmdb_id,
                title=title.owner.title,
                files=places,
                whole=len(goes) == len(title.files),
                gone_seasons=tuple(sorted(touched - left)),
            )


def _of(file: PlannedFile, title: SceneTitle) -> bool:
    return (file.connection, file.owner_id) == (title.connection, title.owner.id)


def _records(scene: Scene, files: list[PlannedFile]) -> Iterator[PlannedRecord]:
    for importer in scene.importers:
        for place, file in enumerate(files):
            if file.movie_id is None:
                end = "/".join(file.path.replace("\\", "/").split("/")[-2:])
                yield PlannedRecord(importer.connection, importer.name, place, end)


def _notes(scene: Scene, files: list[PlannedFile]) -> Iterator[str]:
    managers = {(file.connection, file.manager) for file in files}
    told = set()
    for title in scene.titles:
        key = (title.connection, title.manager)
        if key not in managers or key in told:
            continue
        told.add(key)
        if not title.waste_bin.path:
            yield f"{title.manager} has no recycle bin: what it deletes is gone for good"
        else:
            days = f", which it empties after {title.waste_bin.days} days" if title.waste_bin.days else ""
            yield f"{title.manager} moves the files into its recycle bin, {title.waste_bin.path}{days}"
    if any(file.movie_id is not None for file in files):
        yield "The torrents of movies are not followed yet: they stay in their client"
    for silent in scene.silent_clients:
        yield f"{silent}: none of its torrents is touched"


def _title_of(scene: Scene, files: list[PlannedFile]) -> str:
    """What goes, in few words."""
    if not files:
        asked = list(dict.fromkeys(title.owner.title for title in scene.titles))
        return f"Nothing of {asked[0]}" if len(asked) == 1 else "Nothing"
    owners = list(dict.fromkeys((file.connection, file.owner_id, file.title) for file in files))
    if len(owners) > 1:
        return f"{len(files):,} files of {len(owners):,} titles"
    name, title = owners[0][2], next(one for one in scene.titles if _of(files[0], one))
    if files[0].movie_id is not None or len(files) == len(title.files):
        return name
    episodes = [one for file in files for one in file.episodes]
    if len(episodes) == 1:
        return files[0].label
    seasons = {one.season for one in episodes}
    left = {
        one.season_number for live in title.files if live.id not in {f.file_id for f in files} for one in live.parts
    }
    if not seasons & left:
        numbers = ", ".join("specials" if one == 0 else str(one) for one in sorted(seasons))
        word = "" if seasons == {0} else "season " if len(seasons) == 1 else "seasons "
        return f"{name}, {word}{numbers}"
    return f"{len(episodes):,} episodes of {name}"
