"""Histories: bringing a file, looking at it, importing, the report, and taking it back (R-T1, R-T5, R-T7, R-T11)."""

import io
import re
from datetime import timedelta

import pytest
from fakes import Stack
from fakes_histories import HOSTILE, HistoryHouse, connect_metadata
from history_place import netflix
from person import Person
from web_routes import filled, routes_of

PATH = "/histories"
ROWS = netflix(
    ("Dark: Season 1: Secrets", "2022-01-05"),
    ("Dark: Season 1: Lies", "2022-01-06"),
    ("Heat", "2022-01-07"),
    ("Nobody Knows This: Season 3: Any", "2022-01-08"),
)
AMBIGUOUS = netflix(("Dark: Season 1: Secrets", "05/06/2022"), ("Dark: Season 1: Lies", "07/08/2022"))
FULL = (
    "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,Latest Bookmark,"
    "Country\n"
) + "".join(
    f'{name},2022-01-0{day} 20:00:00,00:50:00,,"Dark: Season 1: Secrets",{kind},TV,00:50:00,00:50:00,DE\n'
    for name in ("Anna", "Kids & Co")
    for day, kind in ((1, ""), (2, "TRAILER"), (3, ""))
)


@pytest.fixture
def stack(tmp_path, migrated_file) -> Stack:
    """With histories."""
    made = Stack(histories=lambda world, clock: HistoryHouse(world, clock, tmp_path, migrated_file))
    connect_metadata(made.connections)
    return made


def send(who: Person, content: str | bytes, name: str = "history.csv", *, token: str | None = None, part: bool = False):
    """Upload a file as the form does, or with `part` as the script does."""
    held = who.token if token is None else token
    body = content if isinstance(content, bytes) else content.encode()
    return who.client.post(
        who.base + PATH,
        data={} if part else {"form_token": held},
        files={"file": (name, io.BytesIO(body), "text/csv")},
        headers={"X-Part": "1", "X-CSRF-Token": held} if part else {},
    )


def imported(who: Person, content: str = ROWS, name: str = "history.csv") -> str:
    """Uploaded, started and run; the address of its page."""
    page = send(who, content, name).headers["location"]
    assert who.post(f"{page}/start", zone="").headers["location"] == page
    who.stack.histories.run(int(page.rsplit("/", 1)[1]))
    return page


