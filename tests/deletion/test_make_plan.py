"""Making a plan (D9, D13, D15, D17, D20): what goes, what stays and why, and what is really freed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from episodarr.deletion.journal import Caps
from episodarr.deletion.make_plan import make_plan
from episodarr.deletion.model import Target
from episodarr.deletion.plan import Deed, Plan, TorrentChoice, Wish, digest_of, parts_of, steps_of
from episodarr.deletion.scene import (
    KnownEpisode,
    Names,
    Scene,
    SceneSystem,
    SceneTitle,
    SceneTorrent,
    TorrentPart,
)
from episodarr.deletion.systems import HeldFile, HeldTorrent, ManagedFile, ManagedPart, Owner, Root, WasteBin

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
ROOTS = (Root("/tv", accessible=True),)
SHOW = "/tv/Alpha"
HASH = "a" * 40


def episode(number: int, season: int = 1, **more) -> KnownEpisode:
    """An episode with the ids 100 * season + number here, and 1000 more at Sonarr."""
    one = 100 * season + number
    told = {"selected": True, "items": ((5, f"jellyfin{one}"),)} | more
    return KnownEpisode(one, 1000 + one, season, number, f"Title {number}", **told)


def file(*held: KnownEpisode, size: int = 1_000, monitored: bool = True) -> ManagedFile:
    """A file with the id of its first episode."""
    first = held[0]
    path = f"{SHOW}/Season {first.season}/Alpha S{first.season:02}E{first.number:02}.mkv"
    parts = tuple(ManagedPart(one.manager_id, monitored, one.season, one.number) for one in held)
    return ManagedFile(first.id, 7, path, size, parts)


def title(*files: ManagedFile, episodes=(), **more) -> SceneTitle:
    told = {
        "connection": 1,
        "manager": "Sonarr",
        "owner": Owner(7, "Alpha", SHOW, frozenset(), 100, 200),
        "roots": ROOTS,
        "waste_bin": WasteBin("/bin", 7),
        "series_id": 1,
    }
    return SceneTitle(files=files, episodes=tuple(episodes), **told | more)


def torrent(*parts: TorrentPart, **more) -> SceneTorrent:
    told = HeldTorrent(HASH, "Alpha S01", "/dl/Alpha S01", "/dl", 3_000, True, 2.0, 0, False)
    files = tuple(HeldFile(one.name, 1_000, wanted=True) for one in parts)
    return SceneTorrent(2, "qBittorrent", replace(told, **more), files, parts)


def part(*episodes: int, sure: bool = True) -> TorrentPart:
    return TorrentPart(f"Alpha S01/{'-'.join(map(str, episodes)) or 'extra'}.mkv", episodes, sure)


def plan(
    *titles: SceneTitle, torrents=(), choice=TorrentChoice.WHERE_SAFE, also=(), caps: Caps | None = None, **more
) -> Plan:
    scene = Scene(titles, tuple(torrents), {2: tuple(one.torrent for one in torrents)}, **more)
    wish = Wish((Target(1),), choice, tuple(also))
    return make_plan(wish, scene, ("keep",), caps or Caps(), NOW)


def whole(count: int = 3, **more) -> SceneTitle:
    """A season of some episodes, all selected."""
    held = [episode(number) for number in range(1, count + 1)]
    return title(*(file(one) for one in held), episodes=held, **more)


# ---------------------------------------------------------------------- files


def test_what_was_selected_goes_and_nothing_else() -> None:
    one, two = episode(1), episode(2, selected=False)
    made = plan(title(file(one), file(two), episodes=[one, two]))
    assert [(each.label, each.part_ids, each.monitored) for each in made.files] == [("Alpha S01E01", (1101,), (1101,))]
    assert made.stays == ()
    assert made.title == "Alpha S01E01"
    assert made.expires_at == NOW + timedelta(minutes=30)


def test_a_file_of_several_goes_only_with_all_of_them_d15() -> None:
    one, two = episode(1), episode(2, selected=False)
    made = plan(title(file(one, two), episodes=[one, two]))
    assert made.files == ()
    [stay] = made.stays
    assert stay.why == "its file also holds S01E02, which was not selected"
    both = [episode(1), episode(2)]
    [goes] = plan(title(file(*both), episodes=both)).files
    assert goes.label == "Alpha S01E01-E02"
    assert list(parts_of(goes)) == [(101, "Alpha S01E01"), (102, "Alpha S01E02")]


def test_a_file_with_an_episode_that_is_not_known_stays() -> None:
    one = episode(1)
    made = plan(title(file(one, episode(9)), episodes=[one]))
    assert [stay.why for stay in made.stays] == ["its file holds an episode that is not known here yet"]


def test_what_forbids_it_keeps_it_and_what_speaks_against_it_is_told_d17() -> None:
    kept = episode(1, stays=("grace protected it",))
    told = episode(2, cautions=("somebody left off within it 3 days ago",))
    made = plan(title(file(kept), file(told), episodes=[kept, told]))
    assert [(stay.what, stay.why) for stay in made.stays] == [("Alpha S01E01", "grace protected it")]
    assert made.files[0].cautions == ("somebody left off within it 3 days ago",)


def test_whoever_is_watching_is_not_known_keeps_everything_d1() -> None:
    made = plan(whole(doubts=("who is watching now is not known: Plex: no connection",)))
    assert made.files == ()
    assert {stay.why for stay in made.stays} == {"who is watching now is not known: Plex: no connection"}
    assert made.title == "Nothing of Alpha"


def test_a_tag_an_arrival_and_a_missing_disk_keep_it_d17_d18() -> None:
    tagged = Owner(7, "Alpha", SHOW, frozenset({"keep"}), 100, 200)
    assert "tagged" in plan(whole(owner=tagged)).stays[0].why
    assert "on its way" in plan(whole(arriving=frozenset({1101}))).stays[0].why
    assert "mounted" in plan(whole(roots=(Root("/tv", accessible=False),))).stays[0].why


def test_what_nobody_manages_stays_d13() -> None:
    made = plan(unmanaged=("Home videos",))
    assert [stay.what for stay in made.stays] == ["Home videos"]
    assert made.title == "Nothing"


def test_titles_say_what_goes() -> None:
    two_seasons = [episode(1), episode(1, 2), episode(2, 2, selected=False), episode(1, 0)]
    shown = title(*map(file, two_seasons), episodes=two_seasons)
    assert plan(shown).title == "3 episodes of Alpha"
    assert plan(whole()).title == "Alpha"
    rest = [*(episode(number) for number in (1, 2)), episode(1, 2, selected=False)]
    assert plan(title(*map(file, rest), episodes=rest)).title == "Alpha, season 1"
    specials = [episode(1, 0), episode(2, 0), episode(1, selected=False)]
    assert plan(title(*map(file, specials), episodes=specials)).title == "Alpha, specials"
    both = [*(episode(1, season) for season in (1, 2)), episode(1, 3, selected=False)]
    assert plan(title(*map(file, both), episodes=both)).title == "Alpha, seasons 1, 2"
    other = replace(whole(1), owner=Owner(8, "Beta", SHOW, frozenset(), 101, 201), files=())
    assert plan(whole(), other).title == "Alpha"
    beta = replace(whole(1), connection=9)
    assert plan(whole(), beta).title == "4 files of 2 titles"
    assert plan(replace(whole(), files=()), replace(whole(), files=(), owner=other.owner)).title == "Nothing"


# ---------------------------------------------------------------------- torrents


def test_a_pack_goes_when_all_of_it_goes_d15() -> None:
    made = plan(whole(), torrents=[torrent(part(101), part(102), part(103))])
    [goes] = made.torrents
    assert (goes.files, goes.because, goes.also, goes.chosen) == ((0, 1, 2), "everything in it goes", (), False)
    assert made.stays == ()


def test_a_pack_stays_when_a_part_of_it_stays_unless_chosen_r_w10() -> None:
    held = [episode(1), episode(2, selected=False), episode(3, selected=False), *map(episode, (4, 5))]
    shown = title(*map(file, held), episodes=held)
    pack = torrent(*(part(100 + number) for number in range(1, 6)), part(), part(104, sure=False))
    [stay] = plan(shown, torrents=[pack]).stays
    assert stay.why == "it also holds 102.mkv, 103.mkv, extra.mkv and 1 more"
    assert (stay.torrent, stay.may_choose, stay.size) == (HASH, True, 3_000)
    made = plan(shown, torrents=[pack], also=[HASH.upper()])
    [goes] = made.torrents
    assert (goes.chosen, goes.because) == (True, "you chose so")
    assert goes.also == ("102.mkv", "103.mkv", "extra.mkv", "104.mkv, of which it is not sure which episode it is")


def test_torrents_are_kept_when_somebody_wants_so() -> None:
    [stay] = plan(whole(1), torrents=[torrent(part(101))], choice=TorrentChoice.KEEP).stays
    assert "you chose to keep it" in stay.why
    assert stay.may_choose
    assert plan(whole(1), torrents=[torrent(part(101))], choice=TorrentChoice.KEEP, also=[HASH]).torrents


def test_what_should_go_on_seeding_stays_and_may_be_chosen() -> None:
    [stay] = plan(whole(1), torrents=[torrent(part(101), ratio=0.1)]).stays
    assert "not seeded long enough" in stay.why
    assert stay.may_choose


def test_what_others_share_can_never_be_chosen_d15() -> None:
    mine = torrent(part(101))
    twin = replace(mine, torrent=replace(mine.torrent, hash="b" * 40, name="Twin"), parts=())
    made = plan(whole(1), torrents=[mine, twin], also=[HASH])
    assert made.torrents == ()
    [stay] = made.stays
    assert (stay.may_choose, stay.why) == (False, "another torrent shares its files: Twin")


def test_a_torrent_of_something_else_is_no_matter() -> None:
    made = plan(whole(1), torrents=[torrent(part(999))])
    assert (made.torrents, made.stays) == ((), ())


# ---------------------------------------------------------------------- what is freed


def freed(disk: dict[str, Names], *, torrents=(), count: int = 1, also=()) -> list[tuple[int | None, bool]]:
    made = plan(whole(count), torrents=torrents, disk=disk, also=also)
    return [(one.freed, one.freed_with_torrent) for one in made.files]


def path_of(number: int) -> str:
    return file(episode(number)).path


def test_bytes_are_freed_when_no_other_name_is_left_d15() -> None:
    assert freed({}) == [(None, False)], "it cannot be seen from here"
    assert freed({path_of(1): Names(1, 10, 1, 1_000)}) == [(1_000, False)]
    assert freed({path_of(1): Names(1, 10, 2, 1_000)}) == [(0, False)], "nlink > 1 = 0 bytes freed"
    assert freed({path_of(1): Names(1, 10, 1, 999)}) == [(None, False)], "another size: not that file (D19)"


def test_with_its_torrent_a_linked_file_is_freed() -> None:
    linked = {path_of(1): Names(1, 10, 2, 1_000), "/dl/Alpha S01/101.mkv": Names(1, 10, 2, 1_000)}
    assert freed(linked, torrents=[torrent(part(101))]) == [(1_000, True)]
    assert freed(linked, torrents=[torrent(part(101), ratio=0.0)]) == [(0, False)], "the torrent stays"
    assert freed(linked | {path_of(1): Names(1, 10, 3, 1_000)}, torrents=[torrent(part(101))]) == [(0, False)]


def test_two_names_of_one_file_are_freed_once() -> None:
    both = {path_of(1): Names(1, 10, 2, 1_000), path_of(2): Names(1, 10, 2, 1_000)}
    assert freed(both, count=2) == [(1_000, False), (0, False)]


def test_sums_are_of_what_is_known() -> None:
    made = plan(whole(2), disk={path_of(1): Names(1, 10, 1, 1_000)})
    assert (made.size, made.freed, made.unknown_size, made.episode_count) == (2_000, 1_000, 1_000, 2)


# ---------------------------------------------------------------------- who is told


def test_everybody_is_told_of_what_they_know() -> None:
    held = [episode(1), episode(2, items=()), episode(1, 2, selected=False)]
    made = plan(
        title(*map(file, held), episodes=held),
        shelves=(SceneSystem(5, "Jellyfin"), SceneSystem(6, "Plex")),
        requests=(SceneSystem(8, "Seerr"),),
        importers=(SceneSystem(9, "Shoko"),),
    )
    [shelf] = made.shelves
    assert [(one.file, one.item_id) for one in shelf.items] == [(0, "jellyfin101")]
    [told] = made.titles
    assert (told.kind, told.tmdb_id, told.whole, told.gone_seasons) == ("tv", 200, False, (1,)), "D20: a season is one"
    assert [one.path_end for one in made.records] == ["Season 1/Alpha S01E01.mkv", "Season 1/Alpha S01E02.mkv"]


def test_a_show_without_a_tmdb_id_and_one_that_stays_are_told_nobody() -> None:
    seerr = (SceneSystem(8, "Seerr"),)
    assert plan(whole(owner=Owner(7, "Alpha", SHOW, frozenset(), 100, 0)), requests=seerr).titles == ()
    assert plan(whole(arriving=frozenset({1101})), requests=seerr).titles[0].whole is False
    assert plan(whole(), requests=seerr).titles[0].whole


def test_a_movie_goes_as_one() -> None:
    movie = KnownEpisode(3, 7, 0, 0, "Film", selected=True, items=((5, "film"), (6, "other")))
    shown = SceneTitle(
        connection=4,
        manager="Radarr",
        owner=Owner(7, "Film", "/movies/Film", frozenset(), 0, 55),
        roots=(Root("/movies", accessible=True),),
        waste_bin=WasteBin(),
        files=(ManagedFile(9, 7, "/movies/Film/film.mkv", 100, (ManagedPart(7, monitored=True),)),),
        episodes=(movie,),
        movie_id=3,
    )
    made = plan(
        shown,
        shelves=(SceneSystem(5, "Jellyfin"),),
        requests=(SceneSystem(8, "Seerr"),),
        importers=(SceneSystem(9, "Shoko"),),
    )
    [goes] = made.files
    assert (goes.label, goes.movie_id, goes.episodes, goes.part_ids, goes.monitored) == ("Film", 3, (), (7,), (7,))
    assert list(parts_of(goes)) == [(None, "Film")]
    assert [one.item_id for one in made.shelves[0].items] == ["film"]
    assert (made.titles[0].kind, made.records, made.title) == ("movie", (), "Film")
    assert any("torrents of movies" in note for note in made.notes)
    assert any("gone for good" in note for note in made.notes), "D16: there is no recycle bin"
    assert made.episode_count == 1


def test_the_recycle_bin_and_silent_clients_are_told_d16() -> None:
    notes = plan(whole(), whole(), silent_clients=("qBittorrent: no connection",)).notes
    assert notes == (
        "Sonarr moves the files into its recycle bin, /bin, which it empties after 7 days",
        "qBittorrent: no connection: none of its torrents is touched",
    )
    assert "empties" not in plan(whole(waste_bin=WasteBin("/bin"))).notes[0]
    assert plan(replace(whole(), files=())).notes == ()


# ---------------------------------------------------------------------- steps and digest


def test_steps_come_file_by_file_and_rest_on_what_they_need_d12() -> None:
    held = [episode(1), episode(2)]
    shown = title(file(held[0]), file(held[1], monitored=False), episodes=held)
    steps = steps_of(
        plan(
            shown,
            torrents=[torrent(part(101), part(102))],
            shelves=(SceneSystem(5, "Jellyfin"),),
            requests=(SceneSystem(8, "Seerr"),),
            importers=(SceneSystem(9, "Shoko"),),
        )
    )
    assert [(one.number, one.deed, one.needs) for one in steps] == [
        (1, Deed.UNMONITOR, ()),
        (2, Deed.DELETE_FILE, (1,)),
        (3, Deed.DELETE_FILE, ()),
        (4, Deed.REMOVE_TORRENT, (2, 3)),
        (5, Deed.TELL_LIBRARY, (2, 3)),
        (6, Deed.FORGET_RECORD, (2,)),
        (7, Deed.FORGET_RECORD, (3,)),
        (8, Deed.TELL_REQUESTS, (2, 3)),
    ]


def test_a_plan_has_one_digest_and_keeps_it_through_the_database_d9() -> None:
    made = plan(whole(), torrents=[torrent(part(101), part(102), part(103))])
    body = msgspec.json.encode(made)
    assert digest_of(msgspec.json.decode(body, type=Plan)) == digest_of(made)
    assert digest_of(msgspec.structs.replace(made, exceeded=("too much",))) != digest_of(made)


@given(
    selected=st.lists(st.booleans(), min_size=6, max_size=6),
    kept=st.lists(st.booleans(), min_size=6, max_size=6),
    cuts=st.sets(st.integers(1, 5)),
    holding=st.sets(st.integers(1, 6)),
    also=st.booleans(),
)
def test_nothing_goes_that_was_not_selected_or_has_to_stay(selected, kept, cuts, holding, also) -> None:
    """Whatever the files and torrents are like: a subset of what was wished for (D15, D17)."""
    held = [
        episode(number, selected=selected[number - 1], stays=("kept",) if kept[number - 1] else ())
        for number in range(1, 7)
    ]
    edges = [0, *sorted(cuts), 6]
    files = [file(*held[start:end]) for start, end in pairwise(edges)]
    pack = torrent(*(part(100 + number) for number in sorted(holding)))
    made = plan(title(*files, episodes=held), torrents=[pack], also=[HASH] if also else [])
    gone = {one.id for each in made.files for one in each.episodes}
    assert gone <= {one.id for one in held if one.selected and not one.stays}
    labels = {stay.what for stay in made.stays}
    for each in files:
        ids = {part.id - 1000 for part in each.parts}
        assert ids <= gone or not ids & gone, "a part of a file goes"
        wanted = any(one.selected for one in held if one.id in ids)
        assert wanted == (ids <= gone or any(f"E{min(ids) - 100:02}" in label for label in labels))
    if made.torrents and not also:
        assert {100 + number for number in holding} <= gone
    assert len({step.number for step in steps_of(made)}) == len(steps_of(made))
