"""What every download client does when torrents are to go. Its own call is dangerous: see D11 and D15."""

import pytest

from episodarr.connections.failures import Broken, Refused, ServiceFailure
from episodarr.deletion.systems import HeldFile, TorrentKeeper

PORT = TorrentKeeper
BOTH = pytest.mark.parametrize("modern", [False, True], ids=["5.1", "5.2"])


@pytest.fixture
def seeding(world, lighthouse):
    """A pack that is whole and shared."""
    torrent = world.arrivals.grab(
        lighthouse, world.season_of(lighthouse, 2), kind="pack", seconds=0, extras=(("sample.mkv", 5_000_000, 0),)
    )
    world.arrivals.set_progress(torrent, 1.0)
    torrent.uploaded = torrent.size * 1.5
    return torrent


def of(found, torrent):
    return next(one for one in found if one.hash == torrent.hash)


def orders(stage):
    return [(method, target) for method, target, _ in stage.stack.qbittorrent.counts.log if method != "GET"]


def test_tells_every_torrent_and_how_long_it_is_shared(play, world, lighthouse, seeding, kind):
    loading = world.arrivals.add_foreign("Some.Other.Thing", seconds=3_000)
    loading.private = False

    async def story(stage):
        await stage.go_on(3_600)
        loading.stopped = True
        found = await stage.client(kind).torrents()
        assert {one.hash for one in found} == {seeding.hash, loading.hash}
        held = of(found, seeding)
        assert (held.name, held.content_path, held.save_path) == (
            seeding.name,
            f"/downloads/tv-sonarr/{seeding.name}",
            "/downloads/tv-sonarr",
        )
        assert (held.size, held.complete, held.ratio, held.private) == (seeding.size, True, 1.5, True)
        assert held.seeding_seconds == 3_600
        assert of(found, loading).private is False

    play(story)


@pytest.mark.parametrize("state", ["checkingUP", "moving", "missingFiles", "error", "downloading", "stalledDL", "new"])
def test_what_is_not_surely_whole_is_not(play, world, seeding, kind, state):
    seeding.state_override = state

    async def story(stage):
        assert not of(await stage.client(kind).torrents(), seeding).complete

    play(story)


@pytest.mark.parametrize("state", ["uploading", "stalledUP", "queuedUP", "forcedUP", "pausedUP", "stoppedUP"])
def test_what_is_whole_is(play, world, seeding, kind, state):
    seeding.state_override = state

    async def story(stage):
        assert of(await stage.client(kind).torrents(), seeding).complete

    play(story)


def test_without_metadata_nothing_is_known_of_it(play, world, lighthouse, kind):
    torrent = world.arrivals.grab(lighthouse, world.season_of(lighthouse, 2)[:1], metadata_after=500)

    async def story(stage):
        client = stage.client(kind)
        held = of(await client.torrents(), torrent)
        assert (held.content_path, held.size, held.complete, held.private) == ("", 0, False, None)
        assert await client.torrent_files(torrent.hash) == []

    play(story)


def test_an_older_client_does_not_tell_all_of_it(play, world, seeding, kind):
    """Web API before 2.6.1: neither content_path, nor seeding_time, nor private; a ratio beyond 9999 is -1."""

    async def story(stage):
        client = stage.client(kind)
        entry = stage.stack.qbittorrent._entry

        def old(torrent, *, with_files):
            told = entry(torrent, with_files=with_files)
            for name in ("content_path", "seeding_time", "private"):
                del told[name]
            return told | {"ratio": -1}

        stage.stack.qbittorrent._entry = old
        held = of(await client.torrents(), seeding)
        assert held.content_path == f"/downloads/tv-sonarr/{seeding.name}"
        assert (held.seeding_seconds, held.private, held.ratio) == (0, None, None)

    play(story)


def test_tells_the_files_and_which_are_wanted(play, world, seeding, kind):
    async def story(stage):
        client = stage.client(kind)
        files = await client.torrent_files(seeding.hash.upper())
        assert files == [HeldFile(one.name, one.size, one.priority > 0) for one in seeding.files]
        assert [one.wanted for one in files].count(False) == 1
        assert await client.torrent_files("f" * 40) is None

    play(story)


