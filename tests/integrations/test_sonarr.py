"""What Sonarr's answers mean, and what is asked of it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from episodarr.connections.failures import Broken, Refused, ServiceFailure, WrongApp, WrongPath
from episodarr.downloads.model import HistoryKind
from episodarr.integrations.sonarr import Sonarr

KEY = "0123456789abcdef0123456789abcdef"
JPEG = b"\xff\xd8\xff\xe0poster"
PNG = b"\x89PNG\r\n\x1a\nposter"
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "

PACK = "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567"


@pytest.fixture
def sonarr(upstream):
    """Do something with a Sonarr client against the scripted server."""

    def play(deed):
        async def story(url, session):
            return await deed(Sonarr("Sonarr", url, f" {KEY}\n", session))

        return upstream.run(story)

    return play


class TestCheck:
    """Is it a Sonarr, and does it take the key?"""

    def test_says_what_it_found(self, upstream, says, sample, sonarr):
        upstream.on("GET", "/api/v3/system/status", says(sample("sonarr/status")))
        checked = sonarr(Sonarr.check)
        assert (checked.application, checked.version) == ("Sonarr", "4.0.15.2941")
        assert "Sonarr Anime" in checked.detail
        assert upstream.asked[0].headers["X-Api-Key"] == KEY

    def test_names_another_application(self, upstream, says, sample, sonarr):
        upstream.on("GET", "/api/v3/system/status", says(sample("sonarr/status-of-another-app")))
        with pytest.raises(WrongApp, match=r"Radarr 5\.26"):
            sonarr(Sonarr.check)

    @pytest.mark.parametrize("body", [{}, {"version": "1.2"}])
    def test_takes_nobody_for_sonarr_who_does_not_say_so(self, upstream, says, sonarr, body):
        upstream.on("GET", "/api/v3/system/status", says(body))
        with pytest.raises(WrongApp):
            sonarr(Sonarr.check)

    @pytest.mark.parametrize("body", [b"", {"message": "NotFound"}, "<html></html>"])
    def test_a_404_is_a_wrong_path_whatever_its_body(self, upstream, says, sonarr, body):
        upstream.on("GET", "/api/v3/system/status", says(body, 404))
        with pytest.raises(WrongPath):
            sonarr(Sonarr.check)

    def test_a_wrong_key_is_refused_though_the_answer_is_empty(self, upstream, says, sonarr):
        upstream.on("GET", "/api/v3/system/status", says(b"", 401))
        with pytest.raises(Refused):
            sonarr(Sonarr.check)


class TestCatalogue:
    """The bulk listings pass through as bytes; the rest says yes, no or fails."""

    def test_listings_are_handed_on_untouched(self, upstream, says, sonarr):
        body = b' [{"id": 7, "title": "A", "monitored" : true}]\n'
        upstream.on("GET", "/api/v3/series", says(body, 200, {"Content-Type": "application/json"}))
        first, second = sonarr(Sonarr.series_listing), sonarr(Sonarr.series_listing)
        assert first.body == body
        assert first.digest == second.digest
        assert [entry.id for entry in first.entries()] == [7]

    def test_episodes_come_with_their_files(self, upstream, says, sonarr):
        upstream.on("GET", "/api/v3/episode", says([{"id": 1, "seasonNumber": 2, "episodeNumber": 3}]))
        upstream.on("GET", "/api/v3/episodefile", says([{"id": 9, "size": 5}]))
        answer = sonarr(lambda client: client.episodes(7))
        assert [episode.id for episode in answer.episodes()] == [1]
        assert [file.size for file in answer.files()] == [5]
        assert [asked.query for asked in upstream.asked] == [{"seriesId": "7"}] * 2

    @pytest.mark.parametrize("body", [b"", b"{}", b"[", b'[{"id": 1},', b'{"appName": "Radarr"}'])
    def test_what_is_no_complete_list_is_broken(self, upstream, says, sonarr, body):
        upstream.otherwise(says(body, 200, {"Content-Type": "application/json"}))
        for deed in (Sonarr.series_listing, lambda client: client.episodes(7)):
            with pytest.raises(Broken):
                sonarr(deed)

    def test_a_series_without_files_answer_has_no_episodes_answer(self, upstream, says, sonarr):
        upstream.on("GET", "/api/v3/episode", says([]))
        with pytest.raises(Broken):
            sonarr(lambda client: client.episodes(7))

    def test_the_not_found_of_another_application_means_nothing(self, upstream, says, sample, sonarr):
        upstream.on("GET", "/api/v3/series/7", says({"message": "NotFound"}, 404))
        upstream.on("GET", "/api/v3/system/status", says(sample("sonarr/status-of-another-app")))
        with pytest.raises(WrongApp, match="Radarr"):
            sonarr(lambda client: client.series_exists(7))

    @pytest.mark.parametrize(
        ("answer", "outcome"),
        [
            (({"id": 7, "title": "x"}, 200), True),
            (({"message": "NotFound"}, 404), False),
            (({"detail": "no such upstream"}, 404), WrongPath),
            ((b"", 404), WrongPath),
            (("<html></html>", 404), WrongPath),
            (({"id": 8}, 200), Broken),
            (([], 200), Broken),
            ((b"", 500), Broken),
        ],
    )
    def test_only_sonarrs_own_not_found_means_gone(self, upstream, says, sample, sonarr, answer, outcome):
        upstream.on("GET", "/api/v3/system/status", says(sample("sonarr/status")))
        upstream.on("GET", "/api/v3/series/7", says(*answer))
        if isinstance(outcome, bool):
            assert sonarr(lambda client: client.series_exists(7)) is outcome
        else:
            with pytest.raises(outcome):
                sonarr(lambda client: client.series_exists(7))

    @pytest.mark.parametrize("image", [JPEG, PNG, WEBP])
    def test_a_poster_is_known_by_its_first_bytes(self, upstream, says, sonarr, image):
        upstream.on("GET", "/api/v3/mediacover/7/poster-250.jpg", says(image, 200, {"Content-Type": "application/x"}))
        assert sonarr(lambda client: client.poster(7)) == image

    def test_the_full_poster_stands_in_for_the_small_one(self, upstream, says, sonarr):
        upstream.on("GET", "/api/v3/mediacover/7/poster-250.jpg", says(b"GIF89a"))
        upstream.on("GET", "/api/v3/mediacover/7/poster.jpg", says(JPEG))
        assert sonarr(lambda client: client.poster(7)) == JPEG

    def test_no_poster_and_a_huge_poster_are_none(self, upstream, says, sonarr):
        upstream.on("GET", "/api/v3/mediacover/7/poster-250.jpg", says(b"", 404))
        upstream.on("GET", "/api/v3/mediacover/7/poster.jpg", says(JPEG + b"\0" * 5_300_000))
        assert sonarr(lambda client: client.poster(7)) is None

    def test_a_sign_in_page_is_no_missing_poster(self, upstream, says, sonarr):
        upstream.otherwise(says(b"<svg onload=x>", 200, {"Content-Type": "image/svg+xml"}))
        with pytest.raises(WrongPath):
            sonarr(lambda client: client.poster(7))

    def test_changed_series_come_from_the_history(self, upstream, says, sample, sonarr):
        upstream.on("GET", "/api/v3/history/since", says(sample("sonarr/history")))
        at = datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
        assert sonarr(lambda client: client.series_changed_since(at)) == {7, 8}
        assert upstream.asked[0].query == {"date": "2026-03-01T10:00:00Z"}


class TestHistory:
    """One event for each episode, oldest first."""

    def test_reads_every_kind(self, upstream, says, sample, sonarr):
        upstream.on("GET", "/api/v3/history/since", says(sample("sonarr/history")))
        events = sonarr(lambda client: client.history_since(datetime(2026, 1, 1, tzinfo=UTC)))
        assert [(event.id, event.kind) for event in events] == [
            (29, HistoryKind.GRABBED),
            (30, HistoryKind.IMPORTED),
            (31, HistoryKind.FILE_DELETED),
            (32, HistoryKind.FAILED),
            (33, HistoryKind.OTHER),
        ]
        grabbed, imported, deleted, failed, _ = events
        assert (grabbed.download_id, grabbed.size, grabbed.client) == (PACK, 12_000_000_000, "qBittorrent")
        assert (imported.file_id, imported.quality, imported.client) == (88, "WEBDL-1080p", "qbit")
        assert imported.path == "/tv/Lighthouse Keepers/Season 02/a.mkv"
        assert imported.at == datetime(2026, 3, 1, 20, 0, 0, 765432, tzinfo=UTC)
        assert (deleted.reason, deleted.download_id, deleted.size) == ("missingFromDisk", "", 0)
        assert (failed.reason, failed.download_id) == ("Aborted, cannot be completed", "SABnzbd_nzo_Ab12Cd")

    @pytest.mark.parametrize("body", [{}, [{"id": 1}], [{"id": 1, "eventType": "grabbed", "date": "yesterday"}], ["x"]])
    def test_an_event_that_is_none_is_not_left_out_silently(self, upstream, says, sonarr, body):
        upstream.on("GET", "/api/v3/history/since", says(body))
        with pytest.raises(Broken):
            sonarr(lambda client: client.history_since(datetime(2026, 1, 1, tzinfo=UTC)))


def page(number, total, ids, **more):
    records = [{"id": one, "title": f"t{one}", "downloadId": f"D{one}"} for one in ids]
    return {"page": number, "pageSize": 2, "totalRecords": total, "records": records} | more


class TestQueue:
    """The whole queue or a failure: a part of it would look as if downloads had left it."""

    def test_reads_every_row(self, upstream, says, sample, sonarr):
        upstream.on("GET", "/api/v3/queue", says(sample("sonarr/queue")))
        first, second, blocked, unknown, delayed = sonarr(Sonarr.queue)
        assert (first.download_id, first.sonarr_episode_id, second.sonarr_episode_id) == (PACK, 701, 702)
        assert (first.size, first.size_left) == (12_000_000_000, 12_000_000)
        assert first.added_at == datetime(2026, 3, 1, 18, 0, 0, 123457, tzinfo=UTC)
        assert (blocked.status, blocked.tracked_state, blocked.tracked_status) == (
            "completed",
            "importBlocked",
            "warning",
        )
        assert blocked.messages == (
            "Import failed",
            "No files found are eligible for import",
            "sample.mkv: Sample",
            "One or more episodes are missing",
            "Not an upgrade: e3.mkv",
        )
        assert (unknown.download_id, unknown.sonarr_series_id, unknown.status) == (
            "SABnzbd_nzo_Ab12Cd",
            0,
            "aStatusOfTheFuture",
        )
        assert (delayed.download_id, delayed.status) == ("", "delay")
        assert upstream.asked[0].query["includeUnknownSeriesItems"] == "true"
        assert 500 <= int(upstream.asked[0].query["pageSize"]) <= 1000

    def test_an_empty_queue_is_one_request(self, upstream, says, sonarr):
        upstream.on("GET", "/api/v3/queue", says(page(1, 0, [])))
        assert sonarr(Sonarr.queue) == []
        assert len(upstream.asked) == 1

    def test_reads_all_pages(self, upstream, says, sonarr):
        upstream.on("GET", "/api/v3/queue", says(page(1, 5, [1, 2])), says(page(2, 5, [3, 4])), says(page(3, 5, [5])))
        assert [item.title for item in sonarr(Sonarr.queue)] == ["t1", "t2", "t3", "t4", "t5"]
        assert [asked.query["page"] for asked in upstream.asked] == ["1", "2", "3"]

    @pytest.mark.parametrize(
        "pages",
        [
            [page(1, 3, [1, 2]), page(1, 3, [1, 2])],  # past the end: the last page again
            [page(1, 3, [1, 2]), page(2, 3, [2])],  # a row moved over the page's edge
            [page(1, 3, [1, 2]), page(2, 4, [3, 4])],  # the count changed under the way
            [page(1, 3, [1, 2]), page(2, 3, [])],  # fewer than counted
            [page(1, 1, [1, 2])],  # more than counted
        ],
    )
    def test_a_queue_that_moves_while_it_is_read_is_read_again(self, upstream, says, sonarr, pages):
        upstream.on("GET", "/api/v3/queue", *map(says, [*pages, page(1, 1, [9])]))
        assert [item.title for item in sonarr(Sonarr.queue)] == ["t9"]

        upstream.on("GET", "/api/v3/queue", *map(says, [*pages, *pages]))
        with pytest.raises(Broken, match="add up"):
            sonarr(Sonarr.queue)

    @pytest.mark.parametrize("body", [{}, {"records": []}, [], page(1, 1, [1], records=[{"id": "one"}])])
    def test_another_shape_is_broken(self, upstream, says, sonarr, body):
        upstream.on("GET", "/api/v3/queue", says(body))
        with pytest.raises(Broken):
            sonarr(Sonarr.queue)


class TestControl:
    """What people have Sonarr do."""

    def test_monitors_episodes_in_one_request(self, upstream, says, sonarr):
        upstream.on("PUT", "/api/v3/episode/monitor", says([{"id": 1}], 202))
        sonarr(lambda client: client.monitor_episodes({3, 1}, monitored=False))
        assert upstream.asked[0].json == {"episodeIds": [1, 3], "monitored": False}

    def test_no_episodes_are_no_request(self, upstream, sonarr):
        sonarr(lambda client: client.monitor_episodes([], monitored=False))
        assert upstream.asked == []

    def test_a_season_is_changed_and_all_else_put_back_as_it_was(self, upstream, says, sample, sonarr):
        upstream.on("GET", "/api/v3/series/7", says(sample("sonarr/series")))
        upstream.on("PUT", "/api/v3/series/7", says({"id": 7}, 202))
        sonarr(lambda client: client.monitor_season(7, 2, monitored=True))
        expected = sample("sonarr/series")
        expected["seasons"][2]["monitored"] = True
        assert upstream.asked[1].json == expected

    def test_a_series_is_changed_and_all_else_put_back_as_it_was(self, upstream, says, sample, sonarr):
        upstream.on("GET", "/api/v3/series/7", says(sample("sonarr/series")))
        upstream.on("PUT", "/api/v3/series/7", says({"id": 7}, 202))
        sonarr(lambda client: client.monitor_series(7, monitored=False))
        assert upstream.asked[1].json == sample("sonarr/series") | {"monitored": False}

    @pytest.mark.parametrize(
        "answer", [{"id": 8, "seasons": []}, {"id": 7}, {"id": 7, "seasons": "x"}, [], {"id": 7, "seasons": [None]}]
    )
    def test_nothing_is_put_back_when_the_series_is_not_as_expected(self, upstream, says, sonarr, answer):
        upstream.on("GET", "/api/v3/series/7", says(answer))
        with pytest.raises(Broken):
            sonarr(lambda client: client.monitor_season(7, 2, monitored=True))
        assert [asked.method for asked in upstream.asked] == ["GET"]

    @pytest.mark.parametrize(
        ("deed", "command"),
        [
            (lambda client: client.search_episodes([5, 4]), {"name": "EpisodeSearch", "episodeIds": [4, 5]}),
            (lambda client: client.refresh_downloads(), {"name": "RefreshMonitoredDownloads"}),
            (lambda client: client.rescan_series(7), {"name": "RescanSeries", "seriesId": 7}),
        ],
    )
    def test_commands_are_posted_and_give_their_id(self, upstream, says, sonarr, deed, command):
        upstream.on("POST", "/api/v3/command", says({"id": 77, "status": "queued"}, 201))
        assert sonarr(deed) == 77
        assert upstream.asked[0].json == command

    def test_a_refused_change_says_why(self, upstream, says, sonarr):
        upstream.on("POST", "/api/v3/command", says([{"propertyName": "x", "errorMessage": "Series is gone"}], 400))
        with pytest.raises(ServiceFailure, match="Series is gone"):
            sonarr(lambda client: client.rescan_series(7))
