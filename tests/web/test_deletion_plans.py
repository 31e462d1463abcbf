"""Plans of deletion on their pages: made, read, confirmed once, watched, stopped and undone (D7, D9, D25)."""

import asyncio
import re
from datetime import timedelta

import pytest
from invented_plans import HOSTILE, PACK, offline

from episodarr.deletion.journal import Caps, PlanStatus, StepState
from episodarr.deletion.model import Target
from episodarr.deletion.plan import Deed, TorrentChoice, Wish, steps_of

WHOLE = {"series_id": "1", "season_number": "1", "whole": "1", "back": "/shows/1?season=1"}


@pytest.fixture
def deletion(stack):
    return stack.deletion


@pytest.fixture
def planned(deletion):
    """A plan that somebody made."""

    def planned(by: str = "anna", **more):
        return asyncio.run(deletion.delete.plan(Wish((Target(1, 1),), **more), by))

    return planned


def confirmed(admin, row, **fields: str):
    """What answers a confirmation with the token and the count of the plan's page."""
    page = admin.get(f"/deletion/plans/{row.id}").text
    token = re.search(r'name="plan_token" value="([^"]+)"', page)[1]
    given = {"plan_token": token, "count": str(row.plan.episode_count)} | fields
    return admin.post(f"/deletion/plans/{row.id}/confirm", **given)


class TestMaking:
    @pytest.mark.parametrize(
        ("fields", "targets"),
        [
            (WHOLE, (Target(1, 1),)),
            ({"series_id": "1", "whole": "1"}, (Target(1),)),
            ({"series_id": "1", "season_number": "1", "episode_id": "5", "whole": "1"}, (Target(1, 1, 5),)),
            ({"movie_id": "3", "whole": "1"}, (Target(movie_id=3),)),
            (
                {"series_id": "1", "episodes": "5,7,5", "seasons": "2"},
                (Target(1, 2), Target(1, None, 5), Target(1, None, 7)),
            ),
            ({"series_id": "1", "e.5": "1", "e.9": "1"}, (Target(1, None, 5), Target(1, None, 9))),
        ],
    )
    def test_a_plan_of_what_was_named_and_on_to_its_page(self, admin, deletion, fields, targets):
        answer = admin.post("/deletion/plans", **fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/deletion/plans/1")
        assert deletion.planner.asked == [Wish(targets)]
        assert deletion.journal.rows[1].made_by == "anna"
        assert deletion.begun == 0
        by_script = admin.post("/deletion/plans", part=True, **fields)
        assert (by_script.status_code, by_script.headers["hx-redirect"]) == (204, "/deletion/plans/2")

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"series_id": "1"},
            {"series_id": "x", "whole": "1"},
            {"series_id": "1", "episodes": "all"},
            {"series_id": "1", "episodes": ""},
            {"series_id": str(2**63), "whole": "1"},
        ],
    )
    def test_nothing_named_is_nothing_and_never_everything(self, admin, deletion, fields):
        """D11: what is blank, odd or too large never widens to the whole show."""
        answer = admin.post("/deletion/plans", **fields)
        assert answer.status_code == 422
        assert "select at least one episode" in answer.text
        assert deletion.planner.asked == []

    def test_too_much_at_once_is_refused(self, admin, deletion):
        many = ",".join(map(str, range(1, 2002)))
        assert "more than 2,000" in admin.post("/deletion/plans", series_id="1", episodes=many).text
        assert deletion.planner.asked == []

    def test_what_cannot_be_planned_is_said_where_one_is_with_the_mend(self, admin, deletion):
        deletion.planner.trouble = offline()
        answer = admin.post("/deletion/plans", part=True, **WHOLE)
        assert answer.status_code == 502
        assert "No plan was made: Sonarr could not be asked." in answer.headers["hx-trigger"]
        assert "Check that the service runs" in answer.headers["hx-trigger"]
        page = admin.post("/deletion/plans", **WHOLE)
        assert 'href="/shows/1?season=1"' in page.text
        deletion.planner.trouble = LookupError("There is no show 1 any more")
        assert admin.post("/deletion/plans", **WHOLE).status_code == 404

    @pytest.mark.parametrize("back", ["//evil.test", "https://evil.test/", "\\\\evil.test"])
    def test_the_way_back_leads_nowhere_else(self, admin, back):
        assert "evil.test" not in admin.post("/deletion/plans", series_id="x", back=back).text

    def test_everything_that_a_rule_finds(self, admin, deletion):
        page = admin.get("/candidates?level=season&b0.0.is=never_watched").text
        trial = re.search(r'name="trial" value="([^"]+)"', page)[1].replace("&#34;", '"')
        assert "Delete these 2…" in page
        assert admin.post("/deletion/plans", trial=trial).status_code == 303
        assert deletion.planner.asked[-1].targets == (Target(1, 2), Target(1, 0))
        assert admin.post("/deletion/plans", trial='{"level":"show"}').status_code == 422
        assert admin.post("/deletion/plans", trial=trial, q="nothing of this name").status_code == 422

    def test_files_of_several_episodes_go_whole(self, admin, deletion):
        page = admin.get("/candidates?level=episode&b0.0.is=never_watched&q=hori").text
        trial = re.search(r'name="trial" value="([^"]+)"', page)[1].replace("&#34;", '"')
        admin.post("/deletion/plans", trial=trial, q="hori")
        assert deletion.planner.asked[-1].targets == (Target(1, 1, 1), Target(1, 1, 2))
        assert 'name="episodes" value="1,2"' in page


