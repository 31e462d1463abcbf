"""The requests: the list, one request, and what can be decided about it (R-D8)."""

import json
import re

from fakes import Stack


def card(text: str, number: int) -> str:
    """One line of the list."""
    return re.search(rf'<li class="request s-\S+" id="request-{number}".*?</li>', text, re.DOTALL)[0]


class TestList:
    def test_a_line_says_who_asked_for_what_and_what_became_of_it(self, admin):
        line = card(admin.get("/requests").text, 1)
        assert "season 1" in line
        assert "Ben" in line
        assert "Partially available" in line
        assert "2 of 13 available, 10 on the way" in line
        assert 'class="bar downloading"' in line
        assert 'data-live="request:1 show:1"' in line

    def test_it_says_where_seerr_thinks_otherwise(self, admin):
        assert re.search(
            r"Seerr (calls it completed|says available), but \d+ episodes? (is|are) not in the library",
            card(admin.get("/requests").text, 2),
        )

    def test_what_sonarr_does_not_list_is_told_without_a_bar(self, admin):
        line = card(admin.get("/requests").text, 4)
        assert "Nowhere Yet" in line
        assert "season 1 and the specials" in line
        assert "Sonarr does not list it yet" in line
        assert 'role="img"' not in line

    def test_titles_are_escaped(self, admin):
        assert "Salt &amp; &lt;Starlight&gt;" in card(admin.get("/requests").text, 3)

    def test_what_is_without_a_name_is_called_by_its_number(self, admin):
        assert "TMDB 707" in card(admin.get("/requests").text, 7)

    def test_films_are_counted_and_said_to_be_left_out(self, admin):
        assert "2 requests for films not shown" in admin.get("/requests").text

    def test_search_filter_and_requester_are_in_the_address(self, admin):
        assert admin.get("/requests?state=declined").text.count('<li class="request') == 1
        assert admin.get("/requests?by=Mia").text.count('<li class="request') == 2
        assert 'value="Mia" selected' in admin.get("/requests?by=Mia").text
        assert "No request fits" in admin.get("/requests?q=zzz").text
        assert admin.get("/requests?state=nonsense").text.count('<li class="request') == 7

    def test_a_strange_cursor_begins_anew(self, admin):
        assert admin.get("/requests?cursor=x&by=Mia").headers["location"] == "/requests?by=Mia"

    def test_lines_come_one_by_one_when_they_change(self, admin):
        answer = admin.get("/requests/cards?ids=1,2,nonsense,99999", x_part="1")
        assert re.findall(r'id="request-(\d+)"', answer.text) == ["1", "2"]

    def test_without_a_request_system_it_says_what_to_do(self, visit):
        admin = visit(Stack(empty=True, connected=False)).sign_in("admin")
        text = admin.get("/requests").text
        assert "Connect Seerr to see requests" in text
        assert 'href="/settings/connections/new?kind=seerr"' in text
        assert 'href="/requests" aria-current="page"' in text


class TestOne:
    def test_the_page_has_head_episodes_and_a_timeline_of_its_own(self, admin):
        text = admin.get("/requests/1").text
        assert text.count('class="episode s-') == 13
        assert "requested by <b>Ben</b>" in text
        assert "Grabbed: S01E01 to E13" in text
        assert "&lt;Release&gt;" in text
        assert 'data-rows="/shows/1/rows"' in text

    def test_each_episode_has_its_own_progress(self, admin):
        assert re.search(r'id="row-\d+".*?aria-valuenow="94"', admin.get("/requests/1").text, re.DOTALL)

    def test_several_seasons_stand_apart(self, admin):
        text = admin.get("/requests/2").text
        assert re.findall(r'<h3 class="season-title">(Season \d)', text) == ["Season 2", "Season 3"]

    def test_what_sonarr_does_not_list_says_so(self, admin):
        assert "Sonarr does not list this show yet" in admin.get("/requests/4").text

    def test_there_is_no_such_request(self, admin):
        for path in ("/requests/99", "/requests/99/live", "/requests/99/open", f"/requests/{2**70}"):
            assert admin.get(path).status_code == 404

    def test_on_to_seerr(self, admin):
        assert admin.get("/requests/3/open").headers["location"] == "http://seerr:5055/tv/703"


class TestDecisions:
    def test_each_state_offers_what_helps(self, admin):
        def offered(number: int) -> list[str]:
            return re.findall(rf'action="/requests/{number}/(\w+)"', admin.get(f"/requests/{number}").text)

        assert [offered(number) for number in (1, 3, 5, 6, 7)] == [
            [],
            ["approve", "decline"],
            ["retry", "decline"],
            ["approve"],
            [],
        ]

    def test_a_decision_is_told_to_seerr_and_shown_at_once(self, stack, admin):
        answer = admin.post("/requests/3/decline", part=True)
        assert stack.decide.asked == [(3, "decline")]
        assert json.loads(answer.headers["hx-trigger"])["said"]["text"] == "Declined."
        assert "Declined in Seerr" in answer.text
        assert admin.post("/requests/3/approve").headers["location"] == "/requests/3"

    def test_a_silent_seerr_is_told(self, stack, admin):
        stack.decide.broken = True
        answer = admin.post("/requests/3/approve", part=True)
        assert answer.status_code == 502
        assert "Seerr" in json.loads(answer.headers["hx-trigger"])["said"]["text"]

    def test_what_is_gone_or_unknown_is_not_decided(self, stack, admin):
        assert admin.post("/requests/99/approve").status_code == 404
        assert admin.post("/requests/3/explode").status_code == 404
        assert stack.decide.asked == []

    def test_a_viewer_sees_no_buttons(self, viewer):
        assert 'action="/requests/3/' not in viewer.get("/requests/3").text
        assert viewer.post("/requests/3/approve").status_code == 403
