"""Shoko as the one that remembers files which are gone.

By default its call to forget a file deletes it from the disk: both switches against that are always sent.
"""

import msgspec

from episodarr.connections.failures import Broken, WrongPath
from episodarr.deletion.systems import FileRecord
from episodarr.integrations._http import Answer
from episodarr.integrations._ids import whole_id
from episodarr.integrations._shoko_server import ShokoServer


class _Wire(msgspec.Struct, gc=False):
    """Shoko's keys are written as they are here."""


class _Location(_Wire):
    RelativePath: str | None = None


class _File(_Wire):
    ID: int
    Size: int
    Locations: list[_Location]


_file = msgspec.json.Decoder(_File)
_files = msgspec.json.Decoder(list[_File])


class ShokoRecords(ShokoServer):
    """FileRecords: part of the Shoko client."""

    async def records_of(self, path_end: str) -> list[FileRecord]:
        """The records of all files whose path ends so, whether they are still there or not."""
        end = path_end.replace("\\", "/").lstrip("/")
        if not end.strip() or end.endswith("/"):
            raise ValueError(f"not the end of a file's path: {path_end!r}")
        await self._version()
        answer = await self.http.ask("GET", "/api/v3/File/PathEndsWith", params={"path": end}, accept={404})
        if answer.status == 404:  # its word for "no such file"
            await self._still_shoko(answer)
            return []
        found = self.http.decode(answer, _files)
        if len({one.ID for one in found}) != len(found):
            raise Broken(self.http.service, "it lists a file twice")
        return [_record(one) for one in found]

    async def record(self, record_id: int) -> FileRecord | None:
        """One record; None on Shoko's own "not found"."""
        answer = await self.http.ask("GET", f"/api/v3/File/{whole_id(record_id)}", accept={404})
        if answer.status == 404:
            await self._still_shoko(answer)
            return None
        found = self.http.decode(answer, _file)
        if record_id != found.ID:
            raise Broken(self.http.service, f"asked for file {record_id}, it answered with another one")
        return _record(found)

    async def forget_record(self, record_id: int) -> None:
        """Forget a record, and nothing on the disk. Raises Broken when it is gone already."""
        whole = whole_id(record_id)
        await self._version()
        answer = await self.http.ask(
            "DELETE",
            f"/api/v3/File/{whole}",
            params={"removeFiles": "false", "removeFolder": "false"},
            accept={404},
        )
        if answer.status == 404:
            await self._still_shoko(answer)
            raise Broken(self.http.service, f"it has no file {whole}")

    async def _still_shoko(self, answer: Answer) -> None:
        """Make sure that it was Shoko that said "not found"."""
        if answer.is_html:
            raise WrongPath(self.http.service, "nothing is there (HTTP 404), and it is not Shoko that says so")
        await self._version()


def _record(file: _File) -> FileRecord:
    paths = [(place.RelativePath or "").replace("\\", "/").lstrip("/") for place in file.Locations]
    return FileRecord(file.ID, max(file.Size, 0), tuple(path for path in paths if path))
