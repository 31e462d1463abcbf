"""System > Freshness, and the line of a show (R-M1, R-M3, R-M4, R-M5, R-M6, R-M8)."""

import re
from datetime import timedelta

from fakes import Stack

from episodarr.catalogue.followed import Why
from episodarr.catalogue.fresh_choices import FreshChoices
from episodarr.settings import SyncMode, read

PATH = "/system/freshness"


def shown(page: str) -> list[str]:
    """The titles of the list of who follows what."""
    part = page[page.index('id="fresh-list"') :] if 'id="fresh-list"' in page else page
    part = part.partition("</section>")[0]
    return re.findall(r'<li><div><a class="title" href="[^"]+">([^<]+)</a>', part)


class TestPage:
    def test_only_an_admin_sees_it(self, admin, viewer, nobody):
        assert admin.get(PATH).status_code == 200
        assert viewer.get(PATH).status_code == 403
        assert nobody.get(PATH).headers["location"].startswith("/sign-in")
        assert PATH in admin.get("/system/tasks").text
        assert PATH not in viewer.get("/system/tasks").text
        for path in ("mode", "choices", "run"):
            assert viewer.post(f"{PATH}/{path}", mode="GREEDY").status_code == 403
            assert admin.post(f"{PATH}/{path}", token="wrong").status_code == 403

    def test_it_says_which_mode_applies_and_why(self, admin, stack):
        """R-M1, R-M5."""
        page = admin.get(PATH).text
        assert "The default; EPISODE_SYNC_MODE sets it." in page
        assert re.search(r'value="ON_DEMAND" checked', page)
        assert admin.post(f"{PATH}/mode", mode="GREEDY").headers["location"] == PATH
        page = admin.get(PATH).text
        assert re.search(r'value="GREEDY" checked', page)
        assert "Chosen here by anna; the default is ON_DEMAND." in page
        assert stack.fresh.choices.current().mode is SyncMode.GREEDY
        assert "<b>47</b> of 47 shows kept fresh" in page
        admin.post(f"{PATH}/mode", take_back="mode", mode="GREEDY")
        assert stack.fresh.choices.current().mode is SyncMode.ON_DEMAND

    def test_a_wrong_mode_is_refused_with_both_values(self, admin):
        """R-M1."""
        answer = admin.post(f"{PATH}/mode", mode="ALWAYS")
        assert answer.status_code == 422
        assert "EPISODE_SYNC_MODE is GREEDY or ON_DEMAND." in answer.text

    def test_what_the_environment_says_is_named(self, stack, admin):
        given = read({"EPISODE_SYNC_MODE": "GREEDY", "EPISODARR_FRESH_INTERVAL": "5400"})
        told = FreshChoices(given, stack.fresh.store, lambda: stack.now)
        stack.fresh.choices.given, stack.fresh.choices.by_environment = told.given, told.by_environment
        page = admin.get(PATH).text
        assert "As EPISODE_SYNC_MODE says." in page
        assert 'value="90"' in page
        admin.post(f"{PATH}/choices", **_numbers(interval="1,5"), enabled="1")
        assert "Chosen here by anna; EPISODARR_FRESH_INTERVAL says 90 minutes." in admin.get(PATH).text
        assert stack.fresh.choices.current().interval == 90

    def test_numbers_are_checked_and_kept_as_typed(self, admin, stack):
        answer = admin.post(f"{PATH}/choices", **_numbers(interval="0.2", ahead="many", at_once="99"), enabled="1")
        assert answer.status_code == 422
        assert "It must be 1 to 10080 minutes." in answer.text
        assert answer.text.count("aria-invalid") == 3
        assert 'value="many"' in answer.text
        assert stack.fresh.store.chosen == {}
        admin.post(f"{PATH}/choices", **_numbers(ahead="0"), clean_up="1")
        current = stack.fresh.choices.current()
        assert (current.ahead, current.clean_up, current.enabled) == (0, True, False)
        assert "Switched off: rounds run by hand only." in admin.get(PATH).text
        admin.post(f"{PATH}/choices", take_back="enabled")
        assert stack.fresh.choices.current().enabled
        assert admin.post(f"{PATH}/choices", take_back="speed").status_code == 400

    def test_rounds_are_told_in_numbers_and_begun_by_hand(self, admin, stack):
        """R-M6, R-M10."""
        page = admin.get(PATH).text
        assert "<b>2</b> new titles" in page
        assert "<b>6</b> shows read" in page
        assert '<p class="caution">Anime: left alone for a while after a failure</p>' in page
        assert "<b>1,200</b> wait for the next rounds" in page
        assert admin.post(f"{PATH}/run").headers["location"] == PATH
        assert stack.tasks.asked == ["keep-fresh"]
        assert "/system/jobs/77/cancel" in admin.get(PATH).text

    def test_the_parts_that_move_come_alone(self, admin):
        """R-M6: how a round goes, and who follows what."""
        part = admin.get(f"{PATH}?part=round", x_part="1").text
        assert 'id="fresh-round" data-live="job:keep-fresh"' in part
        assert "<b>6</b> shows read" in part
        assert "fresh-list" not in part
        assert 'data-live="fresh"' in admin.get(f"{PATH}?show=followed", x_part="1").text
        assert 'data-live="fresh"' not in admin.get(f"{PATH}?show=all", x_part="1").text, "it would lose its pages"

    def test_the_line_is_shown_in_its_order(self, admin):
        """R-M6."""
        part = admin.get(PATH).text.partition("Next in line")[2].partition("</section>")[0]
        assert re.findall(r'class="title" href="[^"]+">([^<]+)<', part)[:2] == ["Link Click", "One Piece"]
        assert "watched now" in part
        assert "airs this week" in part

    def test_who_follows_what_is_filtered_searched_and_paged(self, admin):
        assert shown(admin.get(PATH).text) == ["Horimiya", "Link Click", "One Piece", "Severance"]
        assert shown(admin.get(f"{PATH}?show=followed&q=horim", x_part="1").text) == ["Horimiya"]
        assert len(shown(admin.get(f"{PATH}?show=stopped").text)) == 1
        first = admin.get(f"{PATH}?show=all").text
        assert len(shown(first)) == 40
        more = re.search(r'hx-get="(/system/freshness\?[^"]*cursor=[^"]+)"', first)[1].replace("&amp;", "&")
        rest = admin.get(more, x_part="1").text
        assert len(shown(rest)) == 7
        assert "<html" not in rest
        assert admin.get(f"{PATH}?cursor=odd").headers["location"] == PATH
        assert shown(admin.get(f"{PATH}?show=odd").text) == shown(admin.get(PATH).text)

    def test_a_clean_up_is_shown_before_it_is_switched_on(self, admin):
        """R-M8."""
        page = admin.get(PATH).text
        assert "Now this would let go of <b>340 summaries</b> and <b>4.77 MiB</b>" in page
        admin.post(f"{PATH}/choices", **_numbers(), clean_up="1")
        assert "Now this lets go of" in admin.get(PATH).text

    def test_an_empty_library_says_so(self, visit):
        page = visit(Stack(empty=True)).sign_in("admin").get(PATH).text
        assert "Nobody follows a show of which anything may still change." in page
        assert "There is nothing to clean up now." in page
        assert "Nobody has begun or ended to follow a show yet." in page


