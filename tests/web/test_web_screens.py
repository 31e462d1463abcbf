"""What each screen shows and does (R-C11, R-C12, R-C13, R-D12, R-D13)."""

import json
import re

from fakes import Stack
from fakes_services import CANARY


def said(answer) -> dict:
    """What the page will say about a change."""
    return json.loads(answer.headers["hx-trigger"])["said"]


class TestLibrary:
    def test_a_card_has_counts_and_a_bar_in_words(self, admin):
        card = re.search(r'<li class="show" id="show-1".*?</li>', admin.get("/").text, re.DOTALL)[0]
        assert "<b>2</b>/13" in card
        assert 'class="bar downloading"' in card
        assert "10 on the way" in card

    def test_search_filter_and_sort_are_in_the_address(self, admin):
        assert admin.get("/?q=link").text.count('<li class="show"') == 1
        assert "No show fits" in admin.get("/?q=zzz").text
        assert 'value="missing" selected' in admin.get("/?show=missing").text

    def test_a_strange_cursor_begins_anew(self, admin):
        assert admin.get("/?cursor=x&q=li").headers["location"] == "/?q=li"

    def test_cards_come_one_by_one_when_they_change(self, admin):
        answer = admin.get("/library/cards?ids=1,2,nonsense,99999", x_part="1")
        assert re.findall(r'id="show-(\d+)"', answer.text) == ["1", "2"]

    def test_sync_now_runs_the_task_and_shows_its_progress(self, stack, admin):
        answer = admin.post("/library/sync", part=True)
        assert stack.tasks.asked == ["sync-series"]
        assert 'data-job="77"' in answer.text
        assert admin.post("/library/sync").headers["location"] == "/"

    def test_it_says_when_it_was_last_synced(self, admin):
        assert "3 min ago</time>" in admin.get("/").text


class TestShow:
    def test_every_episode_is_a_cell_with_its_state_in_words(self, admin):
        text = admin.get("/shows/2").text
        assert len(re.findall(r'class="cell ', text)) == 35
        assert re.search(r'class="cell s-import_blocked"[^>]*aria-label="S03E02 [^"]*: Import blocked"', text)

    def test_a_cell_fills_by_its_own_file_not_by_the_pack(self, admin):
        text = admin.get("/shows/1").text
        assert re.search(r'aria-label="S01E05 [^"]*: Downloading 94 %"><i class="p94">', text)
        assert re.search(r'aria-label="S01E10 [^"]*: Downloading 12 %"><i class="p12">', text)

    def test_the_newest_season_is_open_and_others_load_when_opened(self, admin):
        text = admin.get("/shows/2").text
        assert text.count('class="episode s-') == 12
        assert 'hx-get="/shows/2/seasons/1/rows"' in text
        assert admin.get("/shows/2/seasons/1/rows").text.count('class="episode s-') == 11

    def test_a_season_of_1150_comes_in_pieces(self, admin):
        text = admin.get("/shows/3").text
        assert len(re.findall(r'class="cell ', text)) == 1150
        assert 'class="episode s-' not in text
        first = admin.get("/shows/3/seasons/1/rows").text
        assert first.count('class="episode s-') == 200
        more = re.search(r'hx-get="(/shows/3/seasons/1/rows\?cursor=[^"]+)"', first)[1]
        assert admin.get(more).text.count('class="episode s-') == 200

    def test_a_waiting_state_says_for_what_and_how_long(self, admin):
        text = admin.get("/shows/1").text
        assert "waiting for Jellyfin to list it" in text
        assert "4 min</time>" in text

    def test_a_failed_read_is_told(self, admin):
        assert "Sonarr: timed out" in admin.get("/shows/5").text

    def test_the_moving_parts_are_the_same_elements(self, admin):
        page, live = admin.get("/shows/1").text, admin.get("/shows/1/live", x_part="1").text
        for place in ("show-head", "dna", "arriving", "season-head-1", "season-acts-0"):
            assert f'id="{place}"' in page
            assert f'id="{place}"' in live

    def test_single_rows_come_anew(self, admin):
        assert re.findall(r'id="row-(\d+)"', admin.get("/shows/1/rows?ids=3,4", x_part="1").text) == ["3", "4"]

    def test_monitoring_is_asked_of_sonarr(self, stack, admin):
        assert 'aria-pressed="false"' in admin.post("/shows/1/monitored", part=True, monitored="0").text
        admin.post("/shows/1/seasons/1/monitored", part=True, monitored="1")
        admin.post("/episodes/2/monitored", part=True, monitored="0")
        assert stack.control.asked == [
            ("monitor_series", 1, False),
            ("monitor_season", 1, 1, True),
            ("monitor_episodes", [2], False),
        ]

    def test_search_of_a_season_asks_for_what_is_missing_only(self, stack, admin):
        answer = admin.post("/shows/2/seasons/3/search", part=True)
        assert said(answer)["text"] == "Sonarr searches 1 episode."
        assert len(stack.control.asked[0][1]) == 1
        assert admin.post("/shows/2/seasons/1/search", part=True).status_code == 409

    def test_a_service_that_fails_is_told_with_its_mend(self, stack, admin):
        stack.control.broken = True
        answer = admin.post("/shows/1/sync", part=True)
        assert answer.status_code == 502
        assert "nobody answers at sonarr:8989" in said(answer)["text"]
        assert "Check that the service runs" in said(answer)["advice"]
        page = admin.post("/shows/1/sync")
        assert page.status_code == 502
        assert "Check that the service runs" in page.text
        assert admin.get("/shows/1/sonarr").status_code == 502

    def test_the_way_to_sonarr_is_over_http_only(self, stack, admin):
        assert admin.get("/shows/1/sonarr").headers["location"] == "http://sonarr:8989/series/show-1"

        async def evil(series_id: int) -> str:
            return "javascript:alert(1)"

        stack.control.sonarr_link = evil
        assert admin.get("/shows/1/sonarr").status_code == 404


