"""What Jellyfin's answers mean, and what is asked of it."""

from datetime import UTC, datetime

import pytest

from episodarr.availability.model import LibraryItemId, Playability
from episodarr.connections.failures import Broken, Busy, Refused, WrongApp, WrongPath
from episodarr.connections.hint import About
from episodarr.integrations.jellyfin import INTEGRATION, Jellyfin

KEY = "0123456789abcdef0123456789abcdef"
SERIES = LibraryItemId(f"{7:032x}")
ITEM = LibraryItemId(f"{71:032x}")

EPISODES = f"/Shows/{SERIES}/Episodes"
PLAYBACK = f"/Items/{ITEM}/PlaybackInfo"


@pytest.fixture
def jellyfin(upstream):
    """Do something with a Jellyfin client against the scripted server."""

    def play(deed):
        async def story(url, session):
            return await deed(Jellyfin("Jellyfin", url, KEY, session))

        return upstream.run(story)

    return play


class TestCheck:
    """Is it a Jellyfin, is it set up, and does it take the key?"""

    def test_says_what_it_found(self, upstream, says, sample, jellyfin):
        upstream.on("GET", "/System/Info/Public", says(sample("jellyfin/public")))
        upstream.on("GET", "/System/Info", says(sample("jellyfin/public")))
        checked = jellyfin(Jellyfin.check)
        assert (checked.application, checked.version, checked.detail) == ("Jellyfin", "10.11.4", "Attic")
        assert "Authorization" not in upstream.asked[0].headers
        assert upstream.asked[1].headers["Authorization"] == f'MediaBrowser Token="{KEY}"'

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_wrong_key_is_refused(self, upstream, says, sample, jellyfin, status):
        upstream.on("GET", "/System/Info/Public", says(sample("jellyfin/public")))
        upstream.on("GET", "/System/Info", says(b"", status))
        with pytest.raises(Refused):
            jellyfin(Jellyfin.check)

    @pytest.mark.parametrize(
        ("answer", "kind", "word"),
        [
            (({"Id": "x", "Version": "4.9.1.80"}, 200), WrongApp, "Emby"),
            (({"Id": "x", "Version": "4.9", "ProductName": "Emby Server"}, 200), WrongApp, "Emby Server"),
            (({"appName": "Sonarr", "version": "4"}, 200), WrongApp, "another application"),
            ((b"", 401, {"X-Plex-Protocol": "1.0"}), WrongApp, "Plex"),
            ((b"", 401), Refused, "proxy"),
            ((b"<html>", 404), WrongPath, "404"),
            (({"message": "NotFound"}, 404), WrongPath, "404"),
            (({"Id": "x", "Version": "10.11.4", "StartupWizardCompleted": False}, 200), Broken, "setup"),
            (("<html>starting", 503, {"Content-Type": "text/html"}), Busy, "503"),
        ],
    )
    def test_others_are_told_apart(self, upstream, says, jellyfin, answer, kind, word):
        upstream.on("GET", "/System/Info/Public", says(*answer))
        with pytest.raises(kind, match=word):
            jellyfin(Jellyfin.check)
        assert all("Authorization" not in asked.headers for asked in upstream.asked)

    def test_an_older_server_does_not_name_its_product(self, upstream, says, jellyfin):
        upstream.otherwise(says({"Id": "x", "Version": "10.8.13"}))
        assert jellyfin(Jellyfin.check).version == "10.8.13"


def page(total, *numbers):
    return {"TotalRecordCount": total, "Items": [{"Id": f"{n:032x}", "Name": str(n)} for n in numbers]}


