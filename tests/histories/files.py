"""Files as people bring them, and what is read of them."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date

from episodarr.histories.dates import DateForm
from episodarr.histories.model import BadRow, Columns, Event, HistoryRow, InvalidFile, ReadOptions, Skipped
from episodarr.histories.read import Reading, open_history

TODAY = date(2026, 7, 1)
OPTIONS = ReadOptions(TODAY)

NETFLIX = (
    "Title,Date\n"
    '"Dark: Season 1: Secrets","29/03/2021"\n'
    '"Love, Death & Robots: Volume 1: Zima Blue","28/03/2021"\n'
    '"Blade Runner 2049","27/03/2021"\n'
)
NETFLIX_FULL = (
    "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,"
    "Latest Bookmark,Country\n"
    'Ann,2023-02-19 19:02:30,00:04:29,,"Love, Death & Robots: Volume 3: Jibaro (Episode 9)",,PC,00:05:18,00:05:18,US\n'
    "Ann,2023-02-18 23:30:00,00:00:29,Autoplayed: user action: None; ,Dark: Season 1: Secrets (Episode 1),,PC,0,0,US\n"
    "Ann,2023-02-18 20:00:00,00:40:00,Autoplayed: user action: None; ,Dark: Season 1: Secrets (Episode 1),,PC,0,0,US\n"
    "Bob,2023-02-17 20:00:00,00:00:09,,Temporada 1 (Clip): Sandman,HOOK,PC,0,0,US\n"
    "Ann,2023-02-17 20:00:00,00:00:09,,Silverado_hook_primary_16x9,,PC,0,0,US\n"
)
TV_TIME = (
    "key,user_id,s_id,series_name,season_number,episode_number,created_at,updated_at,is_unitary\n"
    "watch-episode-1,1,121361,Game of Thrones,1,1,2020-05-01 20:11:05,2020-05-01 20:11:05,\n"
    "rewatch-episode-9,1,121361,Game of Thrones,1,1,2023-01-02 21:00:00,,\n"
    "follow-series-2,1,121361,Game of Thrones,,,2019-01-01 00:00:00,,\n"
    "watch-episode-3,1,436992,Doctor Who (2023),,1,2024-01-01 00:00:00,,\n"
    "watch-episode-4,1,5,A TV Film (2001),1,1,2024-01-01 00:00:00,,true\n"
)
TV_TIME_SEEN = (
    "source,created_at,tv_show_name,season,episode\n"
    "android,2018-03-04 10:00:00,Game of Thrones,1,1\n"
    "android,2018-03-04 10:00:00,Friends,1,2\n"
)
YAMTRACK = (
    '"media_id","source","media_type","title","season_number","episode_number","repeats","end_date","watch_date"\n'
    '"1668","tmdb","tv","Friends","","","0","2024-02-09",""\n'
    '"1668","tmdb","episode","Friends","1","24","1","","2024-02-09"\n'
    '"10494","tmdb","movie","Perfect Blue","","","0","2024-02-09",""\n'
    '"10495","tmdb","movie","Another","","","0","",""\n'
    '"227","mal","anime","FLCL","","","0","",""\n'
    '"1668","tmdb","episode","Friends","1","","0","","2024-02-09"\n'
    '"1668","tmdb","episode","","1","2","0","","2024-02-09"\n'
)


def reading_of(content: str | bytes, options: ReadOptions = OPTIONS, name: str = "history.csv") -> Reading:
    body = content.encode() if isinstance(content, str) else content
    return open_history(io.BytesIO(body), name, options)


def events_of(content: str | bytes, options: ReadOptions = OPTIONS) -> list[Event]:
    return list(reading_of(content, options).events())


def rows_of(content: str | bytes, options: ReadOptions = OPTIONS) -> list[HistoryRow]:
    return [one for one in events_of(content, options) if isinstance(one, HistoryRow)]


def bad_of(content: str | bytes, options: ReadOptions = OPTIONS) -> dict[int, str]:
    return {one.line: one.problem for one in events_of(content, options) if isinstance(one, BadRow)}


def skipped_of(content: str | bytes, options: ReadOptions = OPTIONS) -> dict[int, str]:
    return {one.line: one.why for one in events_of(content, options) if isinstance(one, Skipped)}


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def read_somehow(body: bytes) -> None:
    """Reads any bytes to their end; whatever they are, they may only be refused."""
    for columns in (None, Columns(date="Date", title="Title")):
        try:
            reading = open_history(io.BytesIO(body), "any", ReadOptions(TODAY, columns=columns))
            chosen = ReadOptions(
                TODAY, date_form=DateForm.DAY_FIRST, profile=reading.profiles[0].name if reading.profiles else None
            )
            for event in reading.events(chosen):
                assert event.line > 0
        except InvalidFile:
            continue
