"""Titles that wait for a person, what was said of titles, and how far somebody is (R-T6, R-T8)."""

import asyncio
import io
import json
import re

import pytest
from fakes import Stack
from fakes_histories import HistoryHouse, connect_metadata
from history_place import netflix
from test_histories_pages import imported

from episodarr.histories.import_model import Choice
from episodarr.histories.metadata import ShowRef
from episodarr.histories.totals import Counted, told
from episodarr.web.histories.told import totals_words

PATH = "/histories/review"
MAPPINGS = "/histories/mappings"
ROWS = netflix(
    ("The Bureau: Season 1: Pilot", "2022-01-05"),
    ("The Bureau: Season 1: Diversity Day", "2022-01-06"),
    ("Nobody Knows This: Season 3: Any", "2022-01-08"),
    ("The Office: Season 1: Nothing Like It", "2022-01-09"),
)


@pytest.fixture
def stack(tmp_path, migrated_file) -> Stack:
    """With histories."""
    made = Stack(histories=lambda world, clock: HistoryHouse(world, clock, tmp_path, migrated_file))
    connect_metadata(made.connections)
    return made


def names(page: str) -> list[str]:
    """The titles that wait, in their order."""
    return re.findall(r'<h2 id="name-[0-9a-f]+">([^<]+)</h2>', page)


class TestReview:
    def test_titles_are_grouped_with_suggestions(self, admin):
        """R-T6."""
        imported(admin, ROWS)
        page = admin.get(PATH).text
        assert names(page) == ["The Bureau", "Nobody Knows This", "The Office"]
        assert "<b>2</b> rows" in page
        assert re.search(r"<b>The Office</b><span[^>]*> \(2005, US\)</span>", page)
        assert "(2001, GB)" in page
        assert 'href="https://www.themoviedb.org/tv/3" target="_blank" rel="noreferrer"' in page
        assert "titles wait for you" in admin.get("/histories").text
        assert admin.get(f"{PATH}?cursor=odd").headers["location"] == PATH

    def test_one_word_settles_all_rows_of_a_title(self, admin, stack):
        """R-T6."""
        imported(admin, ROWS)
        part = admin.post(PATH, part=True, name="bureau", title="The Bureau", pick="tmdb:2").text
        assert "data-settled" in part
        assert "is The Office" in part
        assert "<html" not in part
        assert names(admin.get(PATH).text) == ["Nobody Knows This", "The Office"]
        assert len(stack.histories.days(stack.histories.anna)) == 2
        assert admin.post(PATH, name="nobody knows this", pick="ignore").headers["location"] == PATH
        assert names(admin.get(PATH).text) == ["The Office"]
        imported(admin, netflix(("The Bureau: Season 1: Pilot", "2023-01-05")))
        assert names(admin.get(PATH).text) == ["The Office"]

    def test_what_is_not_settled_by_it_stays_and_says_so(self, admin):
        imported(admin, ROWS)
        part = admin.post(PATH, part=True, name="office", title="The Office", pick="tmdb:3").text
        assert "does not settle all of it: 1 row is still open" in part
        assert 'id="decide-' in part

    def test_another_show_is_found(self, admin, stack):
        imported(admin, ROWS)
        part = admin.get(f"{PATH}/search?title=bureau&q=office", x_part="1").text
        assert 'value="tmdb:2"' in part
        assert "<html" not in part
        page = admin.get(f"{PATH}/search?title=nobody+knows+this&q=dark").text
        assert 'value="tmdb:1"' in page
        assert 'value="dark"' in page
        assert "No show of that name is known." in admin.get(f"{PATH}/search?title=bureau&q=zzz", x_part="1").text
        stack.histories.lookup.down = "TMDB answers 503"
        assert "TMDB answers 503 (Wait.)" in admin.get(f"{PATH}/search?title=bureau&q=dark", x_part="1").text
        assert "TMDB answers 503 (Wait.)" in admin.get(f"{PATH}/search?title=bureau&q=dark").text

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"pick": "odd:1"}, 422),
            ({"pick": "tmdb:99999999999"}, 422),
            ({"pick": "tmdb:4711"}, 404),
            ({"pick": "film", "name": ""}, 422),
            ({"pick": "tmdb:2", "season_offset": "many"}, 422),
        ],
    )
    def test_what_is_wrong_is_said(self, admin, stack, fields, status):
        imported(admin, ROWS)
        for part in (True, False):
            assert admin.post(PATH, part=part, **({"name": "bureau"} | fields)).status_code == status
        assert stack.histories.histories.deciding.mappings(1) == []

    def test_only_an_admin_speaks_for_everybody(self, stack, admin, viewer):
        imported(viewer, ROWS)
        imported(admin, ROWS)
        assert "For everybody" not in viewer.get(PATH).text
        assert viewer.post(PATH, name="bureau", pick="film", for_all="1").status_code == 403
        part = admin.post(PATH, part=True, name="bureau", title="The Bureau", pick="tmdb:2", for_all="1").text
        assert "for everybody" in part
        assert "The Bureau" not in names(viewer.get(PATH).text)