class TestSeries:
    """All series or a failure: a part of them would look as if series had left the library."""

    def test_are_read_with_their_ids(self, upstream, says, sample, jellyfin):
        upstream.on("GET", "/Items", says(sample("jellyfin/series")))
        first, second = jellyfin(Jellyfin.all_series)
        assert (first.id, first.name, first.year) == (SERIES, "Lighthouse Keepers", 2024)
        assert (first.path, first.provider_ids) == (
            "/media/Lighthouse Keepers",
            {"tvdb": "700007", "imdb": "tt7000007"},
        )
        assert (second.year, second.path, second.provider_ids) == (0, "", {})
        query = upstream.asked[0].query
        assert (query["includeItemTypes"], query["recursive"], query["startIndex"]) == ("Series", "true", "0")

    def test_are_read_page_by_page(self, upstream, says, jellyfin):
        upstream.on("GET", "/Items", says(page(5, 1, 2)), says(page(5, 2, 3, 4)), says(page(5, 4, 5)))
        assert [series.name for series in jellyfin(Jellyfin.all_series)] == ["1", "2", "3", "4", "5"]
        assert [asked.query["startIndex"] for asked in upstream.asked] == ["0", "1", "3"]

    def test_none_are_one_request(self, upstream, says, jellyfin):
        upstream.on("GET", "/Items", says(page(0)))
        assert jellyfin(Jellyfin.all_series) == []
        assert len(upstream.asked) == 1

    @pytest.mark.parametrize(
        "pages",
        [
            [page(3, 1, 2), page(3)],  # fewer than counted
            [page(3, 1, 2), page(3, 2)],
            [page(3, 1, 2), page(3, 3)],  # one before the page's edge is gone, another came
            [page(3, 1, 2), page(3, 2, 1)],  # a series moved over the page's edge
            [page(3, 1, 2), page(4, 2, 3, 4)],  # the count changed under the way
            [page(0, 1, 2)],  # not counted at all
            [page(3, 1, 1, 2)],
            [{"Items": [{"Id": "1"}]}],
        ],
    )
    def test_are_read_again_when_they_do_not_add_up(self, upstream, says, jellyfin, pages):
        upstream.on("GET", "/Items", *map(says, [*pages, page(1, 9)]))
        assert [series.name for series in jellyfin(Jellyfin.all_series)] == ["9"]
        upstream.on("GET", "/Items", *map(says, [*pages, *pages]))
        with pytest.raises(Broken, match="add up"):
            jellyfin(Jellyfin.all_series)

    @pytest.mark.parametrize(
        "body", [{}, [], {"Items": [{"Name": "no id"}]}, {"Items": [{"Id": "../../x"}]}, {"Items": [{"Id": ""}]}]
    )
    def test_in_another_shape_are_broken(self, upstream, says, jellyfin, body):
        upstream.on("GET", "/Items", says(body))
        with pytest.raises(Broken):
            jellyfin(Jellyfin.all_series)


class TestEpisodes:
    """The episode items of a series, with and without a file."""

    def test_are_read_and_told_apart(self, upstream, says, sample, jellyfin):
        upstream.on("GET", EPISODES, says(sample("jellyfin/episodes")))
        one, double, virtual, offline = jellyfin(lambda client: client.episodes_of(SERIES))
        assert (one.id, one.season, one.episode, one.last_episode) == (ITEM, 2, 1, None)
        assert (one.has_source, one.virtual, one.path) == (True, False, "/media/e1.mkv")
        assert one.added_at == datetime(2026, 3, 1, 20, 5, 0, 123457, tzinfo=UTC)
        assert (double.episode, double.last_episode, double.added_at, double.has_source) == (2, 3, None, True)
        assert (virtual.virtual, virtual.has_source, virtual.added_at) == (True, False, None)
        assert virtual.provider_ids == {"tvdb": "7000704"}
        assert (offline.has_source, offline.season, offline.episode, offline.name) == (False, None, None, "")
        assert "MediaSources" in upstream.asked[0].query["fields"]

    def test_fewer_than_counted_are_broken(self, upstream, says, jellyfin):
        upstream.on("GET", EPISODES, says(page(3, 1, 2)))
        with pytest.raises(Broken):
            jellyfin(lambda client: client.episodes_of(SERIES))

    def test_of_an_unknown_series_are_none(self, upstream, says, sample, jellyfin):
        upstream.on("GET", "/System/Info/Public", says(sample("jellyfin/public")))
        upstream.on("GET", EPISODES, says({"title": "Not Found", "status": 404}, 404))
        upstream.on("GET", "/Items", says(page(0)))
        assert jellyfin(lambda client: client.episodes_of(SERIES)) is None
        assert upstream.asked[-1].query["ids"] == SERIES


class TestNotFound:
    """A 404 may be that of a proxy: Jellyfin itself is asked whether it knows the item."""

    def test_of_another_application_means_nothing(self, upstream, says, sample, jellyfin):
        upstream.on("GET", PLAYBACK, says(b"", 404))
        upstream.on("GET", "/System/Info/Public", says(sample("jellyfin/public-of-emby")))
        with pytest.raises(WrongApp, match="Emby"):
            jellyfin(lambda client: client.playability(ITEM))

    @pytest.mark.parametrize(
        ("listing", "outcome"),
        [
            ((page(0), 200), None),
            ((page(1, 71), 200), Broken),
            ((b"", 404), WrongPath),
            (("<html></html>", 200), WrongPath),
            ((b"", 401), Refused),
        ],
    )
    def test_is_believed_only_when_the_item_is_not_listed(self, upstream, says, sample, jellyfin, listing, outcome):
        upstream.on("GET", "/System/Info/Public", says(sample("jellyfin/public")))
        upstream.on("GET", PLAYBACK, says(b"", 404))
        upstream.on("GET", "/Items", says(*listing))
        if outcome is None:
            assert jellyfin(lambda client: client.playability(ITEM)) is None
        else:
            with pytest.raises(outcome):
                jellyfin(lambda client: client.playability(ITEM))

    @pytest.mark.parametrize("item", ["", "..", "a/b", "a?b", "ä", "a" * 65])
    def test_an_id_that_is_none_is_never_sent(self, upstream, jellyfin, item):
        with pytest.raises(Broken):
            jellyfin(lambda client: client.playability(LibraryItemId(item)))
        assert upstream.asked == []


