"""A rule by itself: its results, arming and disarming; and what leaves soon (D6, D7, D25)."""

import re
from datetime import timedelta

import pytest
from fakes import Stack
from fakes_consent import Consents
from invented import NOW

from episodarr.deletion.arming import RuleRun, RunKind
from episodarr.web.candidates.arming import HEIGHT, WIDTH, chart_of
from episodarr.web.leaving.view import countdown


@pytest.fixture
def consents(stack: Stack) -> Consents:
    return stack.consents


class TestRule:
    def test_d7_a_rule_is_in_dry_run_and_says_what_it_would_do(self, admin, consents):
        named = consents.rule()
        text = admin.get(f"/candidates/rules/{named.id}").text
        assert "It cannot be armed now: it was not observed completely yet." in text
        assert "Arm the rule" not in text
        consents.observed(named)
        consents.matured(named)
        text = admin.get(f"/candidates/rules/{named.id}").text
        assert "At first <b>4 things: 27 files, 59.0 GiB</b>" in text
        assert "Would leave, were it armed now" in text
        assert "in 14 days" in text
        assert "</script><b>x" not in text
        assert admin.get("/candidates/rules/99").status_code == 404

    def test_what_it_found_over_time(self, admin, consents):
        named = consents.rule()
        consents.observed(named)
        text = admin.get(f"/candidates/rules/{named.id}").text
        assert text.count("<polyline") == 1
        assert "not everything: Tautulli was last read 2 days ago" in text
        assert "8 earlier observations" in text

    def test_d7_armed_by_typing_its_name(self, admin, consents):
        named = consents.rule()
        consents.observed(named)
        consents.matured(named)
        path = f"/candidates/rules/{named.id}/arm"
        for wrong in ("", "Old"):
            answer = admin.post(path, name=wrong, leaving_days="9")
            assert answer.status_code == 422
            assert "Type “Old and unwatched”, the name of the rule, to arm it." in answer.text
            assert 'value="9"' in answer.text, "nothing that was typed is lost"
        for days in ("0", "366", "-1", "soon", "", "9" * 30):
            answer = admin.post(path, name=named.name, leaving_days=days)
            assert answer.status_code == 422
        assert consents.store.armed == {}
        answer = admin.post(path, name="old and UNWATCHED", leaving_days="9")
        assert answer.headers["location"] == f"/candidates/rules/{named.id}"
        assert consents.store.armed[named.id].by == "anna"
        text = admin.get(f"/candidates/rules/{named.id}").text
        assert "announced for 9 days" in text
        assert "<b>4 things, 59.0 GiB</b>, leave; the first in 9 days" in text
        assert "Would leave" not in text

    def test_d25_only_by_post_with_a_token_and_only_by_an_admin(self, admin, viewer, consents):
        named = consents.rule()
        consents.observed(named)
        path = f"/candidates/rules/{named.id}/arm"
        assert admin.get(path).status_code == 405
        assert admin.post(path, token="", name=named.name, leaving_days="9").status_code == 403
        assert viewer.post(path, name=named.name, leaving_days="9").status_code == 403
        assert viewer.get(f"/candidates/rules/{named.id}").status_code == 403
        assert consents.store.armed == {}

    def test_d7_disarmed_at_once_and_logged(self, admin, consents):
        named = consents.rule()
        consents.armed(named)
        admin.post(f"/candidates/rules/{named.id}/disarm", why="we <b>watch</b> it")
        assert consents.store.armed == {}
        text = admin.get(f"/candidates/rules/{named.id}").text
        assert "<b>Disarmed</b> by anna" in text
        assert "We &lt;b&gt;watch&lt;/b&gt; it." in text
        assert admin.post("/candidates/rules/99/disarm").status_code == 404
        assert admin.post("/candidates/rules/99/arm", name="x", leaving_days="1").status_code == 404

    def test_d8_the_last_problem_is_told(self, admin, consents):
        from dataclasses import replace

        named = consents.rule()
        consents.armed(named)
        held = consents.store.armed[named.id]
        consents.store.armed[named.id] = replace(held, problem="300 files are more than the 200 that may go in one run")
        assert "300 files are more than the 200" in admin.get(f"/candidates/rules/{named.id}").text
        assert "300 files are more than the 200" in admin.get(f"/candidates?rule={named.id}").text

    def test_observed_by_hand(self, admin, consents, stack):
        named = consents.rule()
        admin.post(f"/candidates/rules/{named.id}/observe")
        assert stack.tasks.asked == ["observe-rules"]

    def test_d7_the_list_says_how_a_rule_stands(self, admin, consents):
        named = consents.rule()
        assert "Dry run" in admin.get(f"/candidates?rule={named.id}").text
        consents.armed(named)
        text = admin.get(f"/candidates?rule={named.id}").text
        assert "<b>Armed</b>" in text
        assert f'href="/candidates/rules/{named.id}"' in text
        assert 'aria-label="Armed"' in text

    def test_d7_changing_its_conditions_disarms_it(self, admin, consents):
        named = consents.rule()
        consents.armed(named)
        admin.post(
            "/candidates/rules",
            name=named.name,
            rule=str(named.id),
            again="1",
            level="show",
            **{"b0.0.is": "added", "b0.0.v": "60"},
        )
        assert consents.store.armed == {}
        assert "its conditions were changed" in consents.store.told[0].why
        assert "Its conditions were changed." in admin.get(f"/candidates/rules/{named.id}").text
        assert consents.notices[-1][0] == "disarmed"


