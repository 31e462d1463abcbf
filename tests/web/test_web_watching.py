"""The Watching pages: who, what, when; filters, pages, people, chosen columns, and how fresh all of it is."""

import re
from datetime import timedelta

import pytest
from fakes import Stack
from invented import NOW
from web_routes import routes_of

from episodarr.web.columns import ListColumn, chosen_columns

COLUMNS = (ListColumn("a", "A", fixed=True), ListColumn("b", "B"), ListColumn("c", "C", usual=False))


def test_an_admin_sees_who_watched_what_and_when(admin):
    text = admin.get("/watching").text
    assert ">Ada</a>" in text
    assert "S01E01 Chapter 0" in text
    assert "97 %" in text
    assert "Arrival" in text
    assert 'href="/episodes/1"' in text
    assert "A show that no Sonarr lists" in text
    assert text.count('class="play-day"') > 5
    assert "&lt;i&gt;Cleo" in text
    assert "<i>Cleo" not in text


def test_a_viewer_sees_what_but_nobodys_name(viewer):
    text = viewer.get("/watching").text
    assert "someone" in text
    assert "S01E01 Chapter 0" in text
    for name in ("Ada", "Ben", "Cleo"):
        assert name not in text
    assert '<select name="person" hidden>' in text


def test_a_viewer_cannot_filter_by_person(stack, viewer):
    viewer.get("/watching?person=p1")
    assert {wanted.person for wanted in stack.plays.asked} == {""}


def test_the_filters_ask_for_their_part(stack, admin):
    admin.get("/watching?q=arrival&person=p1&server=4&period=7&end=no&series=1")
    wanted = stack.plays.asked[0]
    assert (wanted.search, wanted.person, wanted.connection_id, wanted.series_id) == ("arrival", "p1", 4, 1)
    assert wanted.finished is False
    assert wanted.start == NOW - timedelta(days=7)
    stack.plays.asked.clear()
    admin.get("/watching?period=all")
    assert stack.plays.asked[0].start is None


@pytest.mark.parametrize("query", ["period=x", "end=x", "server=x", "series=-1", "view=x", f"server={'9' * 40}"])
def test_what_no_filter_means_is_left_aside(admin, query):
    assert admin.get(f"/watching?{query}").status_code == 200


@pytest.mark.parametrize("query", ["cursor=nonsense", "person=x"])
def test_a_place_that_is_none_leads_back_to_the_start(admin, query):
    """As with a cursor of another list, or with a person who was joined with another one meanwhile."""
    answer = admin.get(f"/watching?{query}")
    assert (answer.status_code, answer.headers["location"]) == (302, "/watching")


def test_the_next_page_goes_on_in_the_same_day(admin):
    text = admin.get("/watching").text
    following = re.search(r'hx-get="([^"]+cursor[^"]+)"', text)[1].replace("&amp;", "&")
    more = admin.get(following, x_part="1").text
    shown = re.findall(r'id="(play-[^"]+)"', text)
    assert len(shown) == 50
    assert not set(shown) & set(re.findall(r'id="(play-[^"]+)"', more))
    last = re.findall(r'id="(day-[^"]+)"', text)[-1]
    assert last not in more
    assert "<html" not in more


def test_the_script_gets_the_list_and_the_sums_of_a_filter(admin):
    text = admin.get("/watching?q=arrival", x_part="1").text
    assert "<html" not in text
    assert 'id="watching-sums" hx-swap-oob="true"' in text
    assert "Horimiya" not in re.sub(r'class="top-shows".*?</p>', "", text)


def test_what_plays_now_says_when_it_was_told(admin):
    text = admin.get("/watching").text
    assert "playing at 10 min" in text
    assert "paused" in text
    assert "as of" in text


def test_each_source_says_when_it_was_read_and_why_it_is_old(stack, admin):
    text = admin.get("/watching").text
    assert re.findall(r'class="as-of( stale)?"[^>]*>(\w+)', text) == [(" stale", "Jellyfin"), ("", "Plex")]
    assert "nobody answers at jellyfin:8096</span>" in text


def test_a_sync_keeps_what_is_shown(stack, admin):
    answer = admin.post("/watching/sync", part=True)
    assert answer.status_code == 200
    assert 'id="plays-sync"' in answer.text
    assert stack.tasks.asked == ["sync-plays"]
    assert "Chapter 0" in admin.get("/watching").text


