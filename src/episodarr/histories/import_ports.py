"""What importing histories needs from outside."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import BinaryIO, Protocol

import msgspec

from episodarr.histories.chosen import Chosen
from episodarr.histories.import_model import (
    BadLine,
    Import,
    Learned,
    Outcome,
    Preview,
    ReviewGroup,
    ReviewTitle,
    RowView,
    Settled,
    Status,
    StoredRow,
    TitleMapping,
)
from episodarr.histories.library_join import LibraryShow, LibraryTitle
from episodarr.histories.metadata import KnownShow, ShowRef


class Batch(msgspec.Struct):
    """Some events of a file, to be stored together."""

    rows: list[StoredRow] = []
    """By their place in this list."""
    bare: bool = True
    """Whether every row is, see HistoryRow."""
    meanings: dict[int, Settled] = {}
    """What rows mean, by their places; the others have to be looked at."""
    bad: list[BadLine] = []
    skipped: dict[str, int] = {}
    events: int = 0


class Files(Protocol):
    """Where uploaded files are kept, readable for nobody else. They are named by their import's id."""

    def keep(self, import_id: int, content: BinaryIO, most: int) -> int:
        """Keep a file of at most `most` bytes; its size. Raises InvalidFile when it is larger, and keeps nothing."""
        ...

    def open(self, import_id: int) -> BinaryIO:
        """The file. Raises LookupError when it is gone."""
        ...

    def remove(self, import_id: int) -> None:
        """Let go of it; fine when there is none."""
        ...


class ImportStore(Protocol):
    """Where imports and their rows are kept."""

    def add(self, user_id: int, name: str, by: str, today: date, now: datetime) -> int:
        """A new import; its id."""
        ...

    def understood(self, import_id: int, size: int, preview: Preview, learned: Learned) -> None:
        """What its file is, the choices by which it was looked at, and what has to be chosen before it can start."""
        ...

    def company(self, import_id: int) -> frozenset[str]:
        """See `titles.Company`."""
        ...

    def read(self, import_id: int) -> Import | None:
        """One import."""
        ...

    def listed(self, user_id: int | None, limit: int, cursor: str | None) -> tuple[list[Import], str | None]:
        """Imports of a user (None: of all), the latest first."""
        ...

    def same_file(self, user_id: int, name: str, size: int) -> int:
        """The latest finished import of a file of that name and size; 0: there is none."""
        ...

    def drop(self, import_id: int) -> None:
        """Forget an import of which nothing was stored."""
        ...

    def move(self, import_id: int, before: Collection[Status], after: Status, now: datetime, message: str = "") -> bool:
        """Let it have another status if it has one of `before`; whether it had."""
        ...

    def in_status(self, statuses: Collection[Status], before: datetime | None = None) -> list[int]:
        """Imports of these statuses (made before then), the oldest first; at most 1000."""
        ...

    def with_waiting(self, limit: int) -> list[int]:
        """Finished imports that have rows which wait or are unread, the oldest first."""
        ...

    def keep_rows(self, import_id: int, position: int, batch: Batch) -> bool:
        """Store a batch behind `position`; False, and nothing stored, when the import is not there any more."""
        ...

    def next_rows(self, import_id: int, outcome: Outcome, after: tuple[str, int] | None, limit: int) -> list[StoredRow]:
        """Rows of that outcome by title, behind the one of `after`."""
        ...

    def settle(self, import_id: int, settled: Mapping[int, Settled]) -> int:
        """Keep what rows mean, by their ids, with the history that follows from it.

        The answer: how many days of episodes and films are new. Rows that have been settled meanwhile are left alone.
        """
        ...

    def undo(
        self, import_id: int, before: Collection[Status], after: Status, now: datetime, message: str = ""
    ) -> int | None:
        """The same, and remove its rows and what nothing else tells; how many days of episodes and films went.

        None: it had no status of `before`.
        """
        ...

    def rows(
        self, import_id: int, outcomes: Collection[Outcome], limit: int, cursor: str | None
    ) -> tuple[list[RowView], str | None]:
        """Rows of an import for people."""
        ...

    def know(self, shows: Sequence[Sequence[KnownShow | LibraryTitle]], now: datetime) -> dict[ShowRef, int]:
        """Keep shows, each as one or several sources tell of it, and once whoever does; their ids."""
        ...

    def review(self, user_id: int, limit: int, cursor: str | None) -> tuple[list[ReviewGroup], str | None]:
        """What waits for the user, grouped by title, most rows first."""
        ...

    def films_by_name(self, user_id: int, limit: int, cursor: str | None) -> tuple[list[ReviewGroup], str | None]:
        """The same of what was taken for films, though its file does not say so."""
        ...

    def titles(
        self, user_id: int, name: str, limit: int, cursor: str | None, *, films: bool = False
    ) -> tuple[list[ReviewTitle], str | None]:
        """What of a title waits, or was taken for films, by all that the rows tell; in the order of the files."""
        ...

    def reopen(self, name: str, user_id: int | None, *, whole: bool = False) -> list[int]:
        """Have the rows of a title looked at again, in all imports of a user (None: of all); the imports.

        `whole`: `name` is all that the rows tell, not their cleaned title.
        """
        ...


class MappingStore(Protocol):
    """What people said of titles."""

    def mappings(self, user_id: int | None, limit: int = 1000) -> list[TitleMapping]:
        """Those of a user and those for all; None: every one."""
        ...

    def of_names(self, user_id: int, names: Iterable[str]) -> Mapping[str, TitleMapping]:
        """What counts for a user: their own word before that for all."""
        ...

    def of_titles(self, user_id: int) -> Mapping[str, Chosen]:
        """The same of whole titles: all of them."""
        ...

    def put(self, mapping: TitleMapping, show_id: int | None) -> TitleMapping:
        """Keep a mapping in place of the one before."""
        ...

    def remove(self, mapping_id: int) -> TitleMapping | None:
        """Forget one; None: there was none."""
        ...


class Library(Protocol):
    """The shows that Sonarr lists."""

    def titles(self) -> list[LibraryTitle]:
        """All of them, by name and ids."""
        ...

    def shows(self, series: Collection[int]) -> list[LibraryShow]:
        """Some of them with their episodes."""
        ...
