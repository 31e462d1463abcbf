"""Candidates: rules that are tried out while they are written, kept rules, and what stays."""

import json
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from fakes import Stack

ADMIN_ONLY = ("/candidates", "/candidates/protected", "/candidates/why?series_id=1", "/candidates/freed/show/1")


def rows(text: str) -> list[str]:
    return re.findall(r'<tr id="c-(\w+-\d+)"', text)


def counts(text: str) -> list[int]:
    """Could go, kept back, not known."""
    return [int(one.replace(",", "")) for one in re.findall(r"</span>&nbsp;<b>([\d,]+)</b>", text)]


def form_of(text: str) -> dict[str, str]:
    """The fields of the rule's form, as a browser would send them."""
    form = text[text.index('<form id="rule-form"') :]
    form = form[: form.index("</form>")]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        told = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if "name" in told and (told.get("type") not in {"radio", "checkbox"} or " checked" in tag):
            fields[told["name"]] = told.get("value", "")
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r'<option value="([^"]*)"', body)
        fields[name] = chosen[1]
    return fields


def query(fields: dict[str, str], **more: str) -> str:
    return f"/candidates?{urlencode(fields | more)}"


class TestPage:
    def test_the_usual_rule_and_every_outcome(self, admin):
        text = admin.get("/candidates").text
        assert rows(text) == ["show-1", "show-2"]
        assert counts(text) == [2, 1, 2]
        assert rows(admin.get("/candidates?outcome=kept").text) == ["show-3"]
        assert rows(admin.get("/candidates?outcome=unknown&sort=title").text) == ["show-6", "show-4"]
        assert "somebody left off within it 20 days ago" in admin.get("/candidates?outcome=kept").text.lower()

    @pytest.mark.parametrize(
        ("level", "found"),
        [("season", ["season-12", "season-10"]), ("movie", ["movie-3"]), ("episode", ["episode-1120", "episode-1119"])],
    )
    def test_each_level(self, admin, level, found):
        text = admin.get(f"/candidates?level={level}&b0.0.is=never_watched").text
        assert rows(text)[:2] == found
        assert "specials" in text or level != "season"

    def test_titles_are_escaped(self, admin):
        text = admin.get("/candidates").text
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)" in text

    def test_sorting_searching_and_paging_are_in_the_address(self, admin):
        assert rows(admin.get("/candidates?sort=size").text) == ["show-2", "show-1"]
        assert rows(admin.get("/candidates?q=hori").text) == ["show-1"]
        assert "Nothing fits" in admin.get("/candidates?q=zzz").text
        files = "/candidates?level=episode&b0.0.is=never_watched&sort=size"
        first = admin.get(files).text
        assert len(rows(first)) == 50
        more = re.search(r'class="more".*?hx-get="([^"]+)"', first)[1].replace("&amp;", "&")
        second = admin.get(more, x_part="1").text
        assert len(rows(second)) == 50
        assert not set(rows(first)) & set(rows(second))
        shown = admin.get(f"{files}&part=found&shown=100", x_part="1").text
        assert rows(shown) == rows(first) + rows(second), "asked for anew, a list stays as long as it was"
        assert len(rows(admin.get(f"{files}&part=found&shown=99999", x_part="1").text)) == 121

    def test_what_is_odd_in_an_address_is_left_aside(self, admin):
        assert admin.get("/candidates?outcome=odd&sort=odd&level=odd&shown=x").status_code == 200
        assert admin.get("/candidates?cursor=odd").headers["location"] == "/candidates"
        assert admin.get("/candidates?rule=999").status_code == 404
        assert admin.get(f"/candidates?rule={'9' * 40}").status_code == 200

    def test_doubt_is_told_and_makes_nothing_a_candidate(self, admin, stack):
        stack.candidates.readings.age(days=3)
        text = admin.get("/candidates").text
        assert "Tautulli was last read 3 days ago" in text
        assert counts(text)[0] == 0
        assert "Nothing could go for certain" in text

    def test_an_empty_library(self, visit):
        text = visit(Stack(empty=True)).sign_in("admin").get("/candidates").text
        assert "The library holds nothing that meets this rule." in text

    def test_shows_that_are_being_summed_up(self, admin, stack):
        stack.candidates.shelf.counting = 3
        assert "3 shows changed and are being summed up." in admin.get("/candidates").text

    def test_what_deleting_frees_is_told_on_demand(self, admin):
        assert 'hx-get="/candidates/freed/show/1"' in admin.get("/candidates").text
        assert "20.0 GiB stay taken under another name" in admin.get("/candidates/freed/show/1").text
        assert admin.get("/candidates/freed/show/99").status_code == 404
        assert admin.get(f"/candidates/freed/show/{2**63}").status_code == 404
        assert admin.get("/candidates/freed/planet/1").status_code == 404

    def test_the_files_are_asked_for_with_the_very_rule(self, admin):
        text = admin.get("/candidates?level=movie&b0.0.is=never_watched&q=heat").text
        address = re.search(r'href="(/api/v1/candidates\.csv\?[^"]+)"', text)[1].replace("&amp;", "&")
        asked = dict(parse_qsl(urlsplit(address).query))
        assert json.loads(asked["trial"])["level"] == "movie"
        assert asked["q"] == "heat"