class TestReading:
    def test_all_of_it_is_told(self, admin, planned):
        row = planned()
        text = admin.get(f"/deletion/plans/{row.id}").text
        assert "<h1>Delete Horimiya, season 1?</h1>" in text
        assert "Delete 13 episodes" in text
        assert "frees <b>11.0 GiB</b> for certain" in text
        assert "of 1.00 GiB it is not known" in text
        assert "1.00 GiB stay taken under another name" in text
        for file in row.plan.files:
            assert file.path in text
        assert "It was requested 12 days ago." in text
        assert "everything in it goes" in text
        assert "protected by the tag “keep”" in text
        assert f'name="also.{PACK}"' in text
        for line in ("stop monitoring 13 episodes", "delete 13 files", "take 13 files off its list"):
            assert line in text
        assert "recycle bin, /bin, which it empties after 7 days" in text

    def test_titles_are_escaped(self, admin, deletion, planned):
        deletion.planner.title = HOSTILE
        row = planned()
        for path in ("/deletion/plans", f"/deletion/plans/{row.id}"):
            text = admin.get(path).text
            assert "<script>alert(1)" not in text
            assert "&lt;script&gt;alert(1)" in text
        deletion.delete.confirm(row.id, deletion.delete.token(row), "anna", 13)
        deletion.carry_out(row.id)
        deletion.end(row.id, PlanStatus.PARTLY, HOSTILE)
        for path in ("/deletion/plans", f"/deletion/plans/{row.id}", "/deletion/log"):
            assert "<script>alert(1)" not in admin.get(path).text

    def test_another_choice_of_torrents_is_another_plan(self, admin, deletion, planned):
        row = planned()
        fields = {"torrents": "where_safe", f"also.{PACK}": "1"}
        answer = admin.post(f"/deletion/plans/{row.id}/again", **fields)
        assert answer.headers["location"] == "/deletion/plans/2"
        assert deletion.planner.asked[-1] == Wish(row.plan.wish.targets, TorrentChoice.WHERE_SAFE, (PACK,))
        text = admin.get("/deletion/plans/2").text
        assert "<b>Also goes:</b> Horimiya - OVA.mkv, Horimiya - Extras.mkv" in text
        assert f'name="also.{PACK}" value="1" checked' in text
        admin.post("/deletion/plans/2/again", torrents="keep")
        assert deletion.planner.asked[-1] == Wish(row.plan.wish.targets, TorrentChoice.KEEP)

    def test_an_expired_plan_can_only_be_made_anew(self, admin, stack, planned):
        row = planned()
        stack.now += timedelta(minutes=31)
        text = admin.get(f"/deletion/plans/{row.id}").text
        assert "This plan has expired." in text
        assert 'id="confirm"' not in text
        assert "Make a new plan" in text
        answer = admin.post(f"/deletion/plans/{row.id}/again")
        assert answer.headers["location"] == "/deletion/plans/2"

    def test_what_exceeds_a_cap_has_no_button(self, admin, deletion, planned):
        deletion.journal.kept_caps = Caps(run_files=5)
        text = admin.get(f"/deletion/plans/{planned().id}").text
        assert "13 files are more than the 5 that may go in one run." in text
        assert 'id="confirm"' not in text
        assert 'href="/deletion/limits"' in text

    def test_nothing_can_go(self, admin, deletion, planned):
        deletion.planner.files = 0
        text = admin.get(f"/deletion/plans/{planned().id}").text
        assert "<h1>Nothing of Horimiya can go</h1>" in text
        assert "protected by the tag" in text
        assert 'id="confirm"' not in text

    def test_a_plan_of_somebody_else_cannot_be_confirmed(self, admin, planned, deletion):
        row = planned("the API key cron")
        text = admin.get(f"/deletion/plans/{row.id}").text
        assert "only who made it can confirm it" in text
        assert deletion.delete.token(row) not in text
        answer = admin.post(f"/deletion/plans/{row.id}/confirm", plan_token=deletion.delete.token(row), count="13")
        assert answer.status_code == 409
        assert deletion.begun == 0

    def test_a_movie(self, admin, deletion):
        admin.post("/deletion/plans", movie_id="3", whole="1")
        text = admin.get("/deletion/plans/1").text
        assert "<h1>Delete Heat?</h1>" in text
        assert "Delete 1 movie" in text
        assert 'href="/movies/3"' in text
        assert "What it frees is not known" in text

    def test_files_of_a_large_plan_come_when_a_group_is_opened(self, admin, deletion, planned):
        deletion.planner.files = 400
        row = planned()
        text = admin.get(f"/deletion/plans/{row.id}").text
        assert "Chapter 399" not in text
        assert f'hx-get="/deletion/plans/{row.id}/files/0"' in text
        assert "Chapter 399" in admin.get(f"/deletion/plans/{row.id}/files/0").text
        assert admin.get(f"/deletion/plans/{row.id}/files/1").status_code == 404

    def test_what_is_not_there(self, admin):
        for number in ("7", str(2**63), "-1", "all"):
            assert admin.get(f"/deletion/plans/{number}").status_code == 404
        for act in ("confirm", "cancel", "finish", "undo", "again"):
            assert admin.post(f"/deletion/plans/7/{act}").status_code == 404
        assert admin.get("/deletion/plans?cursor=odd").headers["location"] == "/deletion/plans"


