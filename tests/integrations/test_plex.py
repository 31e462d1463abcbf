"""What Plex's answers mean, and what is asked of it (R-D10)."""

from datetime import UTC, datetime

import pytest

from episodarr.availability.model import LibraryItemId, Playability
from episodarr.connections.failures import Broken, Refused, WrongApp, WrongPath
from episodarr.connections.hint import About
from episodarr.integrations.plex import INTEGRATION, Plex

TOKEN = "canary-token-0123456789"
SHOW, EPISODE = LibraryItemId("51990"), LibraryItemId("52001")
IS_PLEX = {"X-Plex-Protocol": "1.0"}
SECTIONS = [
    {"key": "1", "type": "movie", "Location": [{"path": "/media/movies"}]},
    {"key": "2", "type": "show", "Location": [{"path": "/media/tv"}, {"path": "D:\\TV"}]},
    {"key": "3", "type": "show", "Location": [{"path": "/media/tv/anime"}]},
]


def within(*metadata, total=None, **more):
    held = {"size": len(metadata), "totalSize": len(metadata) if total is None else total, **more}
    return {"MediaContainer": held | ({"Metadata": list(metadata)} if metadata else {})}


def sections(*those):
    return {"MediaContainer": {"size": len(those), "Directory": list(those)}}


def show(key, **more):
    return {"ratingKey": str(key), "type": "show", "title": f"Show {key}", **more}


def leaf(key, number=1, **more):
    part = {"file": f"/media/tv/Show/S01E{number:02d}.mkv"}
    media = [{"Part": [part]}]
    base = {"ratingKey": str(key), "grandparentRatingKey": SHOW, "parentIndex": 1, "index": number, "Media": media}
    return base | more


@pytest.fixture
def plex(upstream):
    """Do something with a Plex client against the scripted server."""

    def play(deed):
        async def story(url, session):
            return await deed(Plex("Plex", url, f" {TOKEN} ", session))

        return upstream.run(story)

    return play


async def whole(plex):
    return [one async for page in plex.all_episodes() for one in page]


class TestCheck:
    """Is it a Plex, does it take the token, and what does it show us?"""

    def test_says_name_version_and_number_of_libraries(self, upstream, says, plex):
        identity = {"MediaContainer": {"machineIdentifier": "m", "version": "1.41"}}
        upstream.on("GET", "/identity", says(identity))
        upstream.on("GET", "/", says({"MediaContainer": {"friendlyName": "Attic", "version": "1.41.0"}}))
        upstream.on("GET", "/library/sections", says(sections(*SECTIONS)))
        checked = plex(Plex.check)
        assert (checked.application, checked.version, checked.detail) == ("Plex", "1.41.0", "Attic: 2 TV libraries")
        assert "X-Plex-Token" not in upstream.asked[0].headers, "whatever answers there is not shown the token"
        assert all(asked.headers["X-Plex-Token"] == TOKEN for asked in upstream.asked[1:])
        assert all(asked.headers["X-Plex-Client-Identifier"] == "episodarr" for asked in upstream.asked)
        assert all(asked.headers["Accept"] == "application/json" for asked in upstream.asked)
        assert TOKEN not in "".join(f"{asked.path}{asked.query}" for asked in upstream.asked)
        upstream.on("GET", "/", says({"MediaContainer": {"version": "1.41.0"}}))
        upstream.on("GET", "/library/sections", says(sections(SECTIONS[1])))
        assert plex(Plex.check).detail == "1 TV library"

    @pytest.mark.parametrize(
        ("answer", "kind", "word"),
        [
            ((b"", 401), Refused, "proxy"),
            ((b"", 404, {"Server": "Kestrel"}), WrongApp, "another application"),
            ((b"", 404), WrongPath, "404"),
            (("<html>sign in</html>", 200), WrongPath, "web page"),
            (('<?xml version="1.0"?><MediaContainer size="1"/>', 200), Broken, "XML"),
            (({"appName": "Sonarr"}, 200), WrongApp, "another application"),
            (("Ok.", 200), WrongApp, "another application"),
            ((b"", 404, IS_PLEX), Broken, "empty"),
        ],
    )
    def test_others_are_told_apart(self, upstream, says, plex, answer, kind, word):
        upstream.otherwise(says(*answer))
        with pytest.raises(kind, match=word):
            plex(Plex.check)
        assert all("X-Plex-Token" not in asked.headers for asked in upstream.asked)

    def test_a_wrong_token_is_refused_whatever_its_page_says(self, upstream, says, plex):
        upstream.on("GET", "/identity", says({"MediaContainer": {"machineIdentifier": "m"}}))
        upstream.on("GET", "/", says("<html>401</html>", 401, {"Content-Type": "text/html"}))
        with pytest.raises(Refused) as failure:
            plex(Plex.check)
        assert TOKEN not in f"{failure.value!r}{failure.value.advice}"


