"""What is read of the tables of services, and what of tables that are broken."""

import tracemalloc
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from files import (
    NETFLIX,
    NETFLIX_FULL,
    OPTIONS,
    TODAY,
    TV_TIME,
    TV_TIME_SEEN,
    YAMTRACK,
    bad_of,
    events_of,
    reading_of,
    rows_of,
    skipped_of,
)

from episodarr.histories.dates import DateForm
from episodarr.histories.model import (
    BadRow,
    Columns,
    Format,
    HistoryRow,
    InvalidFile,
    Profile,
    ReadOptions,
    RowKind,
    UnknownColumns,
)
from episodarr.histories.read import open_history


def test_netflix_simple() -> None:
    reading = reading_of(NETFLIX)
    assert (reading.format, reading.rows, reading.columns) == (Format.NETFLIX_SIMPLE, 3, ("Title", "Date"))
    assert reading.dates.form is DateForm.DAY_FIRST
    assert reading.questions() == ()
    assert reading.evidence == ("UTF-8, columns parted by a comma",)
    assert list(reading.events()) == [
        HistoryRow(2, "Dark: Season 1: Secrets", date(2021, 3, 29)),
        HistoryRow(3, "Love, Death & Robots: Volume 1: Zima Blue", date(2021, 3, 28)),
        HistoryRow(4, "Blade Runner 2049", date(2021, 3, 27)),
    ]


@pytest.mark.parametrize(
    "body",
    [
        NETFLIX.encode("utf-8-sig"),
        NETFLIX.encode("utf-16"),
        b"\xfe\xff" + NETFLIX.encode("utf-16-be"),
        NETFLIX.replace("\n", "\r\n").encode(),
        NETFLIX.replace("\n", "\r").encode(),
        NETFLIX.replace('","', '";"').replace("Title,", "Title;").encode(),
        NETFLIX.replace('","', '"\t"').replace("Title,", "Title\t").encode(),
        ("sep=;\n" + NETFLIX.replace('","', '";"').replace("Title,", "Title;")).encode(),
        ("\n\n" + NETFLIX + "\n\n").encode(),
        NETFLIX.replace("\n", ",,\n").encode(),
        NETFLIX.replace("Title,Date", '" title ","DATE"').encode(),
        NETFLIX.replace('2021"\n"L', '2021"\r\n"L').encode(),
    ],
)
def test_the_same_however_it_was_saved(body: bytes) -> None:
    assert [(one.title, one.watched_on) for one in rows_of(body)] == [
        (one.title, one.watched_on) for one in rows_of(NETFLIX)
    ]


def test_an_old_encoding() -> None:
    reading = reading_of(NETFLIX.replace("Secrets", "Geheimnisse für Élite").encode("cp1252"))
    assert "Windows-1252" in reading.evidence[0]
    assert next(iter(reading.events())) == HistoryRow(2, "Dark: Season 1: Geheimnisse für Élite", date(2021, 3, 29))


def test_a_broken_byte_costs_its_row_only() -> None:
    body = NETFLIX.replace("Secrets", "Sécrèts dé là même çà éééé").encode() + b'"Bad \xff","26/03/2021"\n'
    assert len(rows_of(body)) == 3
    assert bad_of(body) == {5: "The line has bytes that are no text"}
    assert "are no text" in reading_of(body).evidence[0]
    assert bad_of(NETFLIX + '"A\0B","26/03/2021"\n') == {5: "The line has bytes that are no text"}
    assert bad_of(NETFLIX + '"A\n\0B","26/03/2021"\n')[5].startswith("A quotation mark")


def test_a_spreadsheet_put_the_date_into_the_title() -> None:
    body = 'Title,Date\n"Peaky Blinders: Temporada 1: Episodio 2,""3/11/26"""\n'
    assert "a spreadsheet saved this file wrongly" in bad_of(body)[2]
    assert bad_of(NETFLIX + "Alone\n") == {5: "The row has 1 of 2 columns"}
    assert "3 columns rather than 2" in bad_of(NETFLIX + "Love, Death,26/03/2021\n")[5]


def test_rows_that_tell_too_little() -> None:
    body = NETFLIX + '"","26/03/2021"\n"A",""\n"B","soon"\n"C","31/31/2021"\n"D","01/01/2030"\n"E","01/01/1999"\n'
    assert bad_of(body) == {
        5: "It has no title",
        6: "It has no date",
        7: "“soon” is no date",
        8: "“31/31/2021” is no date written day/month/year",
        9: "“01/01/2030” (2030-01-01) lies in the future",
        10: "“01/01/1999” (1999-01-01) lies too long ago",
    }