class TestConfirming:
    def test_once_and_only_once(self, admin, deletion, planned):
        row = planned()
        for _ in range(2):
            answer = admin.post(f"/deletion/plans/{row.id}/confirm", plan_token=deletion.delete.token(row), count="13")
            assert (answer.status_code, answer.headers["location"]) == (303, f"/deletion/plans/{row.id}")
        assert deletion.begun == 1
        assert deletion.journal.rows[row.id].confirmed_by == "anna"

    @pytest.mark.parametrize("count", ["", "12", "x", "9" * 30])
    def test_many_are_counted(self, admin, deletion, planned, count):
        answer = confirmed(admin, planned(), count=count)
        assert answer.status_code == 422
        assert "Type how many episodes go (13)." in answer.text
        assert deletion.begun == 0

    def test_few_are_not(self, admin, deletion, planned):
        deletion.planner.files = 2
        assert 'name="count"' not in admin.get(f"/deletion/plans/{planned().id}").text

    @pytest.mark.parametrize("token", ["", "0" * 20, "é"])
    def test_only_with_its_token(self, admin, deletion, planned, token):
        answer = confirmed(admin, planned(), plan_token=token)
        assert answer.status_code == 409
        assert "read the plan again" in answer.text
        assert deletion.begun == 0

    def test_the_token_of_another_plan_does_not_fit(self, admin, deletion, planned):
        first, second = planned(), planned()
        assert confirmed(admin, second, plan_token=deletion.delete.token(first)).status_code == 409

    def test_not_after_it_has_expired(self, admin, stack, deletion, planned):
        row = planned()
        stack.now += timedelta(minutes=31)
        answer = admin.post(f"/deletion/plans/{row.id}/confirm", plan_token=deletion.delete.token(row), count="13")
        assert answer.status_code == 409
        assert "It has expired, as things may have changed; make a new one." in answer.text
        assert deletion.begun == 0

    def test_not_while_paused(self, admin, deletion, planned):
        row = planned()
        deletion.delete.pause("anna", "moving disks")
        text = admin.get(f"/deletion/plans/{row.id}").text
        assert 'id="confirm"' not in text
        assert "moving disks" in text
        answer = admin.post(f"/deletion/plans/{row.id}/confirm", plan_token=deletion.delete.token(row), count="13")
        assert answer.status_code == 409
        assert "Deleting is paused by anna" in answer.text

    def test_nothing_happens_by_looking(self, stack, admin, deletion, planned):
        row = planned()
        for path in ("confirm", "cancel", "finish", "undo", "again"):
            assert admin.get(f"/deletion/plans/{row.id}/{path}?token={deletion.delete.token(row)}").status_code in {
                404,
                405,
            }
        assert deletion.journal.rows[row.id].status is PlanStatus.PROPOSED

    def test_only_admins_and_only_from_our_pages(self, admin, viewer, deletion, planned):
        row = planned()
        path = f"/deletion/plans/{row.id}"
        assert viewer.get(path).status_code == 403
        assert viewer.post("/deletion/plans", **WHOLE).status_code == 403
        fields = {"plan_token": deletion.delete.token(row), "count": "13"}
        assert viewer.post(f"{path}/confirm", **fields).status_code == 403
        for act in ("confirm", "again", "cancel", "finish", "undo"):
            assert admin.post(f"{path}/{act}", token=viewer.token, **fields).status_code == 403
        assert deletion.journal.rows[row.id].status is PlanStatus.PROPOSED
        assert "/deletion" not in viewer.get("/").text

    def test_put_away(self, admin, deletion, planned):
        row = planned()
        assert admin.post(f"/deletion/plans/{row.id}/cancel").status_code == 303
        assert "<h1>Stopped: Horimiya, season 1</h1>" in admin.get(f"/deletion/plans/{row.id}").text
        assert admin.post(f"/deletion/plans/{row.id}/cancel").status_code == 409