class TestEpisode:
    def test_it_says_why_and_what_it_waits_for(self, admin):
        text = admin.get("/episodes/4").text
        assert "<dd>Sonarr has imported its file</dd>" in text
        assert "<dt>Waiting for</dt><dd>Jellyfin to list it</dd>" in text
        assert "waiting for Jellyfin to list it</text>" in text

    def test_its_life_is_a_picture_and_a_table(self, admin):
        text = admin.get("/episodes/4").text
        assert text.count('class="life ') == 2
        assert text.count("<svg class=") >= 2
        assert '<table class="timeline">' in text

    def test_it_shows_its_own_part_of_the_pack(self, admin):
        text = admin.get("/episodes/8").text
        assert 'aria-valuenow="61"' in text
        assert "[Group] Horimiya S01" in text

    def test_buttons_ask_sonarr(self, stack, admin):
        assert said(admin.post("/episodes/8/search", part=True))["text"] == "Sonarr searches for it."
        assert 'id="episode"' in admin.post("/episodes/8/act/rescan", part=True).text
        assert stack.control.asked == [("search", [8]), ("rescan", 8)]

    def test_it_knows_its_neighbours(self, admin):
        text = admin.get("/episodes/4").text
        assert 'rel="prev" href="/episodes/3"' in text
        assert 'rel="next" href="/episodes/5"' in text


class TestDownloads:
    def test_a_pack_is_split_into_its_episodes(self, admin):
        lane = re.search(r'<li class="lane[^"]*" id="lane-2:a1b2.*?</li>', admin.get("/downloads").text, re.DOTALL)[0]
        assert len(re.findall(r'class="seg ', lane)) == 13
        assert re.search(r'data-file="6"[^>]*aria-label="S01E07 [^"]*: 61 %"><i class="p61">', lane)
        assert "season pack" in lane
        assert 'class="others"' in lane

    def test_files_come_with_the_reason_of_each_match(self, admin):
        text = admin.get("/downloads/files?lane=2:a1b2c3d4e5f60718293a4b5c6d7e8f9001122334").text
        assert "Sonarr grabbed it for this episode" in text
        assert "deselected in qBittorrent" in text
        assert admin.get("/downloads/files?lane=none").status_code == 404

    def test_finished_ones_only_when_asked(self, admin):
        assert admin.get("/downloads").text.count('class="lane s-') == 4
        assert admin.get("/downloads?show=all").text.count('class="lane s-') == 7

    def test_a_silent_client_is_told_and_its_lanes_are_marked(self, stack, admin):
        stack.connections.set_status(2, "offline")
        text = admin.get("/downloads").text
        assert "<b>qBittorrent</b> is offline" in text
        assert " stale" in text
        assert "as of <time" in text

    def test_without_a_client_it_says_the_next_step(self, visit):
        text = visit(Stack(empty=True, connected=False)).sign_in("admin").get("/downloads").text
        assert "No download client is connected" in text