class TestLeaving:
    def test_nothing_leaves(self, admin, viewer):
        assert "until you arm them" in admin.get("/leaving").text
        assert "Nothing is leaving" in viewer.get("/leaving").text

    def test_d6_what_when_by_which_rule(self, admin, consents):
        consents.armed(consents.rule())
        text = admin.get("/leaving").text
        assert text.count('<li id="l-') == 4
        assert re.search(r"in 9 days \(\w{3} \d+ \w{3}\)", text)
        assert "by the rule" in text
        assert "</script><b>x" not in text
        assert 'href="/movies/1"' in text
        assert 'href="/shows/2?season=1"' in text
        assert 'href="/episodes/4"' in text

    def test_d6_a_viewer_sees_it_and_no_rule(self, viewer, consents):
        consents.armed(consents.rule("Vito never watches"))
        text = viewer.get("/leaving").text
        assert text.count('<li id="l-') == 4
        assert "Vito never watches" not in text
        assert "anna" not in text
        assert 'href="/leaving"' in viewer.get("/").text

    def test_d6_one_tap_keeps_it(self, viewer, consents, stack):
        consents.armed(consents.rule())
        answer = viewer.post("/leaving/3/keep", part=True)
        assert answer.status_code == 204
        assert "Andor S01E04E05 stays." in answer.headers["hx-trigger"]
        kept = [(one.target.episode_id, one.reason, one.made_by) for one in stack.candidates.rules.kept]
        assert kept == [(4, "Kept by vito from leaving soon", "vito"), (5, "Kept by vito from leaving soon", "vito")]
        assert 'id="l-3"' not in viewer.get("/leaving").text
        assert viewer.post("/leaving/3/keep").status_code == 404
        assert viewer.post("/leaving/1/keep").headers["location"] == "/leaving"

    def test_a_setting_keeps_viewers_out(self, viewer, admin, consents):
        consents.armed(consents.rule())
        consents.consent.viewers_keep = False
        assert viewer.get("/leaving").status_code == 403
        assert viewer.post("/leaving/1/keep").status_code == 403
        assert admin.get("/leaving").status_code == 200

    def test_more_of_it(self, admin, consents):
        named = consents.rule()
        consents.observed(named)
        for _ in range(20):
            consents.matured(named)
        consents.consent.arm(named.id, "anna", 9, person=True)
        text = admin.get("/leaving").text
        assert text.count('<li id="l-') == 60
        more = re.search(r'hx-get="([^"]+cursor[^"]+)"', text)[1]
        assert admin.get(more, x_part="1").text.count('<li id="l-') == 20
        assert admin.get("/leaving?cursor=odd").headers["location"] == "/leaving"


def test_a_countdown_counts_the_days_of_the_calendar():
    zone = NOW.tzinfo
    at = NOW.replace(hour=23, minute=0)
    assert countdown(None, zone, at) == ""
    assert countdown(at, zone, at) == "any moment"
    assert countdown(at + timedelta(minutes=30), zone, at).startswith("today (")
    assert countdown(at + timedelta(hours=2), zone, at).startswith("tomorrow (")
    assert countdown(at + timedelta(days=9), zone, at).startswith("in 9 days (")


def test_the_chart_stands_on_complete_observations():
    def run(hours: int, found: int, kind: RunKind = RunKind.COMPLETE) -> RuleRun:
        return RuleRun(NOW + timedelta(hours=hours), kind, "", candidates=found)

    assert chart_of([run(0, 3)]) is None
    assert chart_of([run(0, 3), run(6, 9, RunKind.INCOMPLETE)]) is None
    chart = chart_of([run(12, 4), run(6, 2), run(0, 0)])
    assert chart is not None
    assert chart.line == f"0.0,{HEIGHT}.0 {WIDTH / 2},29.0 {WIDTH}.0,2.0"
    assert chart.most == 4
    assert chart_of([run(0, 0), run(6, 0)]) is not None
