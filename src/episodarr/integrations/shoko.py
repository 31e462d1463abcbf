"""Shoko Server, version 5 (stable) and 6: which files it knows and which episodes it recognised in them.

Only reads, and on a person's word a look at one file or a scan for new files: AniDB bans whoever asks it too much.
Records of files that are gone can be forgotten; no file is ever deleted through it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, TypeVar

import aiohttp
import msgspec

from episodarr.connections.failures import Broken, Refused, WrongApp
from episodarr.connections.hint import About, Hint, hint
from episodarr.connections.integration import Integration
from episodarr.connections.model import Checked, Connection, Field, FieldKind
from episodarr.deletion.systems import FileRecords
from episodarr.imports.model import CrossReference, ImporterFile, ImporterFolder
from episodarr.imports.paths import MappingProblem, PathMapping, is_at, read_mappings, tail
from episodarr.imports.ports import FileMatcher
from episodarr.integrations._shoko_records import ShokoRecords

_PAGE_SIZE = 1000
_MOST_PAGES = 2000
_FEW = 10

T = TypeVar("T")


class _Wire(msgspec.Struct, gc=False):
    """Shoko's keys are written as they are here."""


class _User(_Wire):
    Username: str | None = None


class _Folder(_Wire):
    ID: int
    Path: str | None = None
    Name: str | None = None


class _Location(_Wire):
    RelativePath: str | None = None
    ImportFolderID: int | None = None
    ManagedFolderID: int | None = None
    """The same in version 6."""


class _Ids(_Wire):
    ID: int | None = None
    AniDB: int | None = None


class _Reference(_Wire):
    SeriesID: _Ids | None = None
    EpisodeIDs: list[_Ids] | None = None


class _File(_Wire):
    ID: int
    Size: int = 0
    Locations: list[_Location] | None = None
    SeriesIDs: list[_Reference] | None = None
    IsIgnored: bool = False


class _Files(_Wire):
    Total: int
    List: list[_File]


class _Queue(_Wire):
    TotalCount: int


_user = msgspec.json.Decoder(_User)
_folders = msgspec.json.Decoder(list[_Folder])
_files = msgspec.json.Decoder(_Files)
_few_files = msgspec.json.Decoder(list[_File])
_queue = msgspec.json.Decoder(_Queue)


