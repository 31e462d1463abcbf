"""The log, the limits, the brake, and what other pages offer and tell of deleting."""

import asyncio
import csv
import re

import pytest
from fakes import Stack
from invented_plans import HOSTILE
from person import Person

from episodarr.deletion.journal import Caps, LogQuestion
from episodarr.deletion.model import Target
from episodarr.deletion.plan import Wish
from episodarr.overview.deletions import LOG_COLUMNS, log_rows
from episodarr.overview.export import csv_lines


@pytest.fixture
def deletion(stack):
    return stack.deletion


@pytest.fixture
def done(deletion):
    """A plan that was carried out."""

    def done(title: str = "Horimiya"):
        deletion.planner.title = title
        row = asyncio.run(deletion.delete.plan(Wish((Target(1, 1),)), "anna"))
        row = deletion.delete.confirm(row.id, deletion.delete.token(row), "anna", 13)
        deletion.carry_out(row.id)
        deletion.end(row.id)
        return row

    return done


def lines(text: str) -> int:
    return text.count('id="log-') - text.count('id="log-search"') - text.count('id="log-part"')


class TestLog:
    def test_filtered_and_paged(self, admin, done):
        assert "Nothing was deleted yet" in admin.get("/deletion/log").text
        done()
        done("Andor")
        first = admin.get("/deletion/log").text
        assert lines(first) == 100
        more = re.search(r'hx-get="(/deletion/log\?[^"]*cursor=[^"]+)"', first)[1].replace("&amp;", "&")
        assert lines(admin.get(more, x_part="1").text) == 56
        assert lines(admin.get("/deletion/log?deed=delete_file").text) == 26
        assert lines(admin.get("/deletion/log?deed=delete_file&q=andor").text) == 13
        assert lines(admin.get("/deletion/log?deed=delete_file&plan=1").text) == 13
        assert lines(admin.get("/deletion/log?system=Jellyfin&q=S01E01").text) == 2
        assert "Nothing fits" in admin.get("/deletion/log?outcome=failed").text
        odd = "/deletion/log?deed=rm&outcome=odd&plan=x"
        assert lines(admin.get(odd).text) == 100
        assert admin.get("/deletion/log?cursor=odd&q=a").headers["location"] == "/deletion/log?q=a"

    def test_the_files_are_asked_for_with_the_same_filter(self, admin, done):
        done()
        text = admin.get("/deletion/log?deed=delete_file&q=hori").text
        assert 'href="/api/v1/deletion/log.csv?q=hori&amp;deed=delete_file"' in text

    def test_what_looks_like_a_formula_is_safe_in_a_file(self, deletion, done):
        done("=HYPERLINK(1)")
        asked = log_rows(deletion.delete.log, LogQuestion(limit=10))
        rows = list(csv.reader("".join(csv_lines(LOG_COLUMNS, asked)).splitlines()))
        assert len(rows) == 1 + 78
        assert all(row[1].startswith("'=HYPERLINK") for row in rows[1:])