class TestForm:
    """Without a script: every button is a part of the form, and nothing that was typed is lost."""

    def test_conditions_and_groups_are_added_and_dropped(self, admin):
        fields = form_of(admin.get("/candidates").text)
        more = form_of(admin.get(query(fields, add="b0")).text)
        assert (more["b0.2.is"], more["b0.2.v"]) == ("added", "30")
        grouped = form_of(admin.get(query(more, add="block")).text)
        assert (grouped["b1.0.is"], grouped["top"]) == ("added", "all")
        less = form_of(admin.get(query(grouped, drop="b1.0")).text)
        assert less == more
        assert "b0.2.is" not in form_of(admin.get(query(less, drop="b0.2")).text)

    def test_another_condition_brings_its_usual_value(self, admin):
        fields = form_of(admin.get("/candidates").text)
        changed = form_of(admin.get(query(fields | {"b0.0.is": "watched_share"})).text)
        assert (changed["b0.0.is"], changed["b0.0.v"]) == ("watched_share", "100")

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("b0.0.v", "soon", "“was added at least”: type a whole number from 0 to 36,500"),
            ("b0.0.v", "", "type a whole number"),
            ("b0.0.v", '"><img src=x>', "type a whole number"),
            ("keep_first", "99", "The first episodes: type a whole number from 0 to 25"),
        ],
    )
    def test_bad_input_is_named_and_stays(self, admin, name, value, said):
        fields = form_of(admin.get("/candidates").text) | {name: value}
        answer = admin.get(query(fields))
        assert answer.status_code == 200
        assert said in answer.text
        assert "<img src=x>" not in answer.text
        kept = form_of(answer.text)
        assert kept[name] == value.replace('"', "&#34;").replace(">", "&gt;").replace("<", "&lt;")
        assert kept["b0.1.v"] == "90"
        assert rows(answer.text) == []

    def test_a_form_without_conditions_says_so(self, admin):
        fields = form_of(admin.get("/candidates?b0.0.is=never_watched").text)
        assert "Has no condition" in admin.get(query(fields, drop="b0.0")).text

    def test_parts_for_the_script(self, admin):
        found = admin.get("/candidates?part=found", x_part="1")
        assert found.text.lstrip().startswith('<section id="found"')
        assert 'data-live="candidates"' in found.text
        assert found.headers["hx-push-url"] == admin.get("/candidates?part=all", x_part="1").headers["hx-push-url"]