class TestMappings:
    def test_they_are_listed_searched_and_removed(self, admin, viewer, stack):
        imported(viewer, ROWS)
        admin.post(PATH, name="bureau", pick="tmdb:2", for_all="1")
        viewer.post(PATH, name="nobody knows this", pick="ignore")
        page = viewer.get(MAPPINGS).text
        assert "everybody" in page
        assert "an admin" in page
        assert page.count("/remove") == 2  # of their own: the form and the script's
        assert "nobody knows this" not in viewer.get(f"{MAPPINGS}?q=bureau", x_part="1").text
        own = re.search(rf"{MAPPINGS}/(\d+)/remove", page)[1]
        shared = next(one.id for one in stack.histories.histories.deciding.mappings(1))
        assert viewer.post(f"{MAPPINGS}/{shared}/remove").status_code == 403
        assert admin.post(f"{MAPPINGS}/{own}/remove").status_code == 404
        assert viewer.post(f"{MAPPINGS}/{own}/remove").headers["location"] == MAPPINGS
        assert viewer.post(f"{MAPPINGS}/{own}/remove").status_code == 404
        assert "Forgotten" in admin.post(f"{MAPPINGS}/{shared}/remove", part=True).headers["hx-trigger"]

    def test_a_show_of_the_library_has_no_number_that_people_know(self, admin):
        admin.post(PATH, name="nobody knows this", pick="library:4")
        page = admin.get(MAPPINGS).text
        assert "your library</small>" in page

    def test_a_decision_is_taken_back_where_it_was_made(self, admin):
        imported(admin, ROWS)
        part = admin.post(PATH, part=True, name="bureau", pick="film").text
        remove = re.search(rf'action="({MAPPINGS}/\d+/remove)"', part)[1]
        assert "Taken back" in admin.post(remove, part=True, **{"from": "review"}).text

    def test_they_are_carried_to_another_episodarr(self, admin, viewer):
        imported(admin, ROWS)
        admin.post(PATH, name="bureau", pick="tmdb:2", season_offset="+1")
        answer = admin.get(f"{MAPPINGS}.json")
        assert "attachment" in answer.headers["content-disposition"]
        (one,) = json.loads(answer.content)["mappings"]
        assert (one["name"], one["show"]["id"], one["season_offset"]) == ("bureau", 2, 1)
        page = self.take_over(viewer, answer.content).text
        assert "1 mapping taken over." in page
        assert "seasons +1" in page

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"mappings": [{"name": 1}]}', b"\xff\xfe", b"Title,Date"])
    def test_what_is_no_file_of_mappings_is_told_at_the_field(self, admin, content):
        answer = self.take_over(admin, content)
        assert answer.status_code == 422
        assert re.search(r'id="take-problem" role="alert">[^<]+<', answer.text)

    def test_what_cannot_be_taken_over_is_named(self, admin):
        wanted = [{"name": "<b>one</b>", "choice": "show", "show": {"source": "tmdb", "id": 4711}}]
        page = self.take_over(admin, json.dumps({"mappings": wanted}).encode()).text
        assert "0 mappings taken over." in page
        assert "&lt;b&gt;one&lt;/b&gt;: tmdb has no show 4711." in page

    @staticmethod
    def take_over(who, content: bytes):
        return who.client.post(
            f"{MAPPINGS}/import", data={"form_token": who.token}, files={"file": ("m.json", io.BytesIO(content))}
        )


