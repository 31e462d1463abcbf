"""Which accounts are one person's: only what is certain joins by itself, and a split stays split."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from episodarr.watching.people import (
    Account,
    Decision,
    called,
    groups_of,
    kept_ids,
    likenesses,
    requester_account,
    viewer_account,
)

AT = datetime(2026, 1, 20, tzinfo=UTC)
GUID = "0123456789abcdef0123456789ABCDEF"
HOME = "http://home:1"


def viewer(kind: str, viewer: str, name: str = "Ada", place: str = "v1", address: str = HOME) -> Account:
    return viewer_account(place, kind, kind.title(), address, viewer, name)


def requester(number: int = 5, plex: int = 0, jellyfin: str = "", name: str = "Ada") -> Account:
    return requester_account(f"r3/{number}", "seerr", "Seerr", HOME, number, name, plex, jellyfin)


def said(first: Account, second: Account, *, together: bool, hours: int = 0) -> Decision:
    one, other = sorted((first.key, second.key))
    return Decision(one, other, together, "anna", AT + timedelta(hours=hours))


def parts(groups) -> set[tuple[str, ...]]:
    return {group.keys for group in groups}


def test_one_plex_account_is_one_person_in_plex_tautulli_and_seerr() -> None:
    accounts = [viewer("plex", "123"), viewer("tautulli", "123", "ada.l"), requester(plex=123), viewer("plex", "124")]
    groups = groups_of(accounts, [])
    assert parts(groups) == {("plex/123", "seerr@http://home:1/5", "tautulli/123"), ("plex/124",)}
    assert {tie.reason for tie in groups[0].ties} == {"the same Plex account"}


def test_one_jellyfin_user_is_one_person_in_jellyfin_and_seerr() -> None:
    dashed = f"{GUID[:8]}-{GUID[8:12]}-{GUID[12:16]}-{GUID[16:20]}-{GUID[20:]}"
    groups = groups_of([viewer("jellyfin", GUID.lower()), requester(jellyfin=dashed)], [])
    assert len(groups) == 1
    assert groups[0].ties[0].reason == "the same Jellyfin user"


def test_who_links_both_is_one_person_over_both_servers() -> None:
    accounts = [viewer("jellyfin", GUID), viewer("plex", "123"), requester(plex=123, jellyfin=GUID)]
    assert len(groups_of(accounts, [])) == 1


def test_the_owner_and_the_unknown_of_a_plex_are_nobody_elsewhere() -> None:
    """Plex numbers them 1 and 0 on every server."""
    accounts = [viewer("plex", "1"), viewer("plex", "1", address="http://other:1"), viewer("tautulli", "0")]
    assert len(groups_of(accounts, [])) == 3
    assert all(not one.identities for one in accounts)
    assert requester(plex=1).identities == ()


def test_what_is_no_id_of_its_kind_joins_nothing() -> None:
    odd = [viewer("jellyfin", "ada"), viewer("tautulli", "ada"), viewer("tautulli", "\u0663"), viewer("emby", GUID)]
    assert all(not one.identities for one in odd)
    assert viewer("plex", "7", name="").name == "7"
    assert requester(name="").name == "user 5"


def test_equal_names_are_suggested_and_no_more() -> None:
    one, other = viewer("jellyfin", GUID, "Ada "), viewer("tautulli", "123", "ADA")
    groups = groups_of([one, other], [])
    assert len(groups) == 2
    found = likenesses([one, other], groups, [])
    assert [(like.first.key, like.second.key) for like in found] == [(one.key, other.key)]
    assert found[0].reason == "both are called Ada "
    no = [said(one, other, together=False)]
    assert likenesses([one, other], groups_of([one, other], no), no) == []
    yes = [said(one, other, together=True)]
    joined = groups_of([one, other], yes)
    assert len(joined) == 1
    assert joined[0].ties[0].reason == "joined by anna"
    assert likenesses([one, other], joined, yes) == []


def test_two_users_of_one_server_are_not_suggested_nor_those_without_a_name() -> None:
    accounts = [
        viewer("tautulli", "12"),
        viewer("tautulli", "13"),
        viewer("plex", "1", " "),
        viewer("jellyfin", "x", " "),
    ]
    assert likenesses(accounts, groups_of(accounts, []), []) == []


def test_a_no_between_two_people_counts_for_all_their_accounts() -> None:
    ada, other, bob = viewer("plex", "123"), viewer("tautulli", "123"), viewer("jellyfin", GUID)
    no = [said(ada, bob, together=False)]
    groups = groups_of([ada, other, bob], no)
    assert likenesses([ada, other, bob], groups, no) == []


def test_what_was_said_last_counts_first() -> None:
    a, b, c = viewer("plex", "12"), viewer("jellyfin", GUID), viewer("tautulli", "13")
    decisions = [
        said(a, b, together=True, hours=1),
        said(b, c, together=True, hours=2),
        said(a, c, together=False, hours=3),
    ]
    assert parts(groups_of([a, b, c], decisions)) == {("plex/12",), (b.key, "tautulli/13")}


def test_what_was_said_of_an_account_that_is_gone_waits_for_it() -> None:
    a, b = viewer("plex", "12"), viewer("jellyfin", GUID)
    decisions = [said(a, b, together=True)]
    assert len(groups_of([a], decisions)) == 1
    assert len(groups_of([a, b], decisions)) == 1


def test_a_person_is_called_as_most_accounts_say() -> None:
    assert called(["ada", "Ada", "adalovelace"]) == "ada"
    assert called(["a.l.", "Ada Lovelace"]) == "Ada Lovelace"


def test_people_stay_who_they_are() -> None:
    held = {"a": 1, "b": 1, "c": 1, "d": 2}
    assert kept_ids([["a"], ["b", "c"], ["d", "e"], ["f", "g"]], held) == {1: 1, 2: 2}
    assert kept_ids([["a", "d"]], held) == {0: 1}


NODES = [
    viewer("plex", "12", "Ada"),
    viewer("tautulli", "12", "Ada"),
    viewer("jellyfin", GUID, "Ben"),
    viewer("tautulli", "13", "ada"),
    viewer("plex", "1", "ben"),
    requester(5, 12, GUID, "Ben"),
    requester(6, 13, "", "Ada"),
]
SAID = st.builds(
    lambda pair, together, hours: said(NODES[min(pair)], NODES[max(pair)], together=together, hours=hours),
    st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] != pair[1]),
    st.booleans(),
    st.integers(0, 3),
)
ALL_SAID = st.lists(SAID, max_size=6, unique_by=lambda one: (one.first, one.second))


@given(ALL_SAID, st.permutations(NODES), st.randoms(use_true_random=False))
def test_no_order_changes_who_is_who(decisions, shuffled, chance) -> None:
    expected = parts(groups_of(NODES, decisions))
    chance.shuffle(decisions)
    assert parts(groups_of(shuffled, decisions)) == expected


@given(ALL_SAID)
def test_each_account_is_in_one_group_and_a_split_stays_split(decisions) -> None:
    groups = groups_of(NODES, decisions)
    assert sorted(key for group in groups for key in group.keys) == sorted(one.key for one in NODES)
    of = {key: place for place, group in enumerate(groups) for key in group.keys}
    assert all(of[one.first] != of[one.second] for one in decisions if not one.together)
    for like in likenesses(NODES, groups, decisions):
        assert of[like.first.key] != of[like.second.key]


@given(ALL_SAID)
def test_without_a_split_joining_is_an_equivalence(decisions) -> None:
    decisions = [one for one in decisions if one.together]
    of = {key: group.keys for group in groups_of(NODES, decisions) for key in group.keys}
    assert all(of[one.first] == of[one.second] for one in decisions)
    for one in NODES:
        for other in NODES:
            if set(one.identities) & set(other.identities):
                assert of[one.key] == of[other.key]
