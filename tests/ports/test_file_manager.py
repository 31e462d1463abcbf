"""What every manager of files does when files are to go. It never guesses: what is at odds is no answer."""

from dataclasses import dataclass, replace

import pytest

from episodarr.connections.failures import Broken, ServiceFailure, WrongApp, WrongPath
from episodarr.deletion.systems import FileManager, ManagedPart, Root, WasteBin

PORT = FileManager


@dataclass
class Thing:
    """A series or movie with a file, as the manager under test numbers them."""

    owner: int
    file: int
    path: str
    size: int
    part: ManagedPart
    folder: str
    root: str


@pytest.fixture
def thing(world, lighthouse, kind):
    if kind == "radarr":
        film = world.films.add("Dune", 2021, tags=("Keep",))
        world.films.import_file(film, at=world.now)
        part = ManagedPart(film.id, True)
        return Thing(film.id, film.file_id, film.path, film.size, part, film.folder, film.root)
    lighthouse.tags = [world.tag("Keep")]
    episode = world.season_of(lighthouse, 1)[2]
    file = world.files[episode.file_id]
    part = ManagedPart(episode.id, True, 1, 3)
    return Thing(lighthouse.id, file.id, file.path, file.size, part, lighthouse.path, lighthouse.root)


def asked(stage, kind):
    return [f"{method} {target}" for method, target, _ in stage.stack.servers[kind].counts.log]


def orders(stage, kind):
    return [line for line in asked(stage, kind) if not line.startswith("GET ")]


def test_tells_a_file_with_all_that_it_holds(play, thing, kind):
    async def story(stage):
        client = stage.client(kind)
        file = await client.managed_file(thing.file)
        assert (file.id, file.owner_id, file.path, file.size) == (thing.file, thing.owner, thing.path, thing.size)
        assert file.parts == (thing.part,)
        assert file in await client.managed_files(thing.owner)

    play(story)


def test_a_file_of_two_episodes_tells_both(play, world, lighthouse):
    one, two = world.season_of(lighthouse, 2)[:2]
    two.monitored = False
    file = world.add_file([two, one], world.files[1].release)

    async def story(stage):
        client = stage.client("sonarr")
        told = await client.managed_file(file.id)
        assert told.parts == (ManagedPart(one.id, True, 2, 1), ManagedPart(two.id, False, 2, 2))
        assert told in await client.managed_files(lighthouse.id)
        assert len(await client.managed_files(lighthouse.id)) == 7

    play(story)


def test_only_its_own_not_found_means_that_nothing_is_there(play, thing, kind):
    async def story(stage):
        client = stage.client(kind)
        assert await client.managed_file(77_777) is None
        assert await client.owner(77_777) is None
        other = stage.stack.servers["radarr" if kind == "sonarr" else "sonarr"]
        relative = stage.client(kind, url=other.url, api_key=other.api_key)
        for stranger in (relative, stage.client(kind, url=stage.stack.jellyfin.url)):
            for call in (stranger.managed_file(1), stranger.owner(1), stranger.managed_files(1)):
                with pytest.raises(ServiceFailure) as failure:
                    await call
                assert type(failure.value) in {WrongApp, WrongPath, Broken}

    play(story)


def test_says_who_owns_a_file_and_what_protects_it(play, thing, kind):
    async def story(stage):
        owner = await stage.client(kind).owner(thing.owner)
        assert (owner.id, owner.path, owner.tags, owner.monitored) == (thing.owner, thing.folder, {"keep"}, True)
        assert owner.title in {"Dune", "Lighthouse Keepers"}
        assert owner.tmdb_id > 0
        assert (owner.tvdb_id > 0) is (kind == "sonarr")

    play(story)


def test_a_tag_without_a_label_may_protect_so_it_is_no_answer(play, world, thing, kind):
    """D17: a failed protection lookup is no "unprotected"."""

    async def story(stage):
        client = stage.client(kind)
        world.tags.clear()
        with pytest.raises(Broken, match="tag"):
            await client.owner(thing.owner)

    play(story)


def test_tells_the_roots_and_whether_they_are_there(play, world, thing, kind):
    async def story(stage):
        client = stage.client(kind)
        assert Root(thing.root, True) in await client.roots()
        world.unmounted.add(thing.root)
        assert Root(thing.root, False) in await client.roots()

    play(story)