class TestPlayability:
    """Whether there is something to play."""

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ({"MediaSources": [{"Id": "x"}], "PlaySessionId": "y"}, Playability(True)),
            ({"MediaSources": []}, Playability(False, "no media source")),
            ({"MediaSources": [], "ErrorCode": "NoCompatibleStream"}, Playability(False, "NoCompatibleStream")),
            ({"ErrorCode": "ACodeOfTheFuture"}, Playability(False, "ACodeOfTheFuture")),
            ({"MediaSources": [{"Id": "x"}], "ErrorCode": "NotAllowed"}, Playability(False, "NotAllowed")),
        ],
    )
    def test_is_what_jellyfin_says(self, upstream, says, jellyfin, body, expected):
        upstream.on("GET", PLAYBACK, says(body))
        assert jellyfin(lambda client: client.playability(ITEM)) == expected

    @pytest.mark.parametrize("body", [{}, {"x": 1}, [], {"MediaSources": "many"}])
    def test_an_answer_that_says_nothing_is_no_no(self, upstream, says, jellyfin, body):
        upstream.on("GET", PLAYBACK, says(body))
        with pytest.raises(Broken):
            jellyfin(lambda client: client.playability(ITEM))


def test_a_rescan_names_the_path(upstream, says, jellyfin):
    upstream.on("POST", "/Library/Media/Updated", says(b"", 204))
    jellyfin(lambda client: client.rescan("/media/Lighthouse Keepers"))
    assert upstream.asked[0].json == {"Updates": [{"Path": "/media/Lighthouse Keepers", "UpdateType": "Modified"}]}


class TestHint:
    """Webhooks of the plugin are hints about what to read."""

    @pytest.mark.parametrize(
        ("told", "about", "tvdb"),
        [
            (
                {"NotificationType": "ItemAdded", "ItemType": "Series", "Provider_tvdb": "990001"},
                {About.LIBRARY},
                {990_001},
            ),
            ({"NotificationType": "ItemAdded", "ItemType": "Episode", "Provider_tvdb": "5"}, {About.LIBRARY}, set()),
            ({"NotificationType": "ItemDeleted"}, {About.LIBRARY}, set()),
            ({"NotificationType": "PlaybackStop", "ItemType": "Episode"}, {About.PLAYS}, set()),
            ({"NotificationType": "UserDataSaved"}, {About.PLAYS}, set()),
            ({"NotificationType": "TaskCompleted"}, set(), set()),
            ({"NotificationType": ["x"], "ItemType": "Series", "Provider_tvdb": {"a": 1}}, set(), set()),
            ({"NotificationType": "ItemAdded", "ItemType": "Series", "Provider_tvdb": ""}, {About.LIBRARY}, set()),
            ({}, set(), set()),
        ],
    )
    def test_says_what_to_read(self, told, about, tvdb):
        found = INTEGRATION.hint(told)
        assert (found.about, found.tvdb_ids) == (frozenset(about), frozenset(tvdb))


class TestWholeLibrary:
    """Every episode with a file, in big pages (R-D10)."""

    def test_is_read_with_the_series_of_each(self, upstream, says, jellyfin):
        items = [
            {"Id": f"{n:032x}", "SeriesId": SERIES, "Path": f"/tv/{n}.mkv", "IndexNumber": n, "ParentIndexNumber": 1}
            for n in (1, 2)
        ]
        upstream.on("GET", "/Items", says({"TotalRecordCount": 2, "Items": items}))

        async def deed(client):
            return [item async for some in client.all_episodes() for item in some]

        one, _ = jellyfin(deed)
        assert (one.series, one.season, one.episode, one.has_source) == (SERIES, 1, 1, True)
        query = upstream.asked[0].query
        assert (query["includeItemTypes"], query["isMissing"], query["fields"]) == (
            "Episode",
            "false",
            "ProviderIds,Path",
        )
        upstream.on("GET", "/Items", says({"TotalRecordCount": 3, "Items": items}))
        with pytest.raises(Broken, match="add up"):
            jellyfin(deed)