class TestListing:
    """All items of all TV libraries, or a failure."""

    def test_shows_of_every_library_with_their_ids(self, upstream, says, plex):
        upstream.on("GET", "/library/sections", says(sections(*SECTIONS)))
        new = show(1, year=2021, guid="plex://show/5f", Guid=[{"id": "tvdb://990001"}, {"id": "imdb://tt99"}])
        upstream.on("GET", "/library/sections/2/all", says(within(new)))
        old = show(2, guid="com.plexapp.agents.thetvdb://121361?lang=en", Location=[{"path": "/media/tv/Old"}])
        upstream.on("GET", "/library/sections/3/all", says(within(old)))
        one, two = plex(Plex.all_series)
        assert (one.id, one.name, one.year, one.path) == ("1", "Show 1", 2021, "")
        assert one.provider_ids == {"tvdb": "990001", "imdb": "tt99"}
        assert (two.year, two.path, two.provider_ids) == (0, "/media/tv/Old", {"tvdb": "121361"})
        asked = upstream.asked[1]
        assert (asked.query["type"], asked.query["includeGuids"]) == ("2", "1")
        assert asked.headers["X-Plex-Container-Start"] == "0"
        assert not any(asked.path == "/library/sections/1/all" for asked in upstream.asked)

    @pytest.mark.parametrize(
        ("guid", "ids"),
        [
            ("com.plexapp.agents.hama://anidb-15001?lang=en", {"anidb": "15001"}),
            ("com.plexapp.agents.hama://tvdb2-990001?lang=en", {"tvdb": "990001"}),
            ("com.plexapp.agents.themoviedb://880001?lang=en", {"tmdb": "880001"}),
            ("com.plexapp.agents.none://abc?lang=xn", {}),
            ("local://123", {}),
            ("plex://show/5f", {}),
            ("tvdb://5", {"tvdb": "5"}),
            ("", {}),
        ],
    )
    def test_ids_of_every_agent(self, upstream, says, plex, guid, ids):
        upstream.on("GET", "/library/sections", says(sections(SECTIONS[1])))
        upstream.on("GET", "/library/sections/2/all", says(within(show(1, guid=guid, Guid=[{"id": "x://?"}, {}]))))
        assert plex(Plex.all_series)[0].provider_ids == ids

    def test_episodes_page_by_page(self, upstream, says, plex):
        upstream.on("GET", "/library/sections", says(sections(SECTIONS[1])))
        first = leaf(1, 1, title="One", addedAt=1_768_990_000, Guid=[{"id": "tvdb://9900101"}])
        legacy = leaf(2, 2, guid="com.plexapp.agents.thetvdb://121361/1/2?lang=en")
        upstream.on(
            "GET",
            "/library/sections/2/all",
            says(within(first, legacy, total=3)),
            says(within(legacy, leaf(3, 3, parentIndex=0), total=3)),
        )
        one, two, three = plex(whole)
        assert (one.id, one.series, one.season, one.episode, one.name) == ("1", SHOW, 1, 1, "One")
        assert (one.has_source, one.virtual, one.path) == (True, False, "/media/tv/Show/S01E01.mkv")
        assert one.provider_ids == {"tvdb": "9900101"}
        assert one.added_at == datetime.fromtimestamp(1_768_990_000, UTC)
        assert (two.provider_ids, two.season, two.episode) == ({}, 1, 2), "the agent's id is the show's"
        assert three.season == 0
        assert [asked.headers["X-Plex-Container-Start"] for asked in upstream.asked[1:]] == ["0", "1"]

    def test_a_date_based_show_has_no_numbers(self, upstream, says, plex):
        upstream.on("GET", "/library/sections", says(sections(SECTIONS[1])))
        upstream.on("GET", "/library/sections/2/all", says(within({"ratingKey": "7", "type": "episode"})))
        (one,) = plex(whole)
        assert (one.season, one.episode, one.has_source, one.path, one.added_at) == (None, None, False, "", None)

    def test_without_a_tv_library_there_is_nothing(self, upstream, says, plex):
        upstream.on("GET", "/library/sections", says({"MediaContainer": {"size": 0}}))
        assert plex(Plex.all_series) == []
        assert plex(whole) == []

    def test_an_empty_library_has_no_list(self, upstream, says, plex):
        upstream.on("GET", "/library/sections", says(sections(SECTIONS[1])))
        upstream.on("GET", "/library/sections/2/all", says(within()))
        assert plex(Plex.all_series) == []

    def test_a_server_that_knows_no_pages_sends_everything(self, upstream, says, plex):
        upstream.on("GET", "/library/sections", says(sections(SECTIONS[1])))
        everything = {"MediaContainer": {"size": 2, "Metadata": [show(1), show(2)]}}
        upstream.on("GET", "/library/sections/2/all", says(everything))
        assert len(plex(Plex.all_series)) == 2
        upstream.on("GET", "/library/sections/2/all", says(everything, 200, {"X-Plex-Container-Total-Size": "5"}))
        with pytest.raises(Broken, match="add up"):
            plex(Plex.all_series)

    @pytest.mark.parametrize(
        "pages",
        [
            [within(show(1), show(2), total=3), within(total=3)],
            [within(show(1), show(2), total=3), within(show(3), total=3)],
            [within(show(1), show(2), total=3), within(show(2), show(3), total=4)],
            [within(show(1), show(1))],
            [{"MediaContainer": {"size": 3, "totalSize": 3, "Metadata": [show(1)]}}],
            [{"MediaContainer": {"Metadata": [show(1)]}}],
            [{"MediaContainer": {}}],
        ],
    )
    def test_what_does_not_add_up_is_asked_for_once_more(self, upstream, says, plex, pages):
        upstream.on("GET", "/library/sections", says(sections(SECTIONS[1])))
        upstream.on("GET", "/library/sections/2/all", *map(says, [*pages, within(show(9))]))
        assert [one.id for one in plex(Plex.all_series)] == ["9"]
        upstream.on("GET", "/library/sections/2/all", *map(says, [*pages, *pages]))
        with pytest.raises(Broken, match="add up"):
            plex(Plex.all_series)
        upstream.on("GET", "/library/sections/2/all", *map(says, pages))
        with pytest.raises(Broken, match="add up"):
            plex(whole)

    @pytest.mark.parametrize(
        "body", [{}, {"MediaContainer": {}}, {"appName": "Sonarr"}, {"MediaContainer": {"size": 2, "Directory": []}}]
    )
    def test_a_list_of_libraries_that_is_none_is_no_empty_one(self, upstream, says, plex, body):
        upstream.on("GET", "/library/sections", says(body))
        with pytest.raises(Broken):
            plex(Plex.all_series)
        with pytest.raises(Broken):
            plex(whole)

    @pytest.mark.parametrize("key", ["../../x", "", "1/2", "ä"])
    def test_an_id_that_is_none_is_broken(self, upstream, says, plex, key):
        upstream.on("GET", "/library/sections", says(sections(SECTIONS[1])))
        upstream.on("GET", "/library/sections/2/all", says(within(show(key))))
        with pytest.raises(Broken):
            plex(Plex.all_series)
        upstream.on("GET", "/library/sections", says(sections({"key": key, "type": "show"})))
        with pytest.raises(Broken):
            plex(Plex.all_series)


