"""What every importer remembers of files, and that it can forget one without touching the disk."""

from datetime import timedelta

import pytest

from episodarr.connections.failures import Broken, ServiceFailure
from episodarr.deletion.systems import FileRecords

PORT = FileRecords
BOTH = pytest.mark.parametrize("modern", [False, True], ids=["5", "6"])


@pytest.fixture
def file(world, lighthouse):
    """An anime episode that Shoko has known for long."""
    anime = world.add_series("Foxfire", kind="anime")
    release = world.files[1].release
    return [
        world.add_file([one], release, added_at=world.now - timedelta(days=9)) for one in world.add_season(anime, 1, 3)
    ][1]


def orders(stage):
    return [f"{method} {target}" for method, target, _ in stage.stack.shoko.counts.log if method != "GET"]


def end_of(file):
    return "/".join(file.path.split("/")[-2:])


@BOTH
def test_finds_what_it_remembers_by_the_end_of_the_path(play, world, file, kind, modern):
    async def story(stage):
        client = stage.client(kind)
        [found] = await client.records_of(end_of(file))
        assert (found.size, found.paths) == (file.size, (file.path.removeprefix("/media/anime/"),))
        assert await client.record(found.id) == found
        assert await client.records_of("Season 09/nothing.mkv") == []
        assert await client.record(77_777) is None

    play(story, modern_shoko=modern)


@BOTH
def test_remembers_what_is_gone_until_it_is_told_to_forget_it(play, world, file, kind, modern):
    async def story(stage):
        client = stage.client(kind)
        before = await client.records_of(end_of(file))
        world.delete_file(file)
        assert await client.records_of(end_of(file)) == before
        others = {path for path in world.disk if "Foxfire" in path}
        await client.forget_record(before[0].id)
        assert await client.records_of(end_of(file)) == []
        assert await client.record(before[0].id) is None
        assert {path for path in world.disk if "Foxfire" in path} == others
        assert orders(stage) == [f"DELETE /api/v3/File/{before[0].id}?removeFiles=false&removeFolder=false"]
        with pytest.raises(Broken, match="no file"):
            await client.forget_record(before[0].id)

    play(story, modern_shoko=modern)


def test_forgetting_never_deletes_a_file_that_is_still_there(play, world, file, kind):
    """Its default is the other way round."""

    async def story(stage):
        client = stage.client(kind)
        [found] = await client.records_of(end_of(file))
        await client.forget_record(found.id)
        assert file.path in world.disk
        assert await client.record(found.id) is None

    play(story)


@pytest.mark.parametrize("wrong", [0, -1, True, "7", "", None, "Location"])
def test_takes_only_whole_ids(play, world, file, kind, wrong):
    """D11."""

    async def story(stage):
        client = stage.client(kind)
        for call in (client.forget_record(wrong), client.record(wrong)):
            with pytest.raises(ValueError, match="not an id"):
                await call
        assert orders(stage) == []

    play(story)


@pytest.mark.parametrize("wrong", ["", "  ", "/", "Season 01/", "\\"])
def test_an_end_that_every_path_has_is_none(play, world, file, kind, wrong):
    async def story(stage):
        with pytest.raises(ValueError, match="not the end"):
            await stage.client(kind).records_of(wrong)
        assert stage.stack.shoko.counts.requests == 0

    play(story)


@pytest.mark.parametrize("mode", ["unauthorized", "error", "html", "truncated", "disconnect", "empty_body"])
def test_a_fault_in_the_middle_is_no_answer(play, world, file, kind, mode):
    async def story(stage):
        client = stage.client(kind)
        [found] = await client.records_of(end_of(file))
        await stage.set_fault(kind, mode, only="/File/")
        calls = [client.records_of(end_of(file)), client.record(found.id)]
        if mode != "empty_body":  # which is how it says that it did
            calls.append(client.forget_record(found.id))
        else:
            assert found.paths
        for call in calls:
            with pytest.raises(ServiceFailure):
                await call

    play(story)
