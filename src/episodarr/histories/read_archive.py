"""The files within a ZIP, none of which is ever written anywhere, with limits on what they may become."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple, cast

from episodarr.histories.model import InvalidFile

MOST_MEMBERS = 5000
LARGEST_TOTAL = 2 << 30
"""Bytes of all files unpacked that are looked at."""
MOST_RATIO = 300
"""Histories repeat themselves, and become a fiftieth; a bomb becomes a thousandth."""
_SUSPECT_FROM = 16 << 20
_ENDINGS = (".csv", ".json", ".txt", ".tsv")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
)
"""What `zipfile` raises for archives that are broken, encrypted or packed in a way that it does not know."""


class Member(NamedTuple):
    """A file that can be read from its start as often as needed."""

    name: str
    """Within its archive; empty: the file itself."""
    open: Callable[[], BinaryIO]

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Its bytes from the start. Raises InvalidFile, also while they are read, when they cannot be unpacked."""
        with readable(self.name or "The file"):
            stream = self.open()
            try:
                yield stream
            finally:
                if self.name:  # the file itself belongs to whoever gave it
                    stream.close()


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Raises InvalidFile when an archive turns out to be broken while it is read."""
    try:
        yield
    except InvalidFile:
        raise
    except _BROKEN as problem:
        raise InvalidFile(f"“{name[:80]}” cannot be read: {str(problem)[:120]}.") from problem


def members_of(stream: BinaryIO) -> list[Member]:
    """The files of an archive that may be histories. Raises InvalidFile."""
    with readable("The archive"):
        archive = zipfile.ZipFile(stream)
        infos = [info for info in archive.infolist() if not info.is_dir()]
    names = {info.filename for info in infos}
    if names & {"xl/workbook.xml", "[Content_Types].xml"} or {"mimetype", "content.xml"} <= names:
        raise InvalidFile("The file is a workbook of a spreadsheet: save the sheet as CSV (UTF-8), and import that.")
    if len(infos) > MOST_MEMBERS:
        raise InvalidFile(f"The archive has {len(infos):,} files; at most {MOST_MEMBERS:,} are looked at.")
    wanted = [info for info in infos if info.filename.lower().endswith(_ENDINGS) and not _hidden(info.filename)]
    if not wanted:
        raise InvalidFile("The archive has no CSV and no JSON file in it.")
    if sum(info.file_size for info in wanted) > LARGEST_TOTAL:
        raise InvalidFile(f"The archive would become more than {LARGEST_TOTAL >> 30} GB.")
    for info in wanted:
        if info.file_size > _SUSPECT_FROM and info.file_size > MOST_RATIO * max(info.compress_size, 1):
            raise InvalidFile(f"“{info.filename[:80]}” in the archive would become suspiciously large.")
    open_ones = [info for info in wanted if not info.flag_bits & 1]
    if not open_ones:
        raise InvalidFile("The archive is encrypted: unpack it with its password, and import the file in it.")
    return [Member(info.filename, _opener(archive, info)) for info in open_ones]


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    return lambda: cast("BinaryIO", archive.open(info))


def _hidden(name: str) -> bool:
    """What macOS adds, and paths that lead out of the archive: no service writes those."""
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith(".") or part == "__MACOSX" for part in parts) or parts[0] == "" or ":" in parts[0]