class TestLimits:
    def fields(self, admin) -> dict[str, str]:
        text = admin.get("/deletion/limits").text
        fields = dict(re.findall(r'id="f-\w+" name="(\w+)" value="([^"]*)"', text))
        for name, body in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', text):
            fields[name] = re.search(r"<option selected>(\w+)", body)[1]
        return fields

    def test_shown_and_sent_back_they_stay_the_same(self, admin, deletion):
        for caps in (
            Caps(),
            Caps(run_bytes=1_234_567_890, rule_bytes=0, seeding_ratio=1.75, day_bytes=1_500_000_000_000),
        ):
            deletion.delete.set_caps(caps)
            fields = self.fields(admin)
            assert admin.post("/deletion/limits", **fields).status_code == 303
            assert deletion.delete.caps() == caps

    def test_changed(self, admin, deletion):
        fields = self.fields(admin) | {"run_files": "7", "run_bytes": "2,5", "run_bytes.unit": "TB", "count_from": "0"}
        assert admin.post("/deletion/limits", **fields).status_code == 303
        caps = deletion.delete.caps()
        assert (caps.run_files, caps.run_bytes, caps.count_from) == (7, 2_500_000_000_000, 0)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("run_files", "-1"),
            ("run_files", ""),
            ("run_files", "1e9"),
            ("run_percent", "101"),
            ("run_bytes", "x"),
            ("seeding_ratio", "nan"),
            ("run_bytes", "9" * 15),
        ],
    )
    def test_what_is_wrong_is_marked_and_nothing_is_saved(self, admin, deletion, name, value):
        answer = admin.post("/deletion/limits", **(self.fields(admin) | {"day_files": "3", name: value}))
        assert answer.status_code == 422
        assert f'id="p-{name}"' in answer.text
        assert 'value="3"' in answer.text
        assert deletion.delete.caps() == Caps()

    def test_paused_and_resumed_and_said_on_every_page(self, admin, deletion, done):
        row = done()
        admin.post("/deletion/pause", reason=f"moving {HOSTILE}")
        for path in ("/deletion/plans", "/deletion/log", "/deletion/limits", f"/deletion/plans/{row.id}"):
            text = admin.get(path).text
            assert "Deleting is paused" in text
            assert "moving &lt;/script&gt;" in text
        answer = admin.post("/deletion/resume", back="/deletion/log")
        assert answer.headers["location"] == "/deletion/log"
        assert deletion.delete.paused() is None

    def test_what_the_environment_pauses_stays_so(self):
        stack = Stack(paused_by_environment=True)
        admin = Person(stack).sign_in("admin")
        text = admin.get("/deletion/limits").text
        assert "EPISODARR_DELETION_PAUSED is set" in text
        assert "/deletion/resume" not in text
        assert admin.post("/deletion/resume").status_code == 422

    def test_viewers_change_nothing(self, viewer, deletion):
        for path in ("limits", "pause", "resume"):
            assert viewer.post(f"/deletion/{path}", run_files="1").status_code == 403
        assert deletion.delete.caps() == Caps()


class TestElsewhere:
    def test_what_a_show_offers_to_admins(self, admin, viewer):
        text = admin.get("/shows/1").text
        assert "Delete all…" in text
        assert 'aria-label="Delete season 1…"' in text
        assert text.count("data-pick=") == 3, "only rows with a file can be selected"
        assert 'form="selection"' in text
        seen = viewer.get("/shows/1").text
        assert "Delete all…" not in seen
        assert "Delete season" not in seen
        assert "data-pick" not in seen
        assert 'id="selection"' not in seen

    def test_what_episode_movie_and_candidates_offer(self, stack, admin, viewer):
        held = next(row.id for row in stack.world.season(1, 1) if row.has_file)
        assert "Delete…" in admin.get(f"/episodes/{held}").text
        assert "Delete…" in admin.get("/movies/1").text
        assert "See what deleting Horimiya would do" in admin.get("/candidates").text
        for path in (f"/episodes/{held}", "/movies/1"):
            assert "Delete…" not in viewer.get(path).text

    def test_what_was_done_is_told_on_the_pages_of_the_things(self, admin, viewer, deletion, done):
        row = done()
        line = deletion.journal.lines[0]
        deletion.journal.lines[0] = type(line)(
            **{name: getattr(line, name) for name in line.__struct_fields__} | {"episode_id": 1}
        )
        text = admin.get("/episodes/1").text
        assert 'id="deletion-lines"' in text
        assert f"plan {row.id}" in text
        seen = viewer.get("/episodes/1").text
        assert 'id="deletion-lines"' in seen
        assert "anna" not in seen[seen.index('id="deletion-lines"') :]
        assert 'id="deletion-lines"' not in admin.get("/episodes/2").text
        shown = [number for number in range(1, 12) if 'id="deletion-lines"' in admin.get(f"/requests/{number}").text]
        assert shown, "a request for this show tells of it"
