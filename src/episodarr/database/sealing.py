"""Sealing secrets at rest: a copied database alone opens nothing.

The key lies beside the database in a file of its own, readable by its owner only. Without it, the sealed secrets have
to be entered again; everything else is untouched.
"""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken


class UnreadableSecret(Exception):
    """A sealed value that this key does not open: the key file was lost or replaced."""


class Sealer:
    """Seals and opens texts with the key of one installation."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)
        self.key = key

    @classmethod
    def in_folder(cls, folder: Path) -> "Sealer":
        """The sealer of a data folder; its key file is made when there is none."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / "secret.key"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(path.read_bytes().strip())
        with os.fdopen(handle, "wb") as file:
            key = Fernet.generate_key()
            file.write(key)
        return cls(key)

    def seal(self, text: str) -> str:
        """The sealed form; empty stays empty."""
        return self._fernet.encrypt(text.encode()).decode() if text else ""

    def open(self, sealed: str) -> str:
        """The text. Raises UnreadableSecret."""
        if not sealed:
            return ""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as problem:
            raise UnreadableSecret("The key file does not open the stored secrets") from problem
