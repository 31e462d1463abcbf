"""The demo's stories with a clock of ours: R-D11, and that the world lives on, boundedly and always the same."""

from collections import Counter

import pytest
from demo_calls import small_world

from episodarr.demo.clock import ManualClock
from episodarr.demo.model import Event
from episodarr.demo.stack import living_world
from episodarr.demo.world import HISTORY_ROWS, World


def _stand(world: World, title: str, season: int) -> tuple[int, int]:
    """How many episodes of a season Sonarr has files of, and how many the library lists."""
    episodes = world.season_of(world.named(title), season)
    return sum(1 for one in episodes if one.file_id), sum(1 for one in episodes if world.library.lists(one))


def test_both_stories_reach_the_library_within_a_minute() -> None:
    """R-D11: one pack of thirteen files, six single torrents, all listed at the end."""
    clock = ManualClock()
    world = living_world(clock)
    events: list[Event] = []
    world.listeners.append(events.append)
    clock.advance(3)
    world.advance()
    grabs = Counter(event.series.title for event in events if event.kind == "Grab")
    assert grabs == {"Horimiya": 1, "Link Click": 1}
    pack = next(one for one in world.torrents.values() if "Horimiya" in one.name)
    assert len(pack.files) == 16
    assert [file.priority for file in pack.files[13:]] == [0, 0, 1]
    clock.advance(57)
    world.advance()
    assert _stand(world, "Horimiya", 1) == (13, 13)
    assert _stand(world, "Link Click", 3) == (6, 6)
    singles = [one for one in world.torrents.values() if one.name.startswith("[SubsPlease] Link Click S3")]
    assert len(singles) == 6
    imported = [event for event in events if event.kind == "Download" and event.series.title == "Horimiya"]
    assert [event.import_complete for event in imported] == [False] * 13 + [True]


def test_the_files_of_the_pack_fill_one_after_the_other() -> None:
    clock = ManualClock()
    world = living_world(clock)
    most_at_once = 0
    pack = None
    for _ in range(80):
        clock.advance(0.5)
        world.advance()
        pack = next((one for one in world.torrents.values() if "Horimiya" in one.name), None)
        if pack is not None:
            open_files = [file for file in pack.wanted if 0 < file.done < file.size]
            most_at_once = max(most_at_once, len(open_files))
            assert len(open_files) <= 3
            assert pack.files[14].progress == 0
    assert most_at_once == 3
    assert pack is not None
    assert 0 < pack.files[13].progress < 1


@pytest.mark.parametrize("steps", [1, 7, 400])
def test_the_world_is_the_same_however_often_it_is_asked(steps: int) -> None:
    worlds = []
    for count in (1, steps):
        clock = ManualClock()
        world = living_world(clock)
        for _ in range(count):
            clock.advance(200 / count)
            world.advance()
        worlds.append(world)
    one, other = worlds
    assert list(one.torrents) == list(other.torrents)
    assert [file.done for torrent in one.torrents.values() for file in torrent.files] == pytest.approx(
        [file.done for torrent in other.torrents.values() for file in torrent.files]
    )
    assert [(row.event, row.episode_id) for row in one.history] == [
        (row.event, row.episode_id) for row in other.history
    ]


def test_speed_shortens_stories_and_not_the_day() -> None:
    clock = ManualClock(speed=10)
    world = living_world(clock)
    clock.advance(6)
    world.advance()
    assert _stand(world, "Horimiya", 1) == (13, 13)
    assert world.now == clock.now()
    assert max(row.at for row in world.history) <= clock.now()


def test_the_world_lives_on_and_stays_small() -> None:
    clock = ManualClock()
    world = living_world(clock)
    events: list[Event] = []
    world.listeners.append(events.append)
    clock.advance(120)
    world.advance()
    for _ in range(6):
        events.clear()
        clock.advance(300)
        world.advance()
        assert {"Grab", "Download"} <= {event.kind for event in events}
        assert len(world.torrents) <= 30
        assert len(world.arrivals.downloads) <= 40
    held = _sizes(world)
    for _ in range(3):
        clock.advance(3_600)
        world.advance()
        assert _sizes(world) == held, "an hour leaves nothing behind but its history"
    assert world.history.maxlen == HISTORY_ROWS


def _sizes(world: World) -> list[int]:
    held = (world.torrents, world.arrivals.downloads, world.files, world.episodes, world.series, world.tags)
    return [*map(len, held), len(world._events)]


