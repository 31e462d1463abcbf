"""What every source of grabs, queue and imports does."""

from collections import Counter
from datetime import timedelta

from episodarr.downloads.model import HistoryKind
from episodarr.downloads.ports import GrabSource
from episodarr.episode.facts import download_key

PORT = GrabSource


def test_queues_one_row_for_each_episode_of_a_download(play, world, lighthouse, kind):
    episodes = world.season_of(lighthouse, 2)

    async def story(stage):
        client = stage.client(kind)
        assert await client.queue() == []
        pack = world.arrivals.grab(lighthouse, episodes, kind="pack")
        rows = await client.queue()
        assert {row.sonarr_episode_id for row in rows} == {episode.id for episode in episodes}
        assert {row.download_id for row in rows} == {download_key(pack.hash)}
        assert {row.sonarr_series_id for row in rows} == {lighthouse.id}
        assert len({row.size for row in rows}) == 1
        assert rows[0].size > 0

    play(story)


def test_reads_a_queue_of_many_pages(play, world, kind):
    series = world.add_series("Endless")
    world.add_season(series, 1, 2_300)

    async def story(stage):
        world.arrivals.grab(series, world.season_of(series, 1), kind="pack")
        rows = await stage.client(kind).queue()
        assert len(rows) == len({row.sonarr_episode_id for row in rows}) == 2_300

    play(story)


def test_shows_downloads_that_belong_to_nothing_known(play, world, lighthouse, kind):
    async def story(stage):
        torrent = world.arrivals.add_foreign("Something else entirely")
        world.arrivals.grab(lighthouse, world.season_of(lighthouse, 2)[:1])
        known = {row.download_id: row.sonarr_series_id for row in await stage.client(kind).queue()}
        assert lighthouse.id in known.values()
        assert known.get(download_key(torrent.hash), 0) == 0

    play(story)


def test_says_why_an_import_is_blocked(play, world, lighthouse, kind):
    async def story(stage):
        torrent = world.arrivals.grab(lighthouse, world.season_of(lighthouse, 2)[:1], seconds=1)
        world.arrivals.block_import(torrent, "Episode file already imported")
        await stage.go_on(120)
        (row,) = await stage.client(kind).queue()
        assert (row.status, row.tracked_state, row.tracked_status) == ("completed", "importBlocked", "warning")
        assert any("already imported" in message for message in row.messages)

    play(story)


def test_tells_the_whole_story_of_a_download_in_order(play, world, lighthouse, kind):
    episode = world.season_of(lighthouse, 2)[0]

    async def story(stage):
        client = stage.client(kind)
        began = world.now - timedelta(seconds=1)
        torrent = world.arrivals.grab(lighthouse, [episode], seconds=5, size=2 * 10**9)
        await stage.go_on(120)
        events = [event for event in await client.history_since(began) if event.sonarr_episode_id == episode.id]
        assert [event.kind for event in events] == [HistoryKind.GRABBED, HistoryKind.IMPORTED]
        grabbed, imported = events
        assert grabbed.at < imported.at
        assert {event.download_id for event in events} == {download_key(torrent.hash)}
        assert imported.file_id == episode.file_id
        assert imported.path == world.files[episode.file_id].path
        assert await client.history_since(world.now + timedelta(hours=1)) == []

    play(story)


def test_tells_failures_and_deletions_with_their_reasons(play, world, lighthouse, kind):
    kept, failing = world.season_of(lighthouse, 1)[0], world.season_of(lighthouse, 2)[0]

    async def story(stage):
        client = stage.client(kind)
        began = world.now - timedelta(seconds=1)
        torrent = world.arrivals.grab(lighthouse, [failing])
        world.arrivals.fail(torrent, "The download was rotten")
        world.disk.pop(world.files[kept.file_id].path)
        await client_rescan(stage, lighthouse.id)
        events = await client.history_since(began)
        reasons = {event.kind: event.reason for event in events}
        assert "rotten" in reasons[HistoryKind.FAILED]
        assert reasons[HistoryKind.FILE_DELETED] == "missingFromDisk"
        assert Counter(event.kind for event in events)[HistoryKind.GRABBED] == 1

    play(story)


async def client_rescan(stage, series_id):
    await stage.client("sonarr").rescan_series(series_id)
    await stage.go_on(20)