@BOTH
@pytest.mark.parametrize("with_files", [False, True])
def test_removes_one_torrent_and_no_other(play, world, lighthouse, seeding, kind, modern, with_files):
    other = world.arrivals.cross_seed(seeding)

    async def story(stage):
        client = stage.client(kind)
        await client.remove_torrent(seeding.hash.upper(), with_files=with_files)
        assert [one.hash for one in await client.torrents()] == [other.hash]
        await client.remove_torrent(seeding.hash, with_files=with_files)  # it says nothing about what is not there
        assert [one.hash for one in await client.torrents()] == [other.hash]

    play(story, modern_qbittorrent=modern)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "all",
        "ALL",
        "0",
        "a" * 39,
        "a" * 41,
        "a" * 63,
        "g" * 40,
        f"{'a' * 40}|{'b' * 40}",
        f"{'a' * 40}\n",
        "a" * 80,
    ],
)
def test_refuses_everything_but_one_whole_hash(play, world, seeding, kind, wrong):
    """D11: an identifier that silently widens its target."""

    async def story(stage):
        client = stage.client(kind)
        for with_files in (False, True):
            with pytest.raises(ValueError, match="hash"):
                await client.remove_torrent(wrong, with_files=with_files)
        with pytest.raises(ValueError, match="hash"):
            await client.torrent_files(wrong)
        assert orders(stage) == []
        assert stage.world.torrents

    play(story)


def test_the_short_hash_of_version_2_is_as_good_as_the_long_one(play, world, seeding, kind):
    async def story(stage):
        client = stage.client(kind)
        await client.remove_torrent("a" * 64, with_files=True)
        assert len(await client.torrents()) == 1

    play(story)


@BOTH
def test_signs_in_again_once_when_the_session_is_over(play, world, seeding, kind, modern):
    async def story(stage):
        client = stage.client(kind)
        await client.torrents()
        ask = client.http.ask

        async def expires(method, path, **more):
            if path.endswith("/delete"):
                stage.stack.qbittorrent.forget_sessions()
                client.http.ask = ask
            return await ask(method, path, **more)

        client.http.ask = expires
        await client.remove_torrent(seeding.hash, with_files=True)
        assert await client.torrents() == []
        assert [target.rpartition("/")[2] for _, target in orders(stage)] == ["login", "delete", "login", "delete"]

    play(story, modern_qbittorrent=modern)


def test_never_tries_a_refused_password_again(play, world, seeding, kind):
    async def story(stage):
        client = stage.client(kind, password="canary")
        for _ in range(4):
            with pytest.raises(Refused):
                await client.remove_torrent(seeding.hash, with_files=True)
        assert stage.stack.qbittorrent.failures <= 1
        assert seeding.hash in world.torrents

    play(story)


def test_an_empty_list_is_believed_of_a_qbittorrent_only(play, world, lighthouse, kind):
    async def story(stage):
        client = stage.client(kind)
        assert await client.torrents() == []
        await stage.set_fault(kind, "html", only="webapiVersion")
        with pytest.raises(ServiceFailure):
            await client.torrents()

    play(story)


@pytest.mark.parametrize("mode", ["unauthorized", "error", "html", "truncated", "disconnect"])
def test_a_removal_without_an_answer_is_a_failure(play, world, seeding, kind, mode):
    async def story(stage):
        client = stage.client(kind)
        await client.torrents()
        await stage.set_fault(kind, mode, only="torrents/delete")
        with pytest.raises(ServiceFailure):
            await client.remove_torrent(seeding.hash, with_files=False)

    play(story)


def test_a_list_that_holds_nonsense_is_no_list(play, world, seeding, kind):
    world.torrents["nonsense"] = seeding
    seeding.hash = "all"

    async def story(stage):
        with pytest.raises(Broken, match="info hash"):
            await stage.client(kind).torrents()

    play(story)
