"""What every download client does."""

import pytest

from episodarr.connections.failures import Broken
from episodarr.downloads.ports import TransferClient
from episodarr.episode.facts import TransferPhase, download_key

PORT = TransferClient

BOTH = pytest.mark.parametrize("modern", [False, True], ids=["5.1", "5.2"])


@BOTH
def test_tells_everything_first_and_then_what_changed(play, world, lighthouse, kind, modern):
    first, second = (
        world.arrivals.grab(lighthouse, [episode], seconds=60) for episode in world.season_of(lighthouse, 2)[:2]
    )
    second.stopped = True

    async def story(stage):
        client = stage.client(kind)
        await stage.go_on(5)
        everything = await client.changes()
        assert everything.full
        assert set(everything.changed) == {download_key(first.hash), download_key(second.hash)}
        assert everything.changed[download_key(second.hash)].phase is TransferPhase.PAUSED

        nothing = await client.changes()
        assert (nothing.full, nothing.changed, nothing.removed) == (False, {}, frozenset())

        await stage.go_on(5)
        moved = await client.changes()
        assert list(moved.changed) == [download_key(first.hash)]
        state = moved.changed[download_key(first.hash)]
        assert state.phase is TransferPhase.DOWNLOADING
        assert everything.changed[state.download_id].progress < state.progress < 1
        assert state.done <= state.size
        assert state.name == everything.changed[state.download_id].name

        await stage.go_on(200)
        assert (await client.changes()).changed[download_key(first.hash)].phase is TransferPhase.COMPLETE

    play(story, modern_qbittorrent=modern)


@BOTH
def test_tells_what_is_gone_and_what_is_new(play, world, lighthouse, kind, modern):
    one, other = world.season_of(lighthouse, 2)[:2]
    torrent = world.arrivals.grab(lighthouse, [one])

    async def story(stage):
        client = stage.client(kind)
        await client.changes()
        world.arrivals.remove_torrent(torrent)
        added = world.arrivals.grab(lighthouse, [other])
        changes = await client.changes()
        assert changes.removed == {download_key(torrent.hash)}
        assert download_key(added.hash) in changes.changed
        assert changes.changed[download_key(added.hash)].name == added.name

    play(story, modern_qbittorrent=modern)


@BOTH
def test_a_new_session_tells_everything_again(play, world, lighthouse, kind, modern):
    torrent = world.arrivals.grab(lighthouse, world.season_of(lighthouse, 2)[:1])

    async def story(stage):
        client = stage.client(kind)
        await client.changes()
        stage.stack.qbittorrent.forget_sessions()
        changes = await client.changes()
        assert changes.full
        assert set(changes.changed) == {download_key(torrent.hash)}

    play(story, modern_qbittorrent=modern)


def test_a_failed_call_loses_no_change(play, world, lighthouse, kind):
    torrent = world.arrivals.grab(lighthouse, world.season_of(lighthouse, 2)[:1], seconds=60)

    async def story(stage):
        client = stage.client(kind)
        await client.changes()
        await stage.go_on(10)
        await stage.set_fault(kind, "truncated", only="maindata", times=1)
        with pytest.raises(Broken):
            await client.changes()
        assert download_key(torrent.hash) in (await client.changes()).changed

    play(story)


def test_lists_the_files_of_a_transfer_and_which_are_wanted(play, world, lighthouse, kind):
    episodes = world.season_of(lighthouse, 2)
    pack = world.arrivals.grab(lighthouse, episodes, kind="pack", extras=(("Extra/sample.mkv", 5_000_000, 0),))

    async def story(stage):
        client = stage.client(kind)
        assert await client.files(download_key(pack.hash)) in ([], None) or pack.has_metadata
        await stage.go_on(20)
        files = await client.files(download_key(pack.hash))
        assert [file.name for file in files] == [file.name for file in pack.files]
        assert [file.size for file in files] == [file.size for file in pack.files]
        assert [file.wanted for file in files] == [file.priority > 0 for file in pack.files]
        assert all(0 <= file.progress <= 1 for file in files)

    play(story)


def test_leaves_unknown_transfers_out(play, world, lighthouse, kind):
    torrent = world.arrivals.grab(lighthouse, world.season_of(lighthouse, 2)[:1])

    async def story(stage):
        client = stage.client(kind)
        key = download_key(torrent.hash)
        assert await client.files("0" * 40) is None
        assert set(await client.files_of([key, "0" * 40])) == {key}
        assert await client.files_of([]) == {}

    play(story)


def test_reads_the_files_of_hundreds_of_transfers(play, world, kind):
    series = world.add_series("Endless")
    world.add_season(series, 1, 300)
    torrents = [world.arrivals.grab(series, [episode], metadata_after=0) for episode in world.season_of(series, 1)]

    async def story(stage):
        await stage.go_on(2)
        found = await stage.client(kind).files_of([download_key(torrent.hash) for torrent in torrents])
        assert len(found) == 300
        assert all(files for files in found.values())

    play(story)


@pytest.mark.parametrize("word", ["error", "missingFiles", "checkingDL", "moving", "aStateOfTheFuture"])
def test_every_state_has_a_phase(play, world, lighthouse, kind, word):
    torrent = world.arrivals.grab(lighthouse, world.season_of(lighthouse, 2)[:1])
    torrent.state_override = word

    async def story(stage):
        state = (await stage.client(kind).changes()).changed[download_key(torrent.hash)]
        assert state.raw_state == word
        assert (state.phase is TransferPhase.FAILED) == (word in {"error", "missingFiles"})

    play(story)