def test_quotes_that_are_not_closed() -> None:
    body = NETFLIX + '"Open,26/03/2021\n"Dark: Season 1: Lies","25/03/2021"\n5" Disc,24/03/2021\n"A"b,23/03/2021\n'
    assert bad_of(body) == {
        5: "A quotation mark is not closed, or something stands behind the closing one",
        8: "A quotation mark is not closed, or something stands behind the closing one",
    }
    assert [one.title for one in rows_of(body)][3:] == ["Dark: Season 1: Lies", '5" Disc']


def test_a_title_of_two_lines() -> None:
    assert rows_of(NETFLIX + '"One\nTwo","26/03/2021"\n')[-1] == HistoryRow(5, "One\nTwo", date(2021, 3, 26))


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    body = NETFLIX + '"Open,26/03/2021\n' + "".join(f"Film {at},25/03/2021\n" for at in range(50))
    assert len(rows_of(body)) == 53


def test_what_is_far_too_large() -> None:
    assert "64 kB" in bad_of(NETFLIX + "x" * 70_000 + ",26/03/2021\n")[5]
    assert "columns" in bad_of(NETFLIX + "," * 900 + "x\n")[5]
    body = NETFLIX + "x," * 1_500_000 + "x\n" + '"A","26/03/2021"\n'
    assert "more than 1,000,000 characters" in bad_of(body)[5]
    assert rows_of(body)[-1].title == "A"


def test_dates_that_leave_a_question() -> None:
    body = "Title,Date\nA,05/06/2022\nB,04/06/2022\n"
    reading = reading_of(body)
    assert reading.questions() == (
        (
            "The dates can be read in several ways: is 05/06/2022 5 June 2022 (day/month/year) or"
            " 6 May 2022 (month/day/year)?"
        ),
    )
    with pytest.raises(InvalidFile, match="several ways"):
        reading.events()
    chosen = ReadOptions(TODAY, date_form=DateForm.MONTH_FIRST)
    assert [one.watched_on for one in reading.events(chosen) if isinstance(one, HistoryRow)] == [
        date(2022, 5, 6),
        date(2022, 4, 6),
    ]
    assert reading_of(body, chosen).questions() == ()


def test_a_file_whose_dates_are_none_cannot_be_imported() -> None:
    fix = "Upload the file as it was downloaded."
    assert reading_of("Title,Date\nA,soon\n").questions() == (
        f"Nothing can be imported: no row has a possible date: line 2 says “soon”. {fix}",
    )
    assert reading_of("Title,Date\nA,\n").questions() == (f"Nothing can be imported: no row has a date. {fix}",)
    assert "line 2: The row has 3 columns rather than 2" in reading_of("Title,Date\nA,B,2022-01-05\n").questions()[0]
    table = reading_of("Film,Seen,Year\nA,soon,2020\n", ReadOptions(TODAY, columns=Columns("Seen", "Film")))
    assert table.questions()[0].endswith("Name another column for the date.")


def test_a_chosen_form_overrules_the_evidence() -> None:
    assert len(bad_of(NETFLIX, ReadOptions(TODAY, date_form=DateForm.MONTH_FIRST))) == 3


def test_netflix_full_has_profiles() -> None:
    reading = reading_of(NETFLIX_FULL)
    assert reading.format is Format.NETFLIX_FULL
    assert reading.profiles == (Profile("Ann", 4), Profile("Bob", 1))
    assert reading.questions() == ("The file has several profiles: choose whose history it is.",)
    with pytest.raises(InvalidFile, match="several profiles"):
        reading.events()
    with pytest.raises(InvalidFile, match="no profile “Eve”"):
        reading.events(ReadOptions(TODAY, profile="Eve"))


def test_netflix_full_tells_views_from_what_played_by_itself() -> None:
    chosen = ReadOptions(TODAY, profile="Ann", zone=timezone(timedelta(hours=5)))
    assert rows_of(NETFLIX_FULL, chosen) == [
        HistoryRow(
            2,
            "Love, Death & Robots: Volume 3: Jibaro (Episode 9)",
            date(2023, 2, 20),
            datetime(2023, 2, 19, 19, 2, 30, tzinfo=UTC),
            seconds=269,
        ),
        HistoryRow(
            4,
            "Dark: Season 1: Secrets (Episode 1)",
            date(2023, 2, 19),
            datetime(2023, 2, 18, 20, 0, tzinfo=UTC),
            seconds=2400,
        ),
    ]
    assert skipped_of(NETFLIX_FULL, chosen) == {
        3: "the player began by itself and ran 29 s: Dark: Season 1: Secrets (Episode 1)",
        6: "no episode or film, but a preview: Silverado_hook_primary_16x9",
    }
    bob = ReadOptions(TODAY, profile="Bob")
    assert skipped_of(NETFLIX_FULL, bob) == {5: "no episode or film, but a hook: Temporada 1 (Clip): Sandman"}