class TestCalendar:
    def test_a_week_has_seven_days_and_marks_today(self, admin):
        text = admin.get("/calendar").text
        assert len(re.findall(r'<li class="day', text)) == 7
        assert re.search(r'<li class="day today[^"]*" id="day-2025-11-21"', text)

    def test_any_day_names_its_week_and_nonsense_is_this_week(self, admin):
        assert 'id="day-2025-11-03"' in admin.get("/calendar?week=2025-11-05").text
        assert 'id="day-2025-11-17"' in admin.get("/calendar?week=never").text
        assert admin.get("/calendar?week=0001-01-01").status_code == 200
        assert admin.get("/calendar?week=9999-12-31").status_code == 200


class TestConnections:
    def test_how_each_fares(self, admin):
        text = admin.get("/settings/connections").text
        assert "Nobody answers at jellyfin:8096." in text
        assert "Check that the service runs" in text
        assert "Set by environment variables (EPISODARR_PLEX_" in text

    def test_secrets_are_kept_when_left_empty(self, admin):
        text = admin.get("/settings/connections/1").text
        assert 'placeholder="unchanged"' in text
        assert re.search(r'name="s.api_key" type="password" value=""', text)

    def test_a_test_says_what_it_found(self, admin):
        given = {"kind": "sonarr", "s.api_key": "k"}
        for address, words in (
            ("http://sonarr:1", "It works."),
            ("http://offline:1", "Offline."),
            ("http://refused:1", "Refused."),
            ("http://radarr:1", "Wrong application."),
            ("http://proxy:1", "Wrong path."),
        ):
            answer = admin.post("/settings/connections/test", part=True, **given, **{"s.url": address})
            assert words in answer.text, address
        assert "It works." in admin.post("/settings/connections/1/test", part=True).text

    def test_without_script_a_test_gives_the_form_back(self, admin):
        answer = admin.post("/settings/connections/test", kind="sonarr", name="TV", **{"s.url": "http://sonarr:1"})
        assert "It works." in answer.text
        assert 'value="http://sonarr:1"' in answer.text

    def test_add_change_switch_off_and_remove(self, stack, admin):
        given = {"kind": "sonarr", "s.url": "http://anime:8989", "s.api_key": "k", "enabled": "1"}
        assert admin.post("/settings/connections/save", name="Anime", **given).status_code == 303
        assert stack.connections.view(5).name == "Anime"
        admin.post("/settings/connections/save", name="Anime 2", connection_id="5", **given)
        assert stack.connections.view(5).name == "Anime 2"
        admin.post("/settings/connections/5/enabled", enabled="0")
        assert stack.connections.view(5).enabled is False
        admin.post("/settings/connections/5/remove")
        assert stack.connections.view(5) is None

    def test_what_the_environment_sets_stays(self, stack, admin):
        assert admin.post("/settings/connections/4/remove").status_code == 403
        assert admin.post("/settings/connections/4/enabled", enabled="0").status_code == 403
        given = {"kind": "plex", "connection_id": "4", "s.url": "http://x"}
        assert admin.post("/settings/connections/save", name="x", **given).status_code == 403

    def test_the_webhook_is_shown_when_asked_for(self, admin):
        assert CANARY not in admin.get("/settings/connections").text
        assert (
            f"http://episodarr.test/api/v1/webhooks/sonarr/1/{CANARY}"
            in admin.post("/settings/connections/1/webhook", part=True).text
        )