def test_tells_the_waste_bin(play, world, thing, kind):
    async def story(stage):
        client = stage.client(kind)
        assert await client.waste_bin() == WasteBin("", 7)
        world.recycle_bin = "/media/bin"
        assert await client.waste_bin() == WasteBin("/media/bin", 7)

    play(story)


def test_tells_what_is_arriving(play, world, lighthouse, thing, kind):
    coming = world.season_of(lighthouse, 2)

    async def story(stage):
        client = stage.client(kind)
        assert await client.arriving(thing.owner) == set()
        world.arrivals.grab(lighthouse, coming, kind="pack")
        world.films.arriving.add(1)
        world.films.add("Other", 1999)
        assert await client.arriving(thing.owner) == ({thing.owner} if kind == "radarr" else {one.id for one in coming})
        assert await client.arriving(77_777) == set()

    play(story)


def test_sets_the_flag_of_these_parts_and_no_others(play, world, lighthouse, thing, kind):
    async def story(stage):
        client = stage.client(kind)
        await client.set_monitored(thing.owner, [thing.part.id], monitored=False)
        assert (await client.managed_file(thing.file)).parts == (replace(thing.part, monitored=False),)
        assert [one.id for one in world.episodes.values() if not one.monitored] == (
            [thing.part.id] if kind == "sonarr" else []
        )
        await client.set_monitored(thing.owner, {thing.part.id}, monitored=True)
        assert (await client.managed_file(thing.file)).parts == (thing.part,)

    play(story)


def test_asks_for_nothing_when_no_part_is_meant(play, thing, kind):
    """D11: an empty list never becomes "all"."""

    async def story(stage):
        client = stage.client(kind)
        await client.set_monitored(thing.owner, [], monitored=False)
        await client.search(thing.owner, ())
        assert asked(stage, kind) == []

    play(story)


@pytest.mark.parametrize("wrong", [0, -1, True, "7", "", None, "all", 1.0])
def test_takes_only_whole_ids(play, thing, kind, wrong):
    """D11."""

    async def story(stage):
        client = stage.client(kind)
        for call in (
            client.delete_file(wrong),
            client.managed_file(wrong),
            client.managed_files(wrong),
            client.owner(wrong),
            client.set_monitored(thing.owner, [wrong], monitored=False),
            client.search(thing.owner, [wrong]),
            client.set_monitored(wrong, [thing.part.id], monitored=False),
        ):
            with pytest.raises(ValueError, match="not"):
                await call
        assert orders(stage, kind) == []

    play(story)


def test_a_movie_is_no_part_of_another(play, world):
    world.films.add("One", 2001)
    world.films.add("Two", 2002)

    async def story(stage):
        client = stage.client("radarr")
        with pytest.raises(ValueError, match="not a part"):
            await client.set_monitored(1, [1, 2], monitored=False)
        assert orders(stage, "radarr") == []

    play(story)


def test_searches(play, world, lighthouse, thing, kind):
    async def story(stage):
        client = stage.client(kind)
        missing = world.season_of(lighthouse, 2)[0]
        film = world.films.add("Other", 1999)
        owner, part = (film.id, film.id) if kind == "radarr" else (lighthouse.id, missing.id)
        await client.search(owner, [part])
        await stage.go_on(5)
        assert await client.arriving(owner) == {part}
        await stage.go_on(60)
        assert [one.parts[0].id for one in await client.managed_files(owner)].count(part) == 1

    play(story)


def test_deletes_one_file_and_leaves_the_rest(play, world, thing, kind):
    async def story(stage):
        client = stage.client(kind)
        before = set(world.disk)
        await client.delete_file(thing.file)
        assert before - set(world.disk) == {thing.path}
        assert await client.managed_file(thing.file) is None
        owner = await client.owner(thing.owner)
        assert owner.monitored
        assert orders(stage, kind) == [f"DELETE /api/v3/{'episode' if kind == 'sonarr' else 'movie'}file/{thing.file}"]
        with pytest.raises(Broken):
            await client.delete_file(thing.file)

    play(story)


def test_what_was_deleted_stays_monitored(play, world, lighthouse):
    """D12: why the flag is taken away first."""

    async def story(stage):
        client = stage.client("sonarr")
        await client.delete_file(1)
        assert world.episodes[1].monitored
        world.unmonitors_deleted = True
        await client.delete_file(2)
        assert not world.episodes[2].monitored

    play(story)


def test_deletes_nothing_below_a_root_that_is_not_there(play, world, thing, kind):
    """D18."""
    world.unmounted.add(thing.root)

    async def story(stage):
        client = stage.client(kind)
        with pytest.raises(Broken, match="409"):
            await client.delete_file(thing.file)
        assert thing.path in world.disk

    play(story)


