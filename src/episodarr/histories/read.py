"""A file of somebody's history: what it is, what it leaves open, and its rows one by one.

It is read twice: once to see which form its dates have, whose profiles are in it, what its titles say of each other
and whether it can be read at all; and once for its rows. Neither keeps more than some rows.
"""

import codecs
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import BinaryIO

import msgspec

from episodarr.histories.dates import FORM_WORDS, DateForm, DateScout, DateVerdict
from episodarr.histories.formats.documents import LARGEST, Document, open_document
from episodarr.histories.formats.netflix import NetflixFull, NetflixSimple
from episodarr.histories.formats.table import LONG_AGO, BadCell, Cells, Table
from episodarr.histories.formats.trackers import AnyTable, TvTimeRecords, TvTimeSeen, Yamtrack
from episodarr.histories.language import LanguageEar
from episodarr.histories.model import (
    BadRow,
    Event,
    Format,
    HistoryRow,
    InvalidFile,
    Profile,
    ReadOptions,
    Skipped,
    UnknownColumns,
)
from episodarr.histories.read_archive import Member, members_of
from episodarr.histories.read_text import (
    MOST_COLUMNS,
    PREFIX,
    WANTED,
    Encoding,
    encoding_of,
    refuse_other_kinds,
    rows,
    split,
)
from episodarr.histories.titles import Company

_TABLES: tuple[type[Table], ...] = (NetflixFull, TvTimeRecords, TvTimeSeen, Yamtrack, NetflixSimple)
_OTHERS = {
    frozenset({"tmdb id", "date rated"}): "ratings or a watch list of TMDB, no views",
    frozenset({"tv_show_id", "nb_episodes_seen"}): "sums of TV Time, no single views: import"
    " tracking-prod-records-v2.csv, or the whole archive",
}
_RANK = (Format.NETFLIX_FULL, Format.TRAKT, Format.TV_TIME, Format.SIMKL, Format.YAMTRACK, Format.NETFLIX_SIMPLE)
"""Of an archive that holds several kinds, the fullest is read."""
_WHOLE_TITLES = frozenset({Format.NETFLIX_SIMPLE, Format.NETFLIX_FULL, Format.GENERIC_CSV})
"""Formats in which a title is all that a row has: their rows tell of each other what they are."""
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_MOST_PROFILES = 100


class _TableFile(msgspec.Struct):
    member: Member
    table: Table
    head_line: int
    delimiter: str
    encoding: Encoding

    @property
    def format(self) -> Format:
        return self.table.format

    def rows(self) -> Iterator[Cells | BadRow]:
        """The rows behind the head."""
        head, table, width, at = self.head_line, self.table, self.table.width, self.table.at
        with self.member.opened() as stream:
            for line, cells in rows(stream, self.encoding.name, self.delimiter):
                if line <= head:
                    continue
                if isinstance(cells, BadRow):
                    yield cells
                elif len(cells) != width and (problem := table.narrow(cells)):
                    yield BadRow(line, problem)
                else:
                    yield Cells(line, cells, at)

    def events(self, options: ReadOptions, form: DateForm) -> Iterator[Event]:
        """What the rows tell, of one profile where there are several."""
        table = self.table
        column = table.profile_column if options.profile is not None else ""
        for cells in self.rows():
            if isinstance(cells, BadRow):
                yield cells
            elif not column or cells.get(column) == options.profile:
                try:
                    yield table.event(cells, table.when(cells, form, options))
                except BadCell as problem:
                    yield BadRow(cells.line, str(problem))


class _DocumentFile(msgspec.Struct):
    member: Member
    format: Format
    single_plays: bool
    entries: int

    def events(self, options: ReadOptions, _: DateForm) -> Iterator[Event]:
        """What the entries tell."""
        yield from _document(self.member).events(options)


_File = _TableFile | _DocumentFile