def test_only_an_admin_syncs(stack, viewer):
    assert viewer.post("/watching/sync").status_code == 403
    assert "Sync now" not in viewer.get("/watching").text


def test_the_history_of_syncs_tells_failures(admin):
    text = admin.get("/watching/syncs?task=sync-series").text
    assert "timed out" in text or "failed" in text
    assert admin.get("/watching/syncs?task=backup").status_code == 404
    assert admin.get("/watching/syncs?task=sync-series&cursor=x").status_code == 404


def test_without_any_source_it_says_what_to_connect(visit):
    text = visit(Stack(connected=False, empty=True)).sign_in("admin").get("/watching").text
    assert "Connect Tautulli, Jellyfin or Plex" in text
    assert 'href="/settings/connections"' in text


def test_the_export_has_the_filter_of_the_page(admin):
    text = admin.get("/watching?q=a%26b&person=p1&period=all&end=yes").text
    assert "/api/v1/watching/plays.csv?person=p1&amp;search=a%26b&amp;finished=true" in text
    assert "plays.json" in text


# ---------------------------------------------------------------------- people


def test_people_are_shown_with_their_accounts_and_what_may_belong_together(admin):
    text = admin.get("/watching/people").text
    assert "the same Plex account" in text
    assert "both are called Ben" in text
    assert text.count(">Split<") == 2


def test_nobody_else_sees_who_is_who(viewer):
    assert viewer.get("/watching/people").status_code == 403
    assert "People" not in re.findall(r'aria-label="Watching">.*?</nav>', viewer.get("/watching").text)[0]


def test_a_suggestion_is_answered(stack, admin):
    answer = admin.post("/watching/people/join", part=True, first="tautulli/13", second="jellyfin/x")
    assert "both are called" not in answer.text
    assert admin.post("/watching/people/apart", first="tautulli/13", second="jellyfin/x").status_code == 303
    assert admin.post("/watching/people/split", account="plex/12").status_code == 303
    assert stack.people.said == [
        ("join", "tautulli/13", "jellyfin/x", "anna"),
        ("apart", "tautulli/13", "jellyfin/x", "anna"),
        ("split", "plex/12", "anna"),
    ]


def test_what_cannot_be_joined_is_said(admin):
    assert admin.post("/watching/people/join", first="a/1", second="a/1").status_code == 422
    assert admin.post("/watching/people/join", first="a/1", second="b").status_code == 404
    assert admin.post("/watching/people/split", account="").status_code == 404


# ---------------------------------------------------------------------- columns


def keys(found) -> str:
    return "".join(column.key for column in found)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        (None, "ab"),
        ("[]", "ab"),
        ('["gone"]', "ab"),
        ("not json", "ab"),
        ('{"a": 1}', "ab"),
        ('["c","a"]', "ca"),
        ('["c"]', "ac"),
        ('["b","gone","b"]', "ab"),
    ],
)
def test_a_choice_shows_what_there_is_of_it(kept, shown):
    assert keys(chosen_columns({} if kept is None else {"list": kept}, "list", COLUMNS)) == shown


def test_columns_are_chosen_ordered_and_remembered_for_each_account(stack, admin):
    chosen = {"show.server": "1", "place.server": "1", "show.what": "1", "place.what": "2", "place.who": "3"}
    answer = admin.post("/preferences/columns", list="plays", back="/watching?view=table", **chosen)
    assert (answer.status_code, answer.headers["location"]) == (303, "/watching?view=table")
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', admin.get("/watching?view=table").text)
    assert heads == ["Server", "What"]
    assert [*stack.preferences.kept.values()] == ['["server","what"]']
    admin.post("/preferences/columns", list="plays", back="/watching", usual="1", **chosen)
    assert stack.preferences.kept == {}


@pytest.mark.parametrize("back", ["//evil.test", "https://evil.test/", "/\\evil", "javascript:alert(1)", ""])
def test_a_choice_leads_nowhere_else(admin, back):
    answer = admin.post("/preferences/columns", list="plays", back=back, **{"show.what": "1"})
    assert answer.headers["location"] == "/"


def test_a_list_without_a_name_is_refused(stack, admin):
    assert admin.post("/preferences/columns", list="<b>", back="/").status_code == 422
    assert stack.preferences.kept == {}


def test_every_route_of_watching_is_there(stack):
    assert ("GET", "/watching") in routes_of(stack)