class TestWizard:
    def test_one_step_a_service_then_the_first_sync(self, visit):
        stack = Stack(empty=True, connected=False)
        somebody = visit(stack).sign_in("admin")
        assert "<h1>Connect Sonarr</h1>" in somebody.get("/wizard").text
        answer = somebody.post(
            "/settings/connections/save",
            kind="sonarr",
            name="Sonarr",
            wizard="1",
            enabled="1",
            **{"s.url": "http://sonarr:8989", "s.api_key": "k"},
        )
        assert answer.headers["location"] == "/wizard?after=sonarr"
        assert "<h1>Connect qBittorrent</h1>" in somebody.get("/wizard?after=sonarr").text
        assert "Ready for the first sync" in somebody.get("/wizard?after=plex").text
        assert somebody.post("/wizard/finish").headers["location"] == "/wizard/sync"
        assert stack.tasks.asked == ["sync-series"]
        assert 'data-job="77"' in somebody.get("/wizard/sync").text

    def test_it_waits_for_nothing_of_which_no_event_tells(self, stack, admin):
        stack.tasks.polls = {"verify"}
        assert "Nothing is running any more" in admin.get("/wizard/sync/progress").text
        assert stack.tasks.run("sync-series")
        assert 'data-job="77"' in admin.get("/wizard/sync/progress").text


class TestSystem:
    def test_tasks_say_how_they_went(self, admin):
        text = admin.get("/system/tasks").text
        assert "every 15 min" in text
        assert 'class="outcome o-failed">failed' in text
        assert "Sonarr: timed out" in text
        assert 'aria-valuenow="40"' in text
        assert "data-every" not in text, "an event tells of its end"

    def test_a_poll_under_way_is_looked_at_until_it_ended(self, stack, admin):
        stack.tasks.polls = {"verify"}
        assert 'data-every="2000"' in admin.get("/system/tasks/list").text
        stack.tasks.running.clear()
        assert "data-every" not in admin.get("/system/tasks/list").text

    def test_run_now_and_cancel(self, stack, admin):
        admin.post("/system/tasks/sync-series/run", part=True)
        assert stack.tasks.asked == ["sync-series"]
        assert said(admin.post("/system/jobs/77/cancel", part=True))["text"] == "It stops."
        assert admin.post("/system/jobs/5/cancel", part=True).status_code == 409
        assert admin.post("/system/tasks/none/run").status_code == 404

    def test_a_key_is_shown_once(self, admin):
        text = admin.post("/system/keys", name="Grafana", scope="read").text
        assert "0123456789abcdef" * 2 in text
        assert "0123456789abcdef" not in admin.get("/system/users").text
        assert "Grafana" in admin.get("/system/users").text
        assert admin.post("/system/keys", name="x", scope="root").status_code == 400

    def test_users_are_added_with_a_known_role(self, stack, admin):
        given = {"name": "ida", "password": "correct horse", "again": "correct horse"}
        assert admin.post("/system/users", role="owner", **given).status_code == 400
        assert admin.post("/system/users", role="viewer", **given).status_code == 303
        assert stack.accounts.users()[-1].name == "ida"
        assert "There is a user of this name" in admin.post("/system/users", role="viewer", **given).text


class TestShared:
    def test_a_failing_service_is_told_on_every_page(self, admin):
        for path in ("/", "/downloads", "/system/tasks"):
            assert "<b>Jellyfin</b> is offline" in admin.get(path).text

    def test_jump_finds_shows(self, admin):
        found = admin.get("/jump?q=horim").json()
        assert found == [{"title": "Horimiya", "url": "/shows/1", "detail": "2021 · 2/13 available"}]
        assert admin.get("/jump").json() == []

    def test_static_files_are_named_by_their_content(self, stack, admin, nobody):
        address = re.search(r'href="(/static/icon.svg\?v=[0-9a-f]+)"', admin.get("/").text)[1]
        answer = nobody.get(address)
        assert "immutable" in answer.headers["cache-control"]
        assert nobody.get("/static/nothing.js").status_code == 404