class Reading(msgspec.Struct, frozen=True):
    """A file that was understood. Its stream must stay open, and is read by one iterator at a time."""

    name: str
    format: Format
    rows: int
    """Of tables rows, of documents entries; bad ones counted."""
    columns: tuple[str, ...]
    """Of tables."""
    profiles: tuple[Profile, ...]
    """Those with most rows first; empty: its rows have none."""
    dates: DateVerdict
    evidence: tuple[str, ...]
    """How it was understood: sentences that people read."""
    members: tuple[str, ...]
    """The files that are read within an archive."""
    company: frozenset[str]
    """See `titles.Company`."""
    language: str
    """Of the titles, such as `de-DE`; empty: English, or nobody can tell."""
    _files: tuple[_File, ...]
    _options: ReadOptions

    def questions(self, options: ReadOptions | None = None) -> tuple[str, ...]:
        """What hinders an import: what somebody has to choose first, or that no row has a day; empty: nothing."""
        chosen = options or self._options
        asked = self._to_choose(chosen)
        if not self.dates.readings and self.dates.form is None and chosen.date_form is None:
            named = self.format is Format.GENERIC_CSV
            fix = "Name another column for the date." if named else "Upload the file as it was downloaded."
            asked.append(f"Nothing can be imported: {self.dates.evidence[0]}. {fix}")
        return tuple(asked)

    def _to_choose(self, chosen: ReadOptions) -> list[str]:
        asked = []
        if len(self.profiles) > 1 and chosen.profile is None:
            asked.append("The file has several profiles: choose whose history it is.")
        if self.dates.ambiguous and chosen.date_form is None:
            readings = " or ".join(
                f"{one.example_day.day} {one.example_day:%B %Y} ({FORM_WORDS[one.form]})" for one in self.dates.readings
            )
            asked.append(f"The dates can be read in several ways: is {self.dates.readings[0].example} {readings}?")
        return asked

    def events(self, options: ReadOptions | None = None) -> Iterator[Event]:
        """Every row. Raises InvalidFile when something is to be chosen first, or the profile is none of the file's.

        `options`: what was chosen since it was opened.
        """
        chosen = options or self._options
        if asked := self._to_choose(chosen):
            raise InvalidFile(" ".join(asked))
        if chosen.profile is not None and self.profiles and chosen.profile not in {one.name for one in self.profiles}:
            raise InvalidFile(f"The file has no profile “{chosen.profile[:60]}”.")
        return _events(self._files, chosen, chosen.date_form or self.dates.form or DateForm.YEAR_FIRST)


def _events(files: Sequence[_File], options: ReadOptions, form: DateForm) -> Iterator[Event]:
    if len(files) == 1 and not files[0].member.name:
        yield from files[0].events(options, form)
        return
    told: set[int] = set()  # hashes: a history of a million rows fits
    several = len({type(file.table) for file in files if isinstance(file, _TableFile)}) > 1
    for file in files:
        again = isinstance(file, _TableFile) and isinstance(file.table, TvTimeSeen)
        for event in file.events(options, form):
            made = event
            if several and isinstance(event, HistoryRow):
                key = hash((event.title.lower(), event.season, event.number))
                if again and key in told:
                    made = Skipped(event.line, f"tracking-prod-records-v2.csv has it, too: {event.title}")
                elif not again:
                    told.add(key)
            yield msgspec.structs.replace(made, member=file.member.name) if file.member.name else made


def open_history(stream: BinaryIO, name: str, options: ReadOptions) -> Reading:
    """Understands a file by its content. `stream` can be sought; `name` is for people only. Raises InvalidFile."""
    files, notes = _files_of(stream, options)
    company, ear = Company(), LanguageEar()
    scout = DateScout(options.today, _earliest(files))
    count, profiles = 0, dict[str, int]()
    for file in files:
        if isinstance(file, _DocumentFile):
            count += file.entries
            continue
        notes.append(f"{file.encoding.evidence}, columns parted by a {_DELIMITERS[file.delimiter]}")
        count += _survey(file, options, scout, profiles, [company.hear, ear.hear])
    if not count:
        raise InvalidFile("The file has a head, but no rows.")
    tables = [file for file in files if isinstance(file, _TableFile)]
    ranked = sorted(profiles.items(), key=lambda item: (-item[1], item[0]))
    return Reading(
        name=name,
        format=files[0].format,
        rows=count,
        columns=tables[0].table.columns if tables else (),
        profiles=tuple(Profile(one, rows) for one, rows in ranked),
        dates=scout.verdict() if tables else DateVerdict(DateForm.YEAR_FIRST),
        evidence=tuple(dict.fromkeys(notes)),
        members=tuple(file.member.name for file in files if file.member.name),
        company=company.shows(),
        language=ear.language(),
        _files=tuple(files),
        _options=options,
    )


def events_of(stream: BinaryIO, options: ReadOptions, form: DateForm) -> Iterator[Event]:
    """The rows of a file that `open_history` understood before, and whose dates have this form. Raises InvalidFile."""
    files, _ = _files_of(stream, options)
    return _events(files, options, form)


def _files_of(stream: BinaryIO, options: ReadOptions) -> tuple[list[_File], list[str]]:
    prefix = _from_start(stream)().read(PREFIX)
    if prefix.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_archive(members_of(stream), options)
    return [_understand(Member("", _from_start(stream)), options)], []


def _from_start(stream: BinaryIO) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        stream.seek(0)
        return stream

    return opened


def _earliest(files: list[_File]) -> date:
    return max((file.table.earliest for file in files if isinstance(file, _TableFile)), default=LONG_AGO)


