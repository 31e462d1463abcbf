"""Episodes that are chosen by hand, and films that are none: on the pages, with and without the script."""

import re

import pytest
from fakes import Stack
from fakes_histories import HistoryHouse, connect_metadata
from history_place import netflix
from test_histories_pages import imported
from test_histories_review import MAPPINGS

PATH = "/histories/review/titles"
FILMS = "/histories/films"
RECAP, ELSE = "Dark: Season 1: Recap", "Dark: Season 1: <b>Else</b>"
ROWS = netflix(
    (RECAP, "2022-01-05"),
    (RECAP, "2022-01-06"),
    (ELSE, "2022-01-07"),
    ("Dark", "2022-01-08"),
    ("Dark: Lies", "2022-01-09"),
    ("Heat", "2022-01-10"),
)


@pytest.fixture
def stack(tmp_path, migrated_file) -> Stack:
    """With histories."""
    made = Stack(histories=lambda world, clock: HistoryHouse(world, clock, tmp_path, migrated_file))
    connect_metadata(made.connections)
    return made


def picks(page: str) -> dict[str, str]:
    """The fields of the titles, by title."""
    return {title: field for field, title in re.findall(r'<label for="(pick-[0-9a-f]+)">([^<]+)</label>', page)}


def field(page: str, title: str) -> str:
    """The name of the select of a title."""
    return picks(page)[title].replace("pick-", "pick.", 1)


class TestTitles:
    def test_each_title_is_told_with_the_episodes_of_its_show(self, admin):
        imported(admin, ROWS)
        assert f'href="{PATH}?name=dark"' in admin.get("/histories/review").text
        page = admin.get(f"{PATH}?name=dark").text
        assert [*picks(page)] == [RECAP, "Dark: Season 1: &lt;b&gt;Else&lt;/b&gt;"]
        assert re.search(r"2 rows, [^<]*5 Jan 2022 – [^<]*6 Jan 2022", page)
        assert '<optgroup label="Season 1">' in page
        assert '<option value="s1e2">2. Lies</option>' in page
        assert "(2017)" in page
        assert 'aria-current="true"' in page

    def test_what_is_chosen_settles_its_rows_and_the_rest_stays(self, admin, stack):
        imported(admin, ROWS)
        page = admin.get(f"{PATH}?name=dark").text
        answer = admin.post(PATH, name="dark", show="tmdb:1", **{field(page, RECAP): "s1e3"})
        assert answer.status_code == 303
        page = admin.get(answer.headers["location"]).text
        assert "1 title settled." in page
        assert len(picks(page)) == 1
        assert {day[1:3] for day in stack.histories.days(stack.histories.anna)} == {(1, 3)}
        last = admin.post(
            PATH, name="dark", show="tmdb:1", **{next(iter(picks(page).values())).replace("pick-", "pick."): "ignore"}
        )
        assert last.headers["location"] == "/histories/review"
        assert admin.get(f"{PATH}?name=dark").headers["location"] == "/histories/review"
        imported(admin, netflix((RECAP, "2022-02-05")))
        assert admin.get(f"{PATH}?name=dark").status_code == 303, "it is remembered"

    def test_it_is_listed_carried_along_and_removed(self, admin, stack):
        imported(admin, ROWS)
        page = admin.get(f"{PATH}?name=dark").text
        admin.post(PATH, name="dark", show="tmdb:1", **{field(page, RECAP): "s1e3"})
        listed = admin.get(MAPPINGS).text
        assert "this title only" in listed
        assert "S01E03" in listed
        exported = admin.get(f"{MAPPINGS}.json").json()["mappings"]
        assert exported == [
            {"name": RECAP, "choice": "show", "show": {"source": "tmdb", "id": 1}, "whole_title": True}
            | {"season": 1, "number": 3}
        ]
        remove = re.search(rf'action="({MAPPINGS}/\d+/remove)"', listed)[1]
        assert admin.post(remove).status_code == 303
        stack.histories.complete()
        assert RECAP in picks(admin.get(f"{PATH}?name=dark").text)

    def test_another_show_is_found_and_picked(self, admin, stack):
        imported(admin, ROWS)
        page = admin.get(f"{PATH}?name=dark&q=office").text
        assert f'href="{PATH}?name=dark&amp;show=tmdb%3A2"' in page
        page = admin.get(f"{PATH}?name=dark&show=tmdb:2").text
        assert "2. Diversity Day" in page
        assert "Secrets" not in page
        assert "No show of that name is known." in admin.get(f"{PATH}?name=dark&q=zzz").text
        stack.histories.lookup.down = "TMDB answers 503"
        answer = admin.get(f"{PATH}?name=dark&show=tmdb:2")
        assert answer.status_code == 503
        assert "TMDB answers 503 (Wait.)" in answer.text
        assert RECAP in picks(answer.text), "the titles stay there"

    def test_of_several_shows_none_is_picked_beforehand(self, admin):
        """Or what is proposed of one of them would be saved unseen."""
        imported(admin, netflix(("The Office: Season 1: Episode 1", "2022-01-05")))
        page = admin.get(f"{PATH}?name=office").text
        assert "Which show is it?" in page
        assert "(2005, US)" in page
        assert "(2001, GB)" in page
        assert "<optgroup" not in page
        assert "aria-current" not in re.search(r"Which show is it.*</section>", page, re.DOTALL)[0]
        assert "1. Downsize" in admin.get(f"{PATH}?name=office&show=tmdb:3").text

    def test_a_long_show_has_fewer_titles_on_a_page(self, admin, stack):
        from history_place import show

        stack.histories.lookup.shows.append(show(20, "Long", {1: [f"Part {n} of it" for n in range(2000)]}))
        imported(admin, netflix(*((f"Long: Season 1: Unlike {n} all", f"2022-01-{n:02}") for n in range(1, 8))))
        page = admin.get(f"{PATH}?name=long").text
        assert len(picks(page)) == 4
        further = re.search(r'href="([^"]+)">Further titles', page)[1].replace("&amp;", "&")
        page = admin.get(further).text
        assert len(picks(page)) == 3
        fields = {one.replace("pick-", "pick."): "ignore" for one in picks(page).values()}
        cursor = re.search(r'name="cursor" value="([^"]+)"', page)[1]
        answer = admin.post(PATH, name="long", show="tmdb:20", cursor=cursor, **fields)
        assert "cursor" not in answer.headers["location"], "those before are still open"
        assert len(picks(admin.get(answer.headers["location"]).text)) == 4

    @pytest.mark.parametrize(
        ("value", "show", "status", "text"),
        [
            ("", "tmdb:1", 422, "Choose what at least one title is"),
            ("s9e9", "tmdb:1", 422, "Season 9 of “Dark” has no episode 9"),
            ("s1ex", "tmdb:1", 422, "Choose one of the episodes"),
            ("odd", "tmdb:1", 422, "Choose one of the episodes"),
            ("s1e1", "", 422, "Choose a show"),
            ("s1e1", "odd:1", 422, "Choose a show"),
            ("s1e1", "tmdb:4711", 404, "There is no"),
        ],
    )
    def test_what_is_wrong_is_said(self, admin, stack, value, show, status, text):
        imported(admin, ROWS)
        page = admin.get(f"{PATH}?name=dark").text
        answer = admin.post(PATH, name="dark", show=show, **{field(page, RECAP): value})
        assert answer.status_code == status
        if status == 422:
            assert text in answer.text
            assert RECAP in picks(answer.text)
        assert stack.histories.histories.deciding.mappings(1) == []

    def test_an_odd_address_leads_somewhere(self, admin):
        imported(admin, ROWS)
        assert admin.get(f"{PATH}?name=dark&cursor=odd").headers["location"] == f"{PATH}?name=dark"
        assert admin.get(f"{PATH}?name=nothing").headers["location"] == "/histories/review"
        assert admin.get(f"{PATH}?name=dark&show=odd").status_code == 422
        assert admin.get(f"{PATH}?name=dark&saved=<b>").status_code == 200

    def test_only_an_admin_speaks_for_everybody(self, admin, viewer):
        imported(viewer, ROWS)
        imported(admin, ROWS)
        page = viewer.get(f"{PATH}?name=dark").text
        assert "For everybody" not in page
        name = field(page, RECAP)
        assert viewer.post(PATH, name="dark", show="tmdb:1", for_all="1", **{name: "s1e3"}).status_code == 403
        assert admin.post(PATH, name="dark", show="tmdb:1", for_all="1", **{name: "s1e3"}).status_code == 303
        assert RECAP not in picks(viewer.get(f"{PATH}?name=dark").text)