class TestShow:
    def test_the_line_says_why_and_names_for_admins_only(self, admin, viewer):
        """R-M3, R-M4."""
        assert "Kept fresh because Anna played it, <time" in admin.get("/shows/1").text
        page = viewer.get("/shows/1").text
        assert "Kept fresh because somebody played it" in page
        assert "Anna" not in page
        assert "/followed" not in page

    def test_opening_the_page_is_a_sign_and_a_script_is_none(self, admin, viewer, stack):
        """R-M3."""
        for path, headers in (
            ("/shows/9/live", {"x_part": "1"}),
            ("/shows/9/seasons/1/rows", {"x_part": "1"}),
            ("/shows/9/poster", {}),
            ("/shows/9", {"x_part": "1"}),
            ("/shows/9", {"sec_purpose": "prefetch;prerender"}),
        ):
            admin.get(path, **headers)
        assert stack.fresh.store.opened_by == {}
        assert "Not kept fresh ahead: nobody follows it" in admin.get("/shows/9/live").text
        viewer.get("/shows/9")
        assert stack.fresh.store.show(9).who == "vito"
        assert "Kept fresh because vito opened it" in admin.get("/shows/9").text
        episode = stack.world.of_show[10][0]
        admin.get(f"/episodes/{episode}/live", x_part="1")
        assert 10 not in stack.fresh.store.opened_by
        admin.get(f"/episodes/{episode}")
        assert stack.fresh.store.show(10).why is Why.OPENED

    def test_it_is_stopped_and_begun_by_hand(self, admin, viewer, stack):
        """R-M4: the stop holds though the page is opened again."""
        assert admin.post("/shows/1/followed", followed="0").headers["location"] == "/shows/1"
        stack.now += timedelta(hours=1)
        page = admin.get("/shows/1").text
        assert "Not kept fresh ahead: anna stopped it" in page
        assert "Keep it fresh" in page
        answer = admin.post("/shows/1/followed", part=True, followed="1")
        assert answer.text.startswith('<div class="kept-line">')
        assert "Kept fresh because anna wants it so" in answer.text
        assert "Stop keeping it fresh" in answer.text
        assert "until somebody stops it" in answer.headers["hx-trigger"]
        assert admin.post("/shows/999/followed", followed="1").status_code == 404
        assert admin.post("/shows/1/followed", followed="0", back="list").headers["location"] == PATH
        assert viewer.post("/shows/1/followed", followed="1").status_code == 403

    def test_where_all_is_kept_fresh_it_says_so(self, admin, stack):
        stack.fresh.freshness.choose({"mode": "GREEDY"}, "anna")
        assert "Kept fresh like every show; followed: Anna played it" in admin.get("/shows/1").text
        assert "Kept fresh like every show</p>" in admin.get("/shows/9/live").text


def _numbers(**changed: str) -> dict[str, str]:
    rounds = {"interval": "60", "at_once": "4", "per_round": "500", "ahead": "5"}
    return rounds | {"abandoned_days": "90", "clean_up_days": "180"} | changed
