"""Everything that pages, API and commands ask of viewing histories: the imports, the review and what a user has seen.

`user_id` is always whose history it is; what belongs to another user is not there (LookupError). Methods that are no
coroutines ask the database: call them in a thread.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO, Protocol

from episodarr.histories.asking import Entry, Rates
from episodarr.histories.decide import Decide, MetadataUnknown, NotAllowed, Person
from episodarr.histories.import_history import ImportHistory, NotNow, Step
from episodarr.histories.import_model import (
    Choices,
    Import,
    Outcome,
    Preview,
    Report,
    ReviewGroup,
    ReviewTitle,
    RowView,
    report_of,
)
from episodarr.histories.import_ports import ImportStore, Library, MappingStore
from episodarr.histories.personal import Shown, ShowSeen, Tally, UserSums, seen_shows, totals_of
from episodarr.histories.ports_personal import Film, PersonalStore
from episodarr.histories.recognise import Lookup
from episodarr.histories.totals import ShowTotals

__all__ = ["Histories", "MetadataUnknown", "NotAllowed", "NotNow", "Person"]


class LookupRates(Protocol):
    """How lookups go."""

    def rates(self) -> dict[str, list[Rates]]: ...
    def latest(self, limit: int = 100) -> list[Entry]: ...


class Histories:
    """The facade."""

    def __init__(
        self,
        importing: ImportHistory,
        store: ImportStore,
        mappings: MappingStore,
        personal: PersonalStore,
        library: Library,
        lookup: Lookup,
        rates: LookupRates,
        run: Callable[[int], int],
        wake: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        """`run`: has an import run as a job, and gives its id; `wake`: has waiting rows looked at soon."""
        self.importing = importing
        self._store = store
        self._personal = personal
        self._rates = rates
        self._run = run
        self._clock = clock
        self.deciding = Decide(store, mappings, library, lookup, importing.look_again, wake, clock)
        """What people say of titles: mappings, and the shows and episodes to choose from."""

    @property
    def largest(self) -> int:
        """Bytes of a file that are taken."""
        return self.importing.largest

    def upload(self, who: Person, name: str, content: BinaryIO, choices: Choices | None = None) -> Preview:
        """Keep a file and say what was understood of it. Raises InvalidFile, ValueError for an unknown zone."""
        return self.importing.upload(who.user_id, name, content, who.name, choices)

    def preview(self, user_id: int, import_id: int, choices: Choices | None = None) -> Preview:
        """The same by other choices, which are kept. Raises LookupError, NotNow, InvalidFile."""
        self._own(user_id, import_id)
        return self.importing.preview(import_id, choices)

    def start(self, user_id: int, import_id: int, choices: Choices | None = None) -> int:
        """Import it in the background; the id of the job. Raises LookupError, NotNow, InvalidFile."""
        self._own(user_id, import_id)
        self.importing.start(import_id, choices)
        return self._run(import_id)

    async def run(self, import_id: int, step: Step) -> Report:
        """Run it here, as a command does."""
        return report_of(await self.importing.run(import_id, step))

    def cancel(self, user_id: int, import_id: int) -> None:
        """Stop it; nothing of it stays. Raises LookupError, NotNow."""
        self._own(user_id, import_id)
        self.importing.cancel(import_id)

    def undo(self, user_id: int, import_id: int) -> int:
        """Take it back; how many days of episodes and films are no longer known. Raises LookupError, NotNow."""
        self._own(user_id, import_id)
        return self.importing.undo(import_id)

    def imports(self, user_id: int, limit: int = 50, cursor: str | None = None) -> tuple[list[Import], str | None]:
        """The imports of a user, the latest first."""
        return self._store.listed(user_id, limit, cursor)

    def an_import(self, user_id: int, import_id: int) -> Import:
        """One import. Raises LookupError."""
        return self._own(user_id, import_id)

    def report(self, user_id: int, import_id: int) -> Report:
        """What became of it so far. Raises LookupError."""
        return report_of(self._own(user_id, import_id))

    def rows(
        self,
        user_id: int,
        import_id: int,
        outcomes: Collection[Outcome] = (),
        limit: int = 100,
        cursor: str | None = None,
    ) -> tuple[list[RowView], str | None]:
        """Its rows with what they mean; `outcomes` empty: all. Raises LookupError, ValueError for a foreign cursor."""
        self._own(user_id, import_id)
        return self._store.rows(import_id, outcomes, limit, cursor)

    def _own(self, user_id: int, import_id: int) -> Import:
        one = self._store.read(import_id)
        if one is None or one.user_id != user_id:
            raise LookupError(f"There is no import {import_id}")
        return one

    # ------------------------------------------------------------------ review

    def review(self, user_id: int, limit: int = 50, cursor: str | None = None) -> tuple[list[ReviewGroup], str | None]:
        """What waits for the user, by title, most rows first."""
        return self._store.review(user_id, limit, cursor)

    def titles(
        self, user_id: int, name: str, limit: int = 50, cursor: str | None = None, *, films: bool = False
    ) -> tuple[list[ReviewTitle], str | None]:
        """The whole titles of a group of the review, or of films; `name`: as the group has it."""
        return self._store.titles(user_id, name, limit, cursor, films=films)

    def taken_for_films(
        self, user_id: int, limit: int = 50, cursor: str | None = None
    ) -> tuple[list[ReviewGroup], str | None]:
        """What counts as a film because nobody said otherwise, by title, most rows first."""
        return self._store.films_by_name(user_id, limit, cursor)

    # ------------------------------------------------------------------ what a user has seen

    def counts(self, user_id: int, series_ids: Collection[int]) -> Mapping[int, int]:
        """How many different episodes of each show of the library a user saw, without specials."""
        return {one: seen[0] for one, seen in self._personal.counts(user_id, series_ids).items()}

    def tallies(self, user_id: int, series_ids: Collection[int]) -> Mapping[int, Tally]:
        """The same with the specials, and how many of these there are."""
        seen = self._personal.counts(user_id, series_ids)
        specials = self._personal.specials([*seen])
        return {one: Tally(*of, specials.get(one)) for one, of in seen.items()}

    def totals(self, user_id: int | None, series_id: int) -> ShowTotals:
        """A show of the library in numbers; `user_id` None: without what was watched. Raises LookupError."""
        listing = self._personal.listings([series_id]).get(series_id)
        if listing is None:
            raise LookupError(f"There is no show {series_id}")
        seen = self._personal.counts(user_id, [series_id]).get(series_id, (0, 0)) if user_id is not None else (0, 0)
        return totals_of(listing, self._personal.show_of(series_id=series_id), *seen)

    def seen(self, user_id: int, *, series_id: int = 0, show_id: int = 0) -> ShowSeen:
        """A show as far as a user has seen it, with every episode of it. Raises LookupError."""
        shown = self._personal.show_of(series_id=series_id, show_id=show_id)
        series_id = series_id or (shown.series_id or 0 if shown is not None else 0)
        if shown is None and series_id not in self._personal.listings([series_id]):
            raise LookupError(f"There is no show {series_id or show_id}")
        return self._seen(user_id, [(shown, series_id)], latest=False)[0]

    def shows(self, user_id: int, limit: int = 50, cursor: str | None = None) -> tuple[list[ShowSeen], str | None]:
        """The shows of a user's imports, those seen last first, without their single episodes."""
        found, following = self._personal.shown(user_id, limit, cursor)
        seen = self._seen(user_id, [(one, one.series_id or 0) for one in found], latest=True)
        return [replace(one, episodes=[]) for one in seen], following

    def _seen(self, user_id: int, wanted: Sequence[tuple[Shown | None, int]], *, latest: bool) -> list[ShowSeen]:
        """Known shows, each with the show of the library that it is (0: none), as far as a user has seen them."""
        shows, listed = [one.id for one, _ in wanted if one is not None], {one for _, one in wanted if one}
        history = self._personal.days(user_id, shows, listed, latest=latest)
        plays = self._personal.plays(user_id, listed, latest=latest)
        listings = self._personal.listings(listed)
        return seen_shows(wanted, history, plays, listings, self._personal.orders([*listings], self._clock()))

    def go_on(self, user_id: int, limit: int = 20) -> list[ShowSeen]:
        """What a user may go on with: shows of the library that have an unseen episode, those seen last first."""
        found: list[ShowSeen] = []
        cursor = None
        for _ in range(5):
            shows, cursor = self.shows(user_id, limit, cursor)
            found += [one for one in shows if one.next_number is not None]
            if cursor is None or len(found) >= limit:
                break
        return found[:limit]

    def films(self, user_id: int, limit: int = 50, cursor: str | None = None) -> tuple[list[Film], str | None]:
        """The films of a user's imports, those seen last first."""
        return self._personal.films(user_id, limit, cursor)

    def sums(self) -> list[UserSums]:
        """How much each user has; for administrators."""
        return self._personal.sums()

    def person(self, user_id: int) -> str:
        """Which viewer of the media servers a user is said to be: `p3`, `v12` or empty."""
        return self._personal.person(user_id)

    def link(self, who: Person, user_id: int, person: str) -> None:
        """Say which viewer a user is; empty: none. Raises NotAllowed, LookupError: it opens somebody's plays."""
        if not who.is_admin:
            raise NotAllowed("person: only an administrator says who is who")
        self._personal.link(user_id, person, who.name, self._clock())

    # ------------------------------------------------------------------ lookups

    def lookups(self) -> dict[str, list[Rates]]:
        """How the lookups of the last `day` and `week` went, by service."""
        return self._rates.rates()

    def latest_lookups(self, limit: int = 100) -> list[Entry]:
        """The last lookups, newest first."""
        return self._rates.latest(limit)