class TestRules:
    def keep(self, person, **more):
        fields = form_of(person.get("/candidates").text) | {"name": " Old  ones "}
        return person.post("/candidates/rules", **(fields | more))

    def test_a_rule_is_kept_changed_and_forgotten(self, admin, stack):
        answer = self.keep(admin)
        assert answer.status_code == 303
        (kept,) = stack.candidates.rules.all
        assert (kept.name, kept.made_by) == ("Old ones", "anna")
        page = admin.get(answer.headers["location"]).text
        assert 'aria-current="page">Old ones</a>' in page
        assert admin.get(f"/candidates?rule={kept.id}").status_code == 200

        changed = form_of(page) | {"b0.0.v": "60", "name": "Older", "again": "1"}
        assert admin.post("/candidates/rules", **changed).status_code == 303
        (again,) = stack.candidates.rules.all
        assert (again.id, again.name, again.rule.when.of[0].days) == (kept.id, "Older", 60)

        assert admin.post(f"/candidates/rules/{kept.id}/remove").status_code == 303
        assert admin.post(f"/candidates/rules/{kept.id}/remove").status_code == 404
        assert stack.candidates.rules.all == []

    @pytest.mark.parametrize(
        ("more", "said"),
        [({"name": ""}, "Is empty"), ({"name": "x" * 101}, "Is longer than 100"), ({"b0.0.v": "x"}, "type a whole")],
    )
    def test_what_cannot_be_kept_loses_nothing(self, admin, stack, more, said):
        answer = self.keep(admin, **({"b0.1.v": "77"} | more))
        assert answer.status_code == 422
        assert said in answer.text
        assert form_of(answer.text)["b0.1.v"] == "77"
        assert stack.candidates.rules.all == []

    def test_two_rules_of_one_name(self, admin, stack):
        self.keep(admin)
        answer = self.keep(admin, name="OLD ONES")
        assert answer.status_code == 422
        assert "Another rule is called “OLD ONES”" in answer.text
        assert len(stack.candidates.rules.all) == 1

    def test_a_rule_that_somebody_else_forgot(self, admin):
        assert self.keep(admin, rule="9", again="1").status_code == 404


class TestWhatStays:
    def test_a_protected_row_leaves_the_list(self, admin, stack):
        answer = admin.post("/candidates/protect", part=True, series_id="1")
        assert json.loads(answer.headers["hx-trigger"])["live-changed"] == {"tokens": ["candidates"]}
        found = admin.get("/candidates?part=found", x_part="1").text
        assert rows(found) == ["show-2"]
        assert rows(admin.get("/candidates?outcome=kept").text) == ["show-1", "show-3"]
        page = admin.get("/candidates/protected").text
        assert "Show 1" in page
        assert "by anna" in page
        (kept,) = stack.candidates.rules.kept
        assert admin.post(f"/candidates/protected/{kept.id}/remove").status_code == 303
        assert admin.post(f"/candidates/protected/{kept.id}/remove").status_code == 404
        assert "Nothing is protected by hand" in admin.get("/candidates/protected").text

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({}, 422),
            ({"series_id": "x"}, 422),
            ({"series_id": "1", "movie_id": "1"}, 422),
            ({"movie_id": "1", "season_number": "1"}, 422),
            ({"series_id": "1", "reason": "x" * 301}, 422),
            ({"series_id": "99"}, 404),
            ({"series_id": "1", "season_number": "9"}, 404),
        ],
    )
    def test_only_what_exists_can_be_protected(self, admin, stack, fields, status):
        assert admin.post("/candidates/protect", **fields).status_code == status
        assert stack.candidates.rules.kept == []