class TestTotals:
    """R-T8."""

    SEEN = netflix(
        ("Severance: Season 1: Good News About Hell", "2022-01-05"), ("Severance: Season 1: Half Loop", "2022-01-06")
    )

    def test_a_show_says_how_far_its_user_is(self, admin, viewer):
        imported(viewer, self.SEEN)
        page = viewer.get("/shows/4").text
        assert "<b>2/5 episodes</b> seen by you" in page
        assert "You saw 2 of the 5 episodes that have aired, as Sonarr counts." in page
        assert "Specials and what has not aired do not count" in page
        assert "seen by you" in viewer.get("/shows/4/live", x_part="1").text
        assert "seen by you" not in viewer.get("/shows/1").text
        assert "seen by you" not in admin.get("/shows/4").text

    def test_so_does_its_card(self, admin, viewer):
        imported(viewer, self.SEEN)
        assert viewer.get("/?q=severance").text.count("2/19 episodes") == 1  # as the invented cards count
        assert "2/19 episodes" in viewer.get("/library/cards?ids=4,5", x_part="1").text
        assert "show-mine" not in admin.get("/?q=severance").text

    def test_specials_are_named(self, viewer, stack):
        """As far as Sonarr has told how many there are."""
        house, who = stack.histories, stack.histories.vito
        house.seasons_of(4, {0: 3, 1: 3, 2: 2})
        imported(viewer, self.SEEN)
        words = "Its 3 specials, of which you saw none, and what has not aired do not count."
        assert words in viewer.get("/shows/4").text
        assert words in viewer.get("/?q=severance").text
        asyncio.run(
            house.histories.deciding.decide(
                who,
                "Severance: Season 1: Half Loop",
                Choice.SHOW,
                ShowRef("library", 4),
                whole_title=True,
                episode=(0, 1),
            )
        )
        words = "Its 3 specials, of which you saw 1, and what has not aired do not count."
        assert words in viewer.get("/shows/4").text
        assert words in viewer.get("/library/cards?ids=4", x_part="1").text

    @pytest.mark.parametrize(
        ("there", "seen", "words"),
        [
            (None, 0, "Specials and what has not aired do not count."),
            (None, 2, "Specials and what has not aired do not count. 2 specials besides."),
            (0, 0, "What has not aired does not count."),
            (1, 0, "Its special, which you did not see, and what has not aired do not count."),
            (1, 1, "Its special, which you saw, and what has not aired do not count."),
            (2, 2, "Its 2 specials, of which you saw all, and what has not aired do not count."),
            (1, 2, "Specials and what has not aired do not count. 2 specials besides."),
        ],
    )
    def test_what_the_numbers_mean(self, there, seen, words):
        of = told(Counted(1, 5, 5, there), 3, seen, "sonarr", None)
        assert totals_words(of) == f"You saw 3 of the 5 episodes that have aired, as Sonarr counts. {words}"

    def test_what_comes_next_is_on_the_watching_page(self, admin, viewer):
        imported(viewer, self.SEEN)
        page = viewer.get("/watching").text
        assert "Continue watching" in page
        assert "Next: S01E03" in page
        assert 'href="/shows/4?season=1#season-1"' in page
        assert "Continue watching" not in viewer.get("/watching?q=dark").text
        assert "Continue watching" not in admin.get("/watching").text