def test_netflix_full_with_bad_rows() -> None:
    body = (
        "Profile Name,Start Time,Title,Duration\nAnn,2023-02-19 19:02:30,A,long\nAnn,2023-02-19 19:02:30,,\n"
        "Ann,,B,\nAnn,2023-02-19\n,2023-02-19 19:02:30,C,\nAnn,0001-01-01 00:00:00+14:00,D,\n"
    )
    assert bad_of(body) == {
        2: "“long” is no duration such as 00:42:10",
        3: "It has no title",
        4: "It has no date",
        5: "The row has 2 of 4 columns",
        7: "“0001-01-01 00:00:00+14:00” is no date of this calendar",
    }
    assert [one.title for one in rows_of(body)] == ["C"]
    many = "Profile Name,Start Time,Title\n" + "".join(f"P{at},2023-02-19 19:02:30,A\n" for at in range(200))
    with pytest.raises(InvalidFile, match="more than 100 profiles"):
        reading_of(many)


def test_tv_time() -> None:
    made = rows_of(TV_TIME)
    assert [(one.title, one.season, one.number, one.tvdb_id, one.kind) for one in made] == [
        ("Game of Thrones", 1, 1, 121361, RowKind.EPISODE),
        ("Game of Thrones", 1, 1, 121361, RowKind.EPISODE),
        ("A TV Film", None, None, 0, RowKind.FILM),
    ]
    assert made[0].watched_at == datetime(2020, 5, 1, 20, 11, 5, tzinfo=UTC)
    assert made[2].year == 2001
    assert skipped_of(TV_TIME) == {4: "no view, but a record “follow-series-2”"}
    assert bad_of(TV_TIME) == {5: "Season or episode of “Doctor Who (2023)” is missing"}
    assert [(one.title, one.number) for one in rows_of(TV_TIME_SEEN)] == [("Game of Thrones", 1), ("Friends", 2)]


def test_tv_time_with_bad_rows() -> None:
    body = (
        "key,series_name,s_no,ep_no,created_at,is_unitary\nwatch-episode-1,,1,1,2020-05-01 20:11:05,\n"
        "watch-episode-1,A,1,1,,\nwatch-episode-1,A,one,1,2020-05-01 20:11:05,\nwatch-episode-1,A,1,1,,true\n"
        "watch-episode-1,,1,1,2020-05-01 20:11:05,true\n"
    )
    assert bad_of(body) == {
        2: "It has no show",
        3: "It has no date",
        4: "“one” is no number of a season",
        5: "It has no date",
        6: "It has no title",
    }


def test_yamtrack() -> None:
    made = rows_of(YAMTRACK)
    assert [(one.title, one.season, one.number, one.tmdb_id, one.plays, one.kind) for one in made] == [
        ("Friends", 1, 24, 1668, 2, RowKind.EPISODE),
        ("Perfect Blue", None, None, 0, 1, RowKind.FILM),
    ]
    assert skipped_of(YAMTRACK) == {
        2: "a tv, which is no single view: Friends",
        5: "not watched, or nobody noted when: Another",
        6: "a anime, which is no single view: FLCL",
    }
    assert bad_of(YAMTRACK) == {7: "Season or episode of “Friends” is missing", 8: "It has no title"}


NAMED = Columns(
    date="When", show="Series", title="Name", season="S", number="E", year="Year", tmdb_id="TMDB", imdb_id="IMDb"
)