class TestRunning:
    @pytest.fixture
    def running(self, deletion, planned):
        row = planned()
        return deletion.delete.confirm(row.id, deletion.delete.token(row), "anna", 13)

    def test_how_far_it_is(self, admin, deletion, running):
        deletion.carry_out(running.id, 4)
        text = admin.get(f"/deletion/plans/{running.id}/live").text
        assert 'data-every="1500"' in text
        assert "<b>2</b> of 13 files deleted" in text
        assert "4 of 42 steps ended" in text
        assert "11 waiting" in text
        assert "2 verified" in text
        assert text.count("<h1>") == 1
        assert "<html" not in text

    def test_stopped_before_the_next_item(self, admin, deletion, running):
        deletion.carry_out(running.id, 4)
        answer = admin.post(f"/deletion/plans/{running.id}/cancel", part=True)
        assert f"deletion:{running.id}" in answer.headers["hx-trigger"]
        text = admin.get(f"/deletion/plans/{running.id}").text
        assert "Stopped by anna." in text
        assert "data-every" not in text
        assert "Undo all 2" in text

    def test_partly_done_says_what_and_why_and_is_finished(self, admin, deletion, running):
        steps = steps_of(running.plan)
        answers = {
            Deed.REMOVE_TORRENT: (StepState.FAILED, "the password is not accepted any more"),
            Deed.TELL_LIBRARY: (StepState.UNKNOWN, "3 of them are still listed"),
        }

        def states(number: int) -> tuple[StepState, str]:
            step = steps[number - 1]
            if step.deed is Deed.DELETE_FILE and step.subject == 4:
                return StepState.STAYED, "somebody watches it"
            return answers.get(step.deed, (StepState.VERIFIED, ""))

        deletion.carry_out(running.id, states=states)
        deletion.end(running.id, PlanStatus.PARTLY, "1 step failed")
        text = admin.get(f"/deletion/plans/{running.id}").text
        for said in ("Failed", "Not known yet", "Stayed", "Verified", "1 stayed", "12 verified"):
            assert said in text
        for why in ("The password is not accepted any more.", "3 of them are still listed.", "Somebody watches it."):
            assert why in text
        assert "Finish the rest" in text
        begun = deletion.begun
        assert admin.post(f"/deletion/plans/{running.id}/finish").status_code == 303
        assert deletion.begun == begun + 1
        assert admin.post(f"/deletion/plans/{running.id}/finish").status_code == 409

    def test_undone_one_by_one_and_all(self, admin, deletion, running):
        assert "none of these was deleted" in admin.post(f"/deletion/plans/{running.id}/undo").text.lower()
        deletion.carry_out(running.id)
        deletion.end(running.id)
        path = f"/deletion/plans/{running.id}"
        assert "Undo all 13" in admin.get(path).text
        answer = admin.post(f"{path}/undo", part=True, episodes="103")
        assert "1 file is monitored and searched for." in answer.headers["hx-trigger"]
        assert deletion.undoer.asked == ["Horimiya S01E03"]
        text = admin.get(path).text
        assert "Undone: monitored again, and searched for" in text
        assert "Undo all 12" in text
        admin.post(f"{path}/undo")
        assert len(deletion.undoer.asked) == 14

    def test_an_undo_that_does_not_work_says_so(self, admin, deletion, running):
        deletion.carry_out(running.id)
        deletion.end(running.id)
        deletion.undoer.broken = True
        answer = admin.post(f"/deletion/plans/{running.id}/undo", part=True, episodes="103")
        assert answer.status_code == 502
        assert "nobody answers" in answer.headers["hx-trigger"]
        assert "Could not be asked for again" in admin.get(f"/deletion/plans/{running.id}").text

    def test_waiting(self, admin, stack, deletion, running):
        deletion.journal.wait(running.id, "Sonarr does not answer", stack.now + timedelta(minutes=5))
        text = admin.get(f"/deletion/plans/{running.id}").text
        assert "Goes on later: Horimiya, season 1" in text
        assert "Sonarr does not answer." in text
        assert "in 5 min" in text

    def test_nothing_was_done(self, admin, deletion, running):
        deletion.end(running.id, PlanStatus.ABORTED, "nothing was deleted: a cap was exceeded")
        text = admin.get(f"/deletion/plans/{running.id}").text
        assert "Not deleted: Horimiya, season 1" in text
        assert "A cap was exceeded" in text or "a cap was exceeded" in text


def test_the_list(admin, deletion, planned):
    assert "Nothing was planned yet" in admin.get("/deletion/plans").text
    for _ in range(60):
        planned()
    text = admin.get("/deletion/plans").text
    assert text.count('id="plan-') == 50
    more = re.search(r'hx-get="(/deletion/plans\?cursor=[^"]+)"', text)[1]
    assert admin.get(more, x_part="1").text.count('id="plan-') == 10
    assert "Not confirmed" in text