def test_the_demo_shows_what_a_library_can_be_like() -> None:
    world = living_world(ManualClock())
    assert 20 <= len(world.series) <= 30
    assert {series.kind for series in world.series.values()} == {"standard", "anime", "daily"}
    assert max(len(episodes) for episodes in world.episodes_of.values()) >= 1_000
    assert any(len(file.episode_ids) == 2 for file in world.files.values())
    assert sum(1 for one in world.season_of(world.named("Odd Taxi"), 1) if one.file_id) == 1
    unlisted = [one for one in world.episodes.values() if one.file_id and not world.library.lists(one)]
    assert [world.series[one.series_id].title for one in unlisted] == ["Mushishi", "Only Murders in the Building"]
    coming = [one for one in world.episodes.values() if one.air_at is not None and one.air_at > world.now]
    assert len({one.series_id for one in coming}) >= 6
    assert any(one.air_at is None for one in world.episodes.values())


def test_a_stall_and_a_blocked_import_are_there_and_pass() -> None:
    clock = ManualClock()
    world = living_world(clock)
    clock.advance(20)
    world.advance()
    states = {
        world.series[one.series_id or 0].title: world.arrivals.client_state(one) for one in world.arrivals.queue()
    }
    assert states["The Bear"] == "stalledDL"
    squid = next(one for one in world.arrivals.queue() if world.series[one.series_id or 0].title == "Squid Game")
    assert squid.state == "importBlocked"
    assert squid.messages
    clock.advance(600)
    world.advance()
    assert squid.state == "importBlocked"
    assert _stand(world, "The Bear", 4)[0] >= 9
    world.commands.give("RescanSeries", {"seriesId": squid.series_id})
    clock.advance(30)
    world.advance()
    assert squid.state == "imported"
    assert _stand(world, "Squid Game", 2) == (7, 7)


def test_a_small_world_is_moved_by_hand() -> None:
    world, clock = small_world()
    series = world.named("Small Show")
    episodes = world.season_of(series, 1)
    torrent = world.arrivals.grab(series, episodes, kind="pack", seconds=0)
    clock.advance(60)
    world.advance()
    assert [file.progress for file in torrent.files] == [0] * 5
    world.arrivals.set_progress(torrent, 0.5, file=2)
    assert [file.progress for file in torrent.files] == [0, 0, 0.5, 0, 0]
    world.library.hide(episodes[1])
    world.arrivals.set_progress(torrent, 1.0)
    clock.advance(30)
    world.advance()
    assert all(one.file_id for one in episodes)
    assert [world.library.lists(one) for one in episodes] == [True, False, True, True, True]
    world.commands.delete_file(world.files[episodes[0].file_id])
    assert episodes[0].monitored
    clock.advance(30)
    world.advance()
    assert [world.library.lists(one) for one in episodes] == [False, False, True, True, True]


def test_an_upgrade_replaces_the_file_and_says_so() -> None:
    world, clock = small_world()
    series = world.named("Small Show")
    episode = world.season_of(series, 1)[0]
    world.arrivals.grab(series, [episode], quality="WEBDL-720p", seconds=2)
    clock.advance(30)
    world.advance()
    first = episode.file_id
    events: list[Event] = []
    world.listeners.append(events.append)
    world.arrivals.grab(series, [episode], quality="Bluray-1080p", seconds=2)
    clock.advance(30)
    world.advance()
    assert episode.file_id not in {0, first}
    assert [file.id for event in events for file in event.replaced] == [first]
    deleted = [row for row in world.history if row.event == "episodeFileDeleted"]
    assert [row.data["reason"] for row in deleted] == ["Upgrade"]
    assert world.library.lists(episode)


def test_a_file_gone_from_disk_leaves_sonarr_at_its_rescan() -> None:
    world, clock = small_world()
    series = world.named("Small Show")
    episode = world.season_of(series, 1)[0]
    world.arrivals.grab(series, [episode], seconds=2)
    clock.advance(30)
    world.advance()
    world.library.delete(next(iter(world.library.items.values())))
    assert episode.file_id
    world.commands.give("RescanSeries", {"seriesId": series.id})
    clock.advance(5)
    world.advance()
    assert not episode.file_id
    assert world.history[-1].data["reason"] == "MissingFromDisk"


def test_deleting_everything_does_not_stop_the_world() -> None:
    clock = ManualClock()
    world = living_world(clock)
    clock.advance(6)
    world.advance()
    for series in list(world.series.values()):
        world.commands.delete_series(series, delete_files=True)
    clock.advance(3_600)
    world.advance()
    assert world.now == clock.now()
    assert not world.files