class TestEpisodes:
    """The episodes of one show."""

    def test_are_read(self, upstream, says, plex):
        upstream.on("GET", f"/library/metadata/{SHOW}/allLeaves", says(within(leaf(1), leaf(2, 2))))
        assert [one.id for one in plex(lambda client: client.episodes_of(SHOW))] == ["1", "2"]

    def test_that_are_cut_short_are_broken(self, upstream, says, plex):
        upstream.on("GET", f"/library/metadata/{SHOW}/allLeaves", says(within(leaf(1), total=2)))
        with pytest.raises(Broken, match="add up"):
            plex(lambda client: client.episodes_of(SHOW))

    def test_of_an_unknown_show_are_none(self, upstream, says, plex):
        upstream.on("GET", f"/library/metadata/{SHOW}/allLeaves", says("<html>", 404, IS_PLEX))
        assert plex(lambda client: client.episodes_of(SHOW)) is None

    def test_a_404_of_a_proxy_means_nothing(self, upstream, says, plex):
        upstream.otherwise(says("<html>", 404))
        with pytest.raises(WrongPath):
            plex(lambda client: client.episodes_of(SHOW))
        upstream.on("GET", "/identity", says({"MediaContainer": {"machineIdentifier": "m"}}))
        assert plex(lambda client: client.episodes_of(SHOW)) is None, "it is Plex that does not know it"