def _survey(
    file: _TableFile,
    options: ReadOptions,
    scout: DateScout,
    profiles: dict[str, int],
    ears: Sequence[Callable[[str], None]],
) -> int:
    """Hears the dates, the profiles and the titles of a table, and counts its rows. Raises InvalidFile."""
    count, table = 0, file.table
    column = table.profile_column
    whole = table.format in _WHOLE_TITLES
    for cells in file.rows():
        count += 1
        if isinstance(cells, BadRow):
            scout.miss(cells.line, cells.problem)
            continue
        if text := table.date_text(cells):
            scout.add(cells.line, text)
        if column and (profile := cells.get(column)):
            profiles[profile] = profiles.get(profile, 0) + 1
            if len(profiles) > _MOST_PROFILES:
                raise InvalidFile(f"The file has more than {_MOST_PROFILES} profiles: no household has so many.")
            if options.profile not in {None, profile}:
                continue
        if whole and (title := table.whole_title(cells)):
            for hear in ears:
                hear(title)
    return count


def _of_archive(members: list[Member], options: ReadOptions) -> tuple[list[_File], list[str]]:
    """Of the files of an archive those of the fullest kind, and what is said about it. Raises InvalidFile."""
    found: list[_File] = []
    refused: list[str] = []
    for member in members:
        try:
            found.append(_understand(member, options))
        except InvalidFile as problem:
            refused.append(f"{member.name[:80]}: {problem}")
    if not found:
        none = f"None of the {len(members)} files in the archive is a" if len(members) > 1 else "Its one file is no"
        raise InvalidFile(f"{none} viewing history. {refused[0]}")
    best = min((file.format for file in found), key=lambda one: _RANK.index(one) if one in _RANK else len(_RANK))
    files = [file for file in found if file.format is best]
    if any(isinstance(file, _DocumentFile) and file.single_plays for file in files):  # sums tell the same once more
        files = [file for file in files if isinstance(file, _DocumentFile) and file.single_plays]
    files.sort(key=lambda file: (isinstance(file, _TableFile) and isinstance(file.table, TvTimeSeen), file.member.name))
    read = ", ".join(file.member.name[:80] for file in files[:10])
    are = "is" if len(files) == 1 else "are"
    of = f"{len(files)} of {len(members)} files in the archive" if len(members) > 1 else "the one file in the archive"
    return files, [f"{of} {are} read: {read}"]


def _understand(member: Member, options: ReadOptions) -> _File:
    """What a file is. Raises InvalidFile."""
    with member.opened() as stream:
        prefix = stream.read(PREFIX)
    refuse_other_kinds(prefix)
    text = _decoded(prefix)
    if text.lstrip().startswith(("{", "[")):
        document = _document(member)
        return _DocumentFile(member, document.format, document.single_plays, len(document.entries))
    line, head = _head(text)
    delimiter, table = _table(head, options)
    table.check()
    with member.opened() as stream:
        encoding = encoding_of(stream)
    return _TableFile(member, table, line, delimiter, encoding)


def _document(member: Member) -> Document:
    with member.opened() as stream:
        return open_document(stream.read(LARGEST + 1))


def _decoded(prefix: bytes) -> str:
    if prefix.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return prefix.decode("utf-16", "replace")
    return prefix.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")


def _head(text: str) -> tuple[int, str]:
    """The line that names the columns, and its number. Raises InvalidFile."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, start=1):
        bare = line.strip()
        if not bare.strip(",;\t\0") or (number == 1 and bare.lower().startswith("sep=")):
            continue
        if len(lines) == number and len(text) >= PREFIX // 2:
            raise InvalidFile(f"The first line is longer than any head of a table. {WANTED}.")
        return number, bare
    raise InvalidFile(f"The file is empty. {WANTED}.")


def _table(head: str, options: ReadOptions) -> tuple[str, Table]:
    """The kind of table that a head tells, and what parts its columns. Raises InvalidFile."""
    split_by = {one: split(head, one) or [cell.strip(' "') for cell in head.split(one)] for one in _DELIMITERS}
    delimiter = max(split_by, key=lambda one: len(split_by[one]))
    heads = split_by[delimiter]
    if len(heads) > MOST_COLUMNS:
        raise InvalidFile(f"The file has {len(heads):,} columns; at most {MOST_COLUMNS} are read. {WANTED}.")
    if options.columns is not None:
        return delimiter, AnyTable(heads, options.columns)
    for one, cells in split_by.items():
        names = frozenset(cell.strip().lower() for cell in cells if cell.strip())
        for kind in _TABLES:
            if kind.knows(names):
                return one, kind(cells)
        for needed, what in _OTHERS.items():
            if needed <= names:
                raise InvalidFile(f"The file holds {what}.")
    columns = tuple(cell.strip()[:80] for cell in heads)
    found = ", ".join(f"“{one}”" for one in columns[:20])
    raise UnknownColumns(f"The columns of the file are {found}. {WANTED}; or name its columns.", columns)