class Shoko(ShokoRecords):
    """One Shoko Server. Every call raises ServiceFailure when it cannot be answered."""

    def __init__(
        self, name: str, url: str, api_key: str, mappings: Sequence[PathMapping], session: aiohttp.ClientSession
    ) -> None:
        """`name` is how failures call it. Makes no request."""
        super().__init__(name, url, api_key, session)
        self.mappings = mappings
        self._folder_path: str | None = None

    async def check(self) -> Checked:
        """Whether a Shoko Server answers that has started and takes the key."""
        version = await self._version()
        user = await self._json("/api/v3/User/Current", _user)
        if not user.Username:
            raise Refused(self.http.service, "it does not say whose key this is")
        folders = await self.folders()
        if not folders:
            fix = "Add an import folder in Shoko that holds what Sonarr imports."
            raise Broken(self.http.service, "it looks after no folder", fix=fix)
        for mapping in self.mappings:
            if not any(f"{mapping.there}/".startswith(f"{folder.path}/") for folder in folders):
                known = ", ".join(folder.path for folder in folders)
                raise Broken(
                    self.http.service,
                    f"none of its folders holds {mapping.there}: it looks after {known}",
                    fix="Correct the part after the = sign of the path mappings.",
                )
        return Checked("Shoko", version, ", ".join(folder.path for folder in folders))

    async def sample(self, paths: Sequence[str]) -> str:
        """How many of a few files that Sonarr imported it knows, in a sentence."""
        known = 0
        folders = await self.folders()
        for path in paths:
            found = await self.files_ending(tail(path))
            known += any(is_at(file, path, self.mappings, folders) for file in found)
        if not paths:
            return ""
        if known:
            return f"It knows {known} of {len(paths)} files that were looked up by their path."
        return (
            f"It knows none of {len(paths)} files that were looked up, such as {paths[0]}: "
            "if they are anime that Shoko should know, set the path mappings."
        )

    async def folders(self) -> list[ImporterFolder]:
        """Its import folders (5) or managed folders (6)."""
        found = await self._json(await self._folders_path(), _folders)
        return [ImporterFolder(one.ID, (one.Path or "").replace("\\", "/").rstrip("/")) for one in found]

    async def files(self, folder: int) -> AsyncIterator[list[ImporterFile]]:
        """All files of a folder with their references, in pages of 1000. Raises Broken when they do not add up."""
        seen: set[int] = set()
        total: int | None = None
        for page_number in range(1, _MOST_PAGES):
            answer = await self.http.ask(
                "GET",
                f"{await self._folders_path()}/{int(folder)}/File",
                params={"pageSize": _PAGE_SIZE, "page": page_number, "include": "XRefs"},
                bulk=True,
            )
            page = self.http.decode(answer, _files)
            total = page.Total if total is None else total
            ids = {file.ID for file in page.List}
            if page.Total != total or not seen.isdisjoint(ids):
                raise Broken(self.http.service, "its list of files changed while it was read")
            seen |= ids
            if page.List:
                yield [_file(file) for file in page.List if not file.IsIgnored]
            if not page.List or len(seen) >= total:
                break
        if len(seen) != total:
            raise Broken(self.http.service, f"it counts {total} files in a folder and lists {len(seen)}")

    async def files_ending(self, path_end: str) -> list[ImporterFile]:
        """The files whose path ends so, at most ten. Version 5 takes `includeXRefs`, version 6 `include`."""
        params: dict[str, str | int] = {"path": path_end, "includeXRefs": "true", "include": "XRefs", "limit": _FEW}
        answer = await self.http.ask("GET", "/api/v3/File/PathEndsWith", params=params, accept={404})
        if answer.status == 404:  # its word for "no such file"; another application says so to `_version` too
            await self._version()
            return []
        return [_file(file) for file in self.http.decode(answer, _few_files) if not file.IsIgnored]

    async def busy(self) -> bool:
        """Whether anything waits in its queue."""
        return (await self._json("/api/v3/Queue", _queue)).TotalCount > 0

    async def look_again(self, file: int) -> None:
        """Have it ask AniDB about one file anew."""
        await self.http.ask("POST", f"/api/v3/File/{int(file)}/Rescan")

    async def scan(self, folder: int) -> None:
        """Have it look for new files in a folder. A GET, in both versions."""
        await self.http.ask("GET", f"{await self._folders_path()}/{int(folder)}/Scan")

    async def _json(self, path: str, decoder: msgspec.json.Decoder[T]) -> T:
        return await self.http.json(path, decoder)

    async def _folders_path(self) -> str:
        """Version 6 calls import folders managed folders."""
        if self._folder_path is None:
            version = await self._version()
            major = version.partition(".")[0]
            if not major.isdecimal():
                raise WrongApp(self.http.service, f"its version reads {version!r}")
            if int(major) < 5:
                fix = "Update Shoko Server to version 5 or newer."
                raise Broken(self.http.service, f"version {version} is too old", fix=fix)
            self._folder_path = "/api/v3/ManagedFolder" if int(major) >= 6 else "/api/v3/ImportFolder"
        return self._folder_path


def _file(file: _File) -> ImporterFile:
    places = [
        (place.ImportFolderID or place.ManagedFolderID or 0, (place.RelativePath or "").replace("\\", "/").lstrip("/"))
        for place in file.Locations or ()
    ]
    references = [
        CrossReference((of.SeriesID.ID if of.SeriesID else None) or 0, episode.ID or 0, episode.AniDB or 0)
        for of in file.SeriesIDs or ()
        for episode in of.EpisodeIDs or ()
    ]
    return ImporterFile(file.ID, file.Size, tuple(place for place in places if place[1]), tuple(sorted(references)))


def _hint(told: Mapping[str, Any]) -> Hint:
    """Shoko sends no webhooks of its own; plugins and scripts send whatever they like: look at the files."""
    return hint(told.get("event") or told.get("type") or told.get("Event"), [About.IMPORTS])


def _check_mappings(settings: Mapping[str, str]) -> dict[str, str]:
    try:
        read_mappings(settings.get("path_mappings", ""))
    except MappingProblem as problem:
        return {"path_mappings": str(problem)}
    return {}


def _connect(connection: Connection, session: Any) -> Shoko:
    mappings = read_mappings(connection.settings.get("path_mappings", ""))
    key = connection.settings.get("api_key", "")
    return Shoko(connection.name or "Shoko", connection.url, key, mappings, session)


INTEGRATION = Integration(
    kind="shoko",
    label="Shoko",
    purpose="Whether anime was recognised after its import; media servers with Shokofin list it only then.",
    fields=(
        Field("url", "Address", FieldKind.URL, example="http://shoko:8111"),
        Field("api_key", "API key", FieldKind.SECRET, help="Shoko: Settings > API Keys > Generate."),
        Field(
            "path_mappings",
            "Path mappings",
            required=False,
            help="Only if Sonarr and Shoko name folders differently and Test does not find files. Several: with ;",
            example="/media/anime = /data/anime",
        ),
    ),
    ports=(FileMatcher, FileRecords),
    connect=_connect,
    check=Shoko.check,
    sample=Shoko.sample,
    problems=_check_mappings,
    hint=_hint,
    order=40,
)