def test_any_table_whose_columns_are_named() -> None:
    body = (
        "When;Series;Name;S;E;Year;TMDB;IMDb\n31.12.2023 20:15;Dark;Secrets;S01;1.0;2017-12-01;70523;tt5753856\n"
        "30.12.2023;Dark;;Season 1;2;;;nope\n29.12.2023;;Blade Runner;;;;;\n28.12.2023;Dark;;x;1;;;\n"
        "27.12.2023;;;;;;;\n"
        ";Dark;;1;1;;;\n"
    )
    options = ReadOptions(TODAY, columns=NAMED)
    assert rows_of(body, options) == [
        HistoryRow(
            2,
            "Dark",
            date(2023, 12, 31),
            kind=RowKind.EPISODE,
            season=1,
            number=1,
            episode_title="Secrets",
            year=2017,
            tmdb_id=70523,
            imdb_id="tt5753856",
        ),
        HistoryRow(3, "Dark", date(2023, 12, 30), kind=RowKind.EPISODE, season=1, number=2),
        HistoryRow(4, "Blade Runner", date(2023, 12, 29)),
    ]
    assert bad_of(body, options) == {5: "“x” is no number of a season", 6: "It has no title", 7: "It has no date"}
    assert reading_of(body, options).format is Format.GENERIC_CSV


def test_columns_that_are_not_there() -> None:
    with pytest.raises(InvalidFile, match="has no column “When”; it has: A, B"):
        reading_of("A,B\n1,2\n", ReadOptions(TODAY, columns=NAMED))
    with pytest.raises(InvalidFile, match="Name the column"):
        reading_of("A,B\n1,2\n", ReadOptions(TODAY, columns=Columns(date="A")))


def test_columns_that_are_there_twice() -> None:
    with pytest.raises(InvalidFile, match="“title” is there twice"):
        reading_of("Title,Date,Title\nA,1/2/20,B\n")
    twice = "When,What,Note,Note\n2020-01-02,A,x,y\n"
    assert len(rows_of(twice, ReadOptions(TODAY, columns=Columns(date="When", title="What")))) == 1


def test_columns_that_nobody_knows() -> None:
    with pytest.raises(UnknownColumns, match="“Film”, “Seen on”") as caught:
        reading_of("Film,Seen on\nA,1/2/20\n")
    assert caught.value.columns == ("Film", "Seen on")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "empty"),
        (b"\n \r\n", "empty"),
        (b",,;\n;;\n", "empty"),
        (b"\0" * 5000, "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "PNG"),
        (b"\xff\xd8\xff\xe0 JFIF", "JPEG"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\xef\xbb\xbf  <html>", "web page"),
        (b"<?xml version='1.0'?>", "XML"),
        (bytes(range(256)) * 20, "no text"),
        (b"Title,Date\n" + b"A\0\0\0\0" * 900, "no text"),
        (b"Title,Date\n", "a head, but no rows"),
        (b"a," * 1_000_000, "first line is longer"),
        (b"a," * 2_000 + b"\n1\n", "2,001 columns"),
        (b"TMDb ID,Date Rated,Type\n1,2,3\n", "TMDB"),
        (b"tv_show_id,tv_show_name,is_followed,nb_episodes_seen\n1,2,3,4\n", "sums of TV Time"),
        ("Title,Date\nA,1/2/20\n".encode("utf-16-le"), "no text"),
    ],
)
def test_files_of_which_nothing_can_be_read(body: bytes, what: str) -> None:
    with pytest.raises(InvalidFile, match=what):
        reading_of(body)


def test_utf_16_that_ends_in_the_middle() -> None:
    body = NETFLIX.encode("utf-16") + b"\x00"
    assert len(rows_of(body)) == 3
    bad = (
        "Title,Date\nA,29/03/2021\n".encode("utf-16") + b"\x00\xdc\x00\xdc\n\x00" + "B,28/03/2021\n".encode("utf-16-le")
    )
    assert [one.title for one in rows_of(bad)] == ["A", "B"]


def test_memory_does_not_grow_with_the_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("big") / "big.csv"
    with path.open("w") as file:
        file.write("Title,Date\n")
        for at in range(60_000):
            day = date(2024, 1, 1) - timedelta(days=at // 30)
            file.write(f'"Show {at % 50}: Season 1: Title {at}","{day:%d/%m/%Y}"\n')
    with path.open("rb") as stream:
        tracemalloc.start()
        reading = open_history(stream, "big.csv", OPTIONS)
        count = sum(1 for _ in reading.events())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == 60_000
    assert peak < 12 << 20


def test_every_row_is_told_once() -> None:
    """No line is lost or told twice, whatever is wrong with those around it."""
    body = "Title,Date\n" + "".join(
        f'"Film {at}","29/03/2021"\n' if at % 3 else f'"Broken {at},29/03/2021\n' for at in range(1, 60)
    )
    lines = [one.line for one in events_of(body)]
    assert lines == list(range(2, 61))
    assert sum(isinstance(one, BadRow) for one in events_of(body)) == 19
