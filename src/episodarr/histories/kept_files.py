"""Uploaded files in a folder of their own, readable for nobody else; a name of a person's never becomes a path."""

import os
from pathlib import Path
from typing import BinaryIO

from episodarr.histories.model import InvalidFile

_CHUNK = 1 << 20


class KeptFiles:
    """Files on a disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, import_id: int, content: BinaryIO, most: int) -> int:
        """See Files."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        size, whole = 0, False
        path = self._path(import_id)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as kept:
                while chunk := content.read(_CHUNK):
                    size += len(chunk)
                    if size > most:
                        raise InvalidFile(f"The file has more than {most >> 20} MB; no history is as large.")
                    kept.write(chunk)
            whole = True
        finally:
            if not whole:
                self.remove(import_id)
        return size

    def open(self, import_id: int) -> BinaryIO:
        """See Files."""
        try:
            return self._path(import_id).open("rb")
        except FileNotFoundError as gone:
            raise LookupError(f"The file of import {import_id} is gone") from gone

    def remove(self, import_id: int) -> None:
        """See Files."""
        self._path(import_id).unlink(missing_ok=True)

    def _path(self, import_id: int) -> Path:
        return self._folder / f"{int(import_id)}.upload"