class TestOfOneThing:
    """On the pages of shows, episodes and movies."""

    @pytest.mark.parametrize(
        ("page", "fields"),
        [
            ("/shows/1", {"series_id": "1"}),
            ("/episodes/2", {"episode_id": "2"}),
            ("/movies/1", {"movie_id": "1"}),
        ],
    )
    def test_it_is_protected_and_let_go_where_it_is_seen(self, admin, stack, page, fields):
        assert 'aria-pressed="false" title="Never propose' in admin.get(page).text
        for _ in range(2):  # a double click says the same twice
            answer = admin.post("/candidates/stay", part=True, stays="1", what="the thing", **fields)
            assert 'aria-pressed="true"' in answer.text
        assert len(stack.candidates.rules.kept) == 1
        text = admin.get(page).text
        assert ">Protected</span>" in text
        assert 'name="stays" value="0"' in text
        for _ in range(2):
            answer = admin.post("/candidates/stay", stays="0", **fields)
            assert (answer.status_code, answer.headers["location"]) == (303, page)
        assert stack.candidates.rules.kept == []
        assert ">Protect</span>" in admin.get(page).text

    def test_with_the_show_its_seasons_and_episodes_are_protected(self, admin):
        answer = admin.post("/candidates/stay", part=True, stays="1", series_id="1")
        assert json.loads(answer.headers["hx-trigger"])["live-changed"] == {"tokens": ["show:1"]}
        text = admin.get("/shows/1").text
        assert "Protected with the show" in text
        assert "Protect season 1" not in text
        assert "Protected with the show" in admin.get("/episodes/2").text

    def test_a_season(self, admin, stack):
        answer = admin.post(
            "/candidates/stay", part=True, stays="1", iconic="1", what="season 1", series_id="1", season_number="1"
        )
        assert 'aria-label="Protect season 1"' in answer.text
        assert stack.candidates.rules.kept[0].target.season_number == 1
        assert "Protected with the season" in admin.get("/episodes/2").text
        assert "1 part of it is protected: it cannot go as a whole." in admin.get("/candidates/why?series_id=1").text

    def test_why_by_the_usual_rule(self, admin):
        text = admin.get("/candidates/why?series_id=1").text
        assert "The usual rule" in text
        assert "Could go" in text
        assert "last played 120 days ago" in text
        assert "There is nothing to go" in admin.get("/candidates/why?series_id=1&season_number=3").text
        assert "added 200 days ago" in admin.get("/candidates/why?movie_id=1").text

    def test_why_by_the_rules_of_what_it_is_part_of(self, admin, stack):
        for level, name in (("show", "By show"), ("season", "By season"), ("movie", "Films")):
            fields = form_of(admin.get(f"/candidates?level={level}&b0.0.is=never_watched").text)
            assert admin.post("/candidates/rules", **(fields | {"name": name})).status_code == 303
        text = admin.get("/candidates/why?series_id=1&season_number=2").text
        assert [one for one in ("By show", "By season", "Films") if one in text] == ["By show", "By season"]
        assert "Horimiya · 40.0 GiB" in text
        assert "Horimiya, season 2 · 20.0 GiB" in text
        assert "By season" not in admin.get("/candidates/why?series_id=1").text

    @pytest.mark.parametrize(
        "asked", ["", "series_id=9999", "episode_id=99999", "movie_id=77", "series_id=x", f"movie_id={2**62}"]
    )
    def test_there_may_be_no_such_thing(self, admin, stack, asked):
        assert admin.get(f"/candidates/why?{asked}").status_code == 404
        assert admin.post("/candidates/stay", stays="1", **dict(parse_qsl(asked))).status_code == 404
        assert stack.candidates.rules.kept == []

    def test_an_episode_of_another_show_is_none_of_this_one(self, admin, stack):
        assert admin.post("/candidates/stay", stays="1", series_id="3", episode_id="2").status_code == 404


class TestAccess:
    def test_a_viewer_sees_nothing_of_it(self, viewer):
        for path in ADMIN_ONLY:
            assert viewer.get(path).status_code == 403, path
        for page in ("/shows/1", "/episodes/2", "/movies/1"):
            text = viewer.get(page).text
            assert "/candidates" not in text, page

    def test_nobody_is_sent_to_sign_in(self, nobody):
        for path in ADMIN_ONLY:
            assert nobody.get(path).headers["location"].startswith("/sign-in")