class TestPlayability:
    """Whether there is a file, as Plex finds it on disk."""

    @pytest.mark.parametrize(
        ("item", "expected"),
        [
            (leaf(EPISODE), Playability(True)),
            (leaf(EPISODE, Media=[]), Playability(False, "no media source")),
            (leaf(EPISODE, Media=[{"Part": [{}]}]), Playability(False, "no media source")),
            (leaf(EPISODE, deletedAt=1_768_990_000), Playability(False, "its file is unavailable")),
            (
                leaf(EPISODE, Media=[{"deletedAt": 5, "Part": [{"file": "/x"}]}]),
                Playability(False, "its file is unavailable"),
            ),
            (
                leaf(EPISODE, Media=[{"Part": [{"file": "/x", "exists": False}]}]),
                Playability(False, "its file is unavailable"),
            ),
            (
                leaf(EPISODE, Media=[{"Part": [{"file": "/x", "accessible": "0"}]}]),
                Playability(False, "its file is unavailable"),
            ),
            (
                leaf(EPISODE, Media=[{"Part": [{"file": "/x", "exists": 0}]}, {"Part": [{"file": "/y", "exists": 1}]}]),
                Playability(True),
            ),
        ],
    )
    def test_is_what_plex_finds(self, upstream, says, plex, item, expected):
        upstream.on("GET", f"/library/metadata/{EPISODE}", says(within(item)))
        assert plex(lambda client: client.playability(EPISODE)) == expected
        assert upstream.asked[0].query["checkFiles"] == "1"

    def test_of_an_unknown_item_is_none(self, upstream, says, plex):
        upstream.on("GET", f"/library/metadata/{EPISODE}", says("<html>", 404, IS_PLEX))
        assert plex(lambda client: client.playability(EPISODE)) is None

    @pytest.mark.parametrize("body", [within(), within(leaf(1)), {}, within(leaf(EPISODE), leaf(EPISODE))])
    def test_an_answer_that_says_nothing_is_no_no(self, upstream, says, plex, body):
        upstream.on("GET", f"/library/metadata/{EPISODE}", says(body))
        with pytest.raises(Broken):
            plex(lambda client: client.playability(EPISODE))

    @pytest.mark.parametrize("item", ["", "..", "a/b", "a?b", "ä", "1,2", "a" * 65])
    def test_an_id_that_is_none_is_never_sent(self, upstream, plex, item):
        with pytest.raises(Broken):
            plex(lambda client: client.playability(LibraryItemId(item)))
        assert upstream.asked == []


class TestRescan:
    """A partial scan of the library that holds the path."""

    @pytest.mark.parametrize(
        ("path", "section", "folder"),
        [
            ("/media/tv/Show & Tell+/Season 01", "2", "/media/tv/Show & Tell+/Season 01"),
            ("/media/tv/Show/Season 01/S01E01.mkv", "2", "/media/tv/Show/Season 01"),
            ("/media/tv/anime/Show/", "3", "/media/tv/anime/Show"),
            ("D:\\TV\\Show\\1.mkv", "2", "D:\\TV\\Show"),
            ("/media/tv", "2", "/media/tv"),
        ],
    )
    def test_of_the_folder(self, upstream, says, plex, path, section, folder):
        upstream.on("GET", "/library/sections", says(sections(*SECTIONS)))
        upstream.on("GET", f"/library/sections/{section}/refresh", says(b""))
        plex(lambda client: client.rescan(path))
        assert upstream.asked[-1].query == {"path": folder}

    def test_of_a_path_that_no_library_holds(self, upstream, says, plex):
        upstream.on("GET", "/library/sections", says(sections(*SECTIONS)))
        with pytest.raises(Broken, match="none of its libraries") as failure:
            plex(lambda client: client.rescan("/media/tvshows/Show"))
        assert "map them" in failure.value.advice


class TestHint:
    """Webhooks are hints about what to read."""

    @pytest.mark.parametrize(
        ("told", "about", "tvdb"),
        [
            (
                {"event": "library.new", "Metadata": {"type": "show", "Guid": [{"id": "tvdb://990001"}]}},
                {About.LIBRARY},
                {990_001},
            ),
            (
                {"event": "library.on.deck", "Metadata": {"type": "episode", "Guid": [{"id": "tvdb://5"}]}},
                {About.LIBRARY},
                set(),
            ),
            (
                {"event": "media.scrobble", "Metadata": {"grandparentGuid": "com.plexapp.agents.thetvdb://7?lang=en"}},
                {About.PLAYS},
                {7},
            ),
            ({"event": "media.stop", "Metadata": {"grandparentGuid": "plex://show/5f"}}, {About.PLAYS}, set()),
            ({"event": "media.play"}, {About.SESSIONS}, set()),
            ({"event": "media.rate"}, set(), set()),
            ({"event": 5, "Metadata": []}, set(), set()),
            (
                {"event": "library.new", "Metadata": {"type": "show", "Guid": [5, {"id": 5}, {}]}},
                {About.LIBRARY},
                set(),
            ),
            ({"event": "library.new", "Metadata": {"type": "show", "Guid": "x", "guid": {}}}, {About.LIBRARY}, set()),
            ({}, set(), set()),
        ],
    )
    def test_says_what_to_read(self, told, about, tvdb):
        found = INTEGRATION.hint(told)
        assert (found.about, found.tvdb_ids) == (frozenset(about), frozenset(tvdb))