class TestFilms:
    def test_what_was_taken_for_a_film_is_listed_and_corrected(self, admin, stack):
        imported(admin, ROWS)
        page = admin.get(FILMS).text
        assert f'href="{PATH}?name=heat&amp;films=1"' in page
        assert FILMS in admin.get("/histories").text
        shown = admin.get(f"{PATH}?name=dark&films=1").text
        assert "tmdb%3A1" in shown, "shows of that name are found at once"
        assert picks(shown).keys() == {"Dark"}
        shown = admin.get(f"{PATH}?name=dark&films=1&show=tmdb:1").text
        answer = admin.post(PATH, name="dark", films="1", show="tmdb:1", **{field(shown, "Dark"): "s1e1"})
        assert answer.headers["location"] == FILMS
        assert "name=dark&amp;films=1" not in admin.get(FILMS).text
        assert (1, 1) in {day[1:3] for day in stack.histories.days(stack.histories.anna)}

    def test_an_episode_of_the_very_title_is_proposed(self, admin, stack):
        imported(admin, netflix(("Bark: Lies", "2022-01-09")))
        page = admin.get(f"{PATH}?name=bark+lies&films=1&show=tmdb:1").text
        assert '<option value="s1e2" selected>2. Lies</option>' in page
        assert "look at it, then save" in page

    def test_a_film_that_is_one_is_asked_about_no_more(self, admin):
        imported(admin, netflix(("Heat", "2022-01-10")))
        page = admin.get(f"{PATH}?name=heat&films=1").text
        admin.post(PATH, name="heat", films="1", **{field(page, "Heat"): "film"})
        assert "Nothing was taken for a film" in admin.get(FILMS).text

    def test_there_may_be_many(self, admin):
        imported(admin, netflix(*((f"Film {n}", "2022-01-10") for n in range(30))))
        page = admin.get(FILMS).text
        assert page.count("It is a show") == 25
        following = re.search(r'href="(/histories/films\?cursor=[^"]+)"', page)[1]
        part = admin.get(following.replace("&amp;", "&"), x_part="1").text
        assert (part.count("It is a show"), "<html" in part) == (5, False)
        assert admin.get(f"{FILMS}?cursor=odd").headers["location"] == FILMS