def test_a_file_that_cannot_be_deleted_is_said_so(play, world, lighthouse):
    world.undeletable.add(1)

    async def story(stage):
        with pytest.raises(Broken, match="500"):
            await stage.client("sonarr").delete_file(1)

    play(story)


def test_answers_at_odds_are_no_answers(play, world, lighthouse):
    """D1, D11: an episode that says it has another file, and a file that holds none."""
    first, second = world.season_of(lighthouse, 1)[:2]

    async def story(stage):
        client = stage.client("sonarr")
        file = world.files[first.file_id]
        first.file_id = second.file_id
        with pytest.raises(Broken):
            await client.managed_file(file.id)
        with pytest.raises(Broken):
            await client.managed_files(lighthouse.id)
        first.file_id = file.id
        del world.files_of[lighthouse.id][file.id]
        with pytest.raises(Broken, match="does not list"):
            await client.managed_files(lighthouse.id)

    play(story)


def test_an_import_between_two_questions_is_asked_about_again(play, world, lighthouse):
    missing = world.season_of(lighthouse, 2)[0]

    async def story(stage):
        client = stage.client("sonarr")
        ask = client.http.ask

        async def meanwhile(method, path, **more):
            if path == "/api/v3/episode" and not missing.file_id:
                world.add_file([missing], world.files[1].release)
            return await ask(method, path, **more)

        client.http.ask = meanwhile
        assert len(await client.managed_files(lighthouse.id)) == 7

    play(story)


def test_an_empty_list_is_not_believed_against_its_own_count(play, world, lighthouse):
    """D2: a page that somebody made up."""

    async def story(stage):
        client = stage.client("sonarr")
        await stage.set_fault("sonarr", "empty", only="/episode")
        with pytest.raises(Broken, match="counts some"):
            await client.managed_files(lighthouse.id)
        await stage.clear_faults("sonarr")
        empty = world.add_series("Nothing Yet")
        assert await client.managed_files(empty.id) == []
        assert await client.managed_files(77_777) == []

    play(story)


def test_an_empty_list_of_a_movie_is_not_believed_against_the_movie(play, world):
    film = world.films.add("Dune", 2021)
    world.films.import_file(film, at=world.now)

    async def story(stage):
        client = stage.client("radarr")
        await stage.set_fault("radarr", "empty", only="/moviefile")
        with pytest.raises(Broken, match="says that there is one"):
            await client.managed_files(film.id)
        await stage.clear_faults("radarr")
        world.films.delete_file(film)
        assert await client.managed_files(film.id) == []

    play(story)


@pytest.mark.parametrize("mode", ["unauthorized", "error", "html", "truncated", "empty_body", "empty", "disconnect"])
@pytest.mark.parametrize(
    "call",
    [
        "managed_file",
        "managed_files",
        "owner",
        "waste_bin",
        "set_monitored",
        "search",
    ],
)
def test_a_fault_in_the_middle_is_no_answer(play, thing, kind, call, mode):
    """The application says who it is, and then fails."""
    arguments = {
        "managed_file": (thing.file,),
        "set_monitored": (thing.owner, [thing.part.id]),
        "search": (thing.owner, [thing.part.id]),
        "waste_bin": (),
    }
    flags = {"monitored": False} if call == "set_monitored" else {}

    async def story(stage):
        client = stage.client(kind)
        only = "/tag" if (call, mode) == ("owner", "empty") else "^(?!.*system/status)"
        await stage.set_fault(kind, mode, only=only)
        if (call, mode) == ("set_monitored", "empty"):
            return  # that it was told is not that it did
        with pytest.raises(ServiceFailure):
            await getattr(client, call)(*arguments.get(call, (thing.owner,)), **flags)

    play(story)


@pytest.mark.parametrize("mode", ["unauthorized", "error", "html", "truncated", "disconnect"])
def test_a_deletion_without_an_answer_is_a_failure_even_when_it_was_done(play, world, thing, kind, mode):
    """D21: what was asked is not what happened; whoever asked has to look."""

    async def story(stage):
        client = stage.client(kind)
        await stage.set_fault(kind, mode, only="file/")
        with pytest.raises(ServiceFailure):
            await client.delete_file(thing.file)
        await stage.clear_faults(kind)
        assert await client.managed_file(thing.file) is None

    play(story)