class TestWhoMay:
    def test_without_histories_nothing_of_it_is_there(self, visit):
        admin = visit(Stack()).sign_in("admin")
        assert admin.get(PATH).status_code == 404
        assert PATH not in admin.get("/watching").text
        assert "seen by you" not in admin.get("/shows/4").text

    def test_every_page_needs_a_session_and_every_change_a_token(self, stack, admin, nobody):
        ours = [(method, path) for method, path in routes_of(stack) if path.startswith(PATH)]
        assert len(ours) > 15
        for method, path in ours:
            address = filled(path)
            assert nobody.client.request(method, address).headers["location"].startswith("/sign-in"), path
            if method == "POST":
                for token in ("", "0" * 64):
                    assert admin.post(address, token=token).status_code == 403, path
        assert send(admin, ROWS, token="0" * 64).status_code == 403
        assert stack.histories.as_viewer(stack.histories.anna) == []

    def test_an_upload_of_another_site_is_refused(self, stack, admin):
        answer = admin.client.post(
            PATH,
            data={"form_token": admin.token},
            files={"file": ("a.csv", b"Title,Date\n")},
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        assert answer.status_code == 403
        assert stack.histories.as_viewer(stack.histories.anna) == []

    def test_everybody_sees_their_own_only(self, stack, admin, viewer):
        """R-T11: an admin, too."""
        page = imported(viewer, name="mine.csv")
        assert "mine.csv" in viewer.get(PATH).text
        assert "mine.csv" not in admin.get(PATH).text
        for path in (page, f"{page}/live", f"{page}/rows"):
            assert viewer.get(path).status_code == 200
            assert admin.get(path).status_code == 404
        for act in ("choices", "start", "cancel", "undo"):
            assert admin.post(f"{page}/{act}").status_code == 404
        assert "Nobody Knows This" in viewer.get(f"{PATH}/review").text
        assert "Nobody Knows This" not in admin.get(f"{PATH}/review").text
        assert admin.get(f"{PATH}/imports/{2**70}").status_code == 404

    def test_lookups_are_for_admins_and_attribution_for_all(self, admin, viewer):
        """R-T9."""
        page = admin.get(PATH).text
        assert "Metadata services" in page
        assert "95 %" in page
        assert "“&lt;b&gt;Dark&lt;/b&gt;”: TMDB answers 503." in page
        page = viewer.get(PATH).text
        assert "Metadata services" not in page
        assert "This product uses the TMDB API but is not endorsed or certified by TMDB." in page
        assert "Data by TVmaze, CC BY-SA." in page


class TestUpload:
    def test_it_leads_to_what_was_understood(self, admin, stack):
        """R-T1."""
        page = send(admin, ROWS, "NetflixViewingHistory.csv").headers["location"]
        text = admin.get(page).text
        assert "Netflix, simple list" in text
        assert "Import 4 rows" in text
        assert "<span>Dark</span>" in text
        assert "Wed 5 Jan 2022" in text
        assert "Columns parted by a comma" in text or "columns parted by a comma" in text
        assert stack.histories.days(stack.histories.anna) == set()

    def test_the_script_is_told_where_to_go(self, admin):
        answer = send(admin, ROWS, part=True)
        assert answer.status_code == 204
        assert answer.headers["hx-redirect"].startswith(f"{PATH}/imports/")

    @pytest.mark.parametrize("part", [False, True])
    def test_a_wrong_file_is_told_at_the_field(self, admin, stack, part):
        answer = send(admin, b"\x89PNG\r\n\x1a\n0000", part=part)
        assert answer.status_code == 422
        assert re.search(r'id="upload-problem" role="alert">[^<]+</p>', answer.text)
        assert 'aria-invalid="true"' in answer.text
        assert ("<html" in answer.text) is not part
        assert stack.histories.as_viewer(stack.histories.anna) == []

    def test_no_file_is_told_at_the_field(self, admin):
        assert "Choose a file first." in send(admin, b"", "").text
        assert "Choose a file first." in admin.post(PATH).text

    @pytest.mark.parametrize("times", [1.02, 5])
    def test_one_that_is_too_large_is_not_kept(self, admin, stack, times):
        body = b"Title,Date\n" + b"x" * int(stack.histories.histories.largest * times)
        answer = send(admin, body)
        assert answer.status_code == 413
        assert "The file has more than 4 MB" in answer.text
        assert list((stack.histories.folder / "histories").glob("*")) == []

    def test_a_hostile_name_and_hostile_titles_are_text(self, admin):
        rows = netflix((f"{HOSTILE.replace(chr(34), chr(34) * 2)}: Season 7: Boo", "2022-01-05"))
        page = imported(admin, rows, "<img src=x onerror=alert(1)>.csv")
        for path in (PATH, page, f"{page}/rows", f"{PATH}/review", f"{PATH}/mappings"):
            text = admin.get(path).text
            assert "<script>alert" not in text, path
            assert "<img src=x" not in text, path
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in admin.get(f"{PATH}/review").text

    def test_the_same_file_again_says_so(self, admin):
        """R-T7."""
        first = imported(admin)
        again = send(admin, ROWS).headers["location"]
        text = admin.get(again).text
        assert "imported before" in text
        assert f'href="{first}"' in text


class TestPreview:
    def test_both_readings_of_a_date_are_offered(self, admin):
        """R-T1: the form of dates is decided for the file, by evidence or by a person."""
        page = send(admin, AMBIGUOUS).headers["location"]
        text = admin.get(page).text
        assert "Open before it can start" in text
        assert "is 5 June 2022" in text
        assert "is 6 May 2022" in text
        assert "both possible" in text
        assert "Import 2 rows" not in text
        assert admin.post(f"{page}/start").status_code == 422
        part = admin.post(f"{page}/choices", part=True, date_form="month_day_year").text
        assert "<html" not in part
        assert re.search(r'value="month_day_year" [^>]*checked', part)
        assert "Fri 6 May 2022" in part
        assert "Import 2 rows" in part
        assert admin.post(f"{page}/choices", date_form="day_month_year").headers["location"] == page
        assert "Sun 5 Jun 2022" in admin.get(page).text

    def test_other_choices_are_shown_before_they_are_imported(self, admin, stack):
        page = send(admin, AMBIGUOUS).headers["location"]
        answer = admin.post(f"{page}/start", date_form="month_day_year")
        assert answer.status_code == 409
        assert "look at it once more" in answer.text
        assert stack.histories.started == []
        assert admin.post(f"{page}/start", date_form="month_day_year").status_code == 303
        assert stack.histories.started == [int(page.rsplit("/", 1)[1])]
        assert admin.post(f"{page}/start", date_form="month_day_year").headers["location"] == page
        assert len(stack.histories.started) == 1

    def test_a_profile_is_chosen(self, admin):
        page = send(admin, FULL, "ViewingActivity.csv").headers["location"]
        text = admin.get(page).text
        assert "Kids &amp; Co" in text
        assert "choose whose history" in text
        part = admin.post(f"{page}/choices", part=True, profile="Kids & Co").text
        assert "Import 3 rows" in part

    def test_columns_of_any_table_are_named(self, admin, stack):
        rows = "Show,Season,No.,Episode,TVDB,Seen on\nDark,1,1,Secrets,,2023-02-01\nDark,1,2,Lies,,2023-02-02\n"
        page = send(admin, rows, "watch-log.csv").headers["location"]
        text = admin.get(page).text
        assert "Nobody knows this kind of table" in text
        for field, head in (("date", "Seen on"), ("show", "Show"), ("number", "No."), ("tvdb_id", "TVDB")):
            select = text[text.index(f'name="c.{field}"') :].partition("</select>")[0]
            assert f'<option value="{head}" selected>' in select
        wrong = admin.post(f"{page}/choices", **{"c.date": "Seen on"})
        assert wrong.status_code == 422
        assert "Name the column of the date" in wrong.text
        named = {"c.date": "Seen on", "c.show": "Show", "c.season": "Season", "c.number": "No."}
        assert admin.post(f"{page}/choices", **named).headers["location"] == page
        assert "Import 2 rows" in admin.get(page).text
        assert admin.post(f"{page}/start", **named).status_code == 303
        assert stack.histories.run(int(page.rsplit("/", 1)[1])).episodes == 2

    def test_what_no_form_sends_is_refused(self, admin):
        page = send(admin, ROWS).headers["location"]
        for wrong in ({"date_form": "odd"}, {"language": "<b>"}, {"zone": "Nowhere/At"}):
            answer = admin.post(f"{page}/choices", **wrong)
            assert answer.status_code == 422, wrong
            assert 'role="alert"' in answer.text
        assert 'value="Nowhere/At"' in answer.text
        assert "at midnight in UTC" in answer.text, "as it is read still"

    def test_days_end_where_the_browser_is(self, admin):
        admin.client.cookies.set("episodarr_zone", "Europe/Berlin")
        page = send(admin, FULL).headers["location"]
        assert 'name="zone" value="Europe/Berlin"' in admin.get(page).text

    def test_it_is_put_away(self, admin):
        page = send(admin, ROWS).headers["location"]
        assert admin.post(f"{page}/cancel").headers["location"] == PATH
        assert admin.get(page).status_code == 404
        gone = admin.post(f"{page}/start", part=True)
        assert gone.status_code == 404
        assert "Sonarr" not in gone.text, "an import was never there"

    def test_what_has_no_date_is_not_offered_to_be_imported(self, admin):
        page = send(admin, netflix(("Heat", "soon"))).headers["location"]
        text = admin.get(page).text
        assert "line 2 says “soon”" in text
        assert "what is open stands above" in text
        assert f"{page}/start" not in text
        assert admin.post(f"{page}/start", zone="").status_code == 422

    @pytest.mark.parametrize(("content", "within"), [(ROWS, True), (AMBIGUOUS, False), (FULL, False)])
    def test_to_show_it_again_stands_where_the_choices_are(self, admin, content, within):
        text = admin.get(send(admin, content).headers["location"]).text
        shut = text.partition('<details class="panel otherwise')[2].partition("</details>")[0]
        assert text.count("Show it with these choices") == 1
        assert ("Show it with these choices" in shut) is within


class TestReport:
    def test_how_far_it_is(self, admin, stack):
        page = send(admin, ROWS).headers["location"]
        admin.post(f"{page}/start", zone="")
        stack.now += timedelta(seconds=10)
        part = admin.get(f"{page}/live", x_part="1").text
        assert 'data-every="1000"' in part
        assert 'role="progressbar"' in part
        assert "It begins as soon as no other import runs" in part
        assert admin.post(f"{page}/cancel", part=True).headers["hx-redirect"] == page
        text = admin.get(page).text
        assert "Cancelled" in text
        assert "data-every" not in text
        assert admin.post(f"{page}/cancel", part=True).status_code == 409

    def test_what_came_of_its_rows(self, admin):
        rows = f'{ROWS}"Dark: Season 1: Lies",\n'
        page = imported(admin, rows)
        text = admin.get(page).text
        assert "Imported" in text
        assert "<b>2</b> by the same name and title" in text
        assert "Review 1 row<" in text
        assert re.search(r'data-label="Line">6</td><td class="h-what">It has no date', text)
        assert admin.get(f"{page}/rows?outcome=film").text.count('class="h-what"') == 1
        assert "S01E02" in admin.get(f"{page}/rows").text
        assert admin.get(f"{page}/rows?cursor=odd").status_code == 302

    def test_what_waits_says_for_whom(self, admin, stack):
        """R-T5."""
        connect_metadata(stack.connections, "offline")
        stack.histories.lookup.down = "TMDB: it answers 503"
        page = imported(admin)
        text = admin.get(page).text
        assert "What 3 rows wait for" in text
        assert 'data-every="5000"' in text, "it shows by itself when they are completed"
        assert "it answers 503" in text
        assert "Wait: it is TMDB&#39;s own trouble." in text
        del stack.connections._views[90]
        assert "TVmaze needs no key" in admin.get(page).text

    def test_it_is_taken_back(self, admin, stack):
        """R-T7."""
        page = imported(admin)
        assert len(stack.histories.days(stack.histories.anna)) == 2
        assert admin.post(f"{page}/undo").headers["location"] == page
        assert "Taken back" in admin.get(page).text
        assert stack.histories.days(stack.histories.anna) == set()
        assert admin.post(f"{page}/undo").status_code == 409

    def test_the_list_shows_how_far_each_is(self, admin, nobody):
        page = send(admin, ROWS).headers["location"]
        assert "data-every" not in admin.get(PATH).text, "nothing moves before it is started"
        admin.post(f"{page}/start", zone="")
        assert f'data-refresh="{page}/row" data-every="2000"' in admin.get(PATH).text
        row = admin.get(f"{page}/row", x_part="1").text
        assert row.count("<tr ") == 1
        assert "<b>0 %</b> done" in row
        admin.post(f"{page}/cancel")
        assert "data-every" not in admin.get(f"{page}/row", x_part="1").text
        assert nobody.get(f"{page}/row").status_code in {302, 303, 401, 404}

    def test_the_list_is_paged(self, admin, stack):
        for number in range(32):
            send(admin, ROWS, f"file-{number}.csv")
        first = admin.get(PATH).text
        assert first.count("import-row-") == 30
        more = re.search(r'hx-get="(/histories\?cursor=[^"]+)"', first)[1].replace("&amp;", "&")
        rest = admin.get(more, x_part="1").text
        assert rest.count("import-row-") == 2
        assert "<html" not in rest
        assert admin.get(f"{PATH}?cursor=odd").status_code == 302
