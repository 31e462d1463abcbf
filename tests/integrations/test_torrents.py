"""Merging qBittorrent's answers: after any sequence of changes, the merged state is the state."""

import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from episodarr.episode.facts import TransferPhase
from episodarr.integrations._torrents import SyncAnswer, Torrents, phase_of

DECODER = msgspec.json.Decoder(SyncAnswer)

PACK = "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567"


def answer(**members):
    return DECODER.decode(json.dumps({"rid": 1} | members))


class TestPhases:
    """What each word of any version means."""

    @pytest.mark.parametrize(
        ("phase", "states"),
        [
            (TransferPhase.DOWNLOADING, "downloading forcedDL metaDL forcedMetaDL"),
            (TransferPhase.STALLED, "stalledDL"),
            (TransferPhase.QUEUED, "queuedDL checkingDL checkingResumeData allocating moving"),
            (TransferPhase.PAUSED, "pausedDL stoppedDL"),
            (TransferPhase.FAILED, "error missingFiles"),
            (TransferPhase.DOWNLOADING, "unknown aStateOfTheFuture"),
        ],
    )
    def test_of_an_unfinished_torrent(self, phase, states):
        assert {phase_of(state, 0.4) for state in states.split()} == {phase}

    @pytest.mark.parametrize(
        "state",
        [
            "uploading",
            "pausedUP",
            "stoppedUP",
            "queuedUP",
            "stalledUP",
            "checkingUP",
            "forcedUP",
            "moving",
            "unknown",
            "x",
        ],
    )
    def test_of_a_complete_torrent(self, state):
        assert phase_of(state, 1.0) is TransferPhase.COMPLETE

    @settings(deadline=None)  # the machines are shared
    @given(st.text(), st.floats(0, 1))
    def test_any_other_word_means_something_too(self, state, progress):
        assert phase_of(state, progress) in TransferPhase


class TestWords:
    """How a torrent is told in the words of the port."""

    def test_of_a_full_answer(self, sample):
        changes = Torrents().merge(answer(**sample("qbittorrent/maindata-full")))
        assert changes.full
        pack, hybrid, magnet = changes.changed.values()
        assert (pack.download_id, pack.phase, pack.progress) == (PACK, TransferPhase.DOWNLOADING, 0.25)
        assert (pack.size, pack.done, pack.speed, pack.eta) == (12_000_000_000, 3_000_000_000, 5_000_000, 1800)
        assert (pack.save_path, pack.content_path) == ("/dl/tv", "/dl/tv/Lighthouse Keepers S02")
        assert (pack.also_known_as, pack.category) == ((), "tv-sonarr")
        assert pack.added_at == datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
        assert pack.completed_at is None
        assert (hybrid.phase, hybrid.eta, hybrid.also_known_as) == (TransferPhase.COMPLETE, None, ("33" * 20,))
        assert hybrid.completed_at == datetime(2026, 3, 1, 19, 0, tzinfo=UTC)
        assert (magnet.size, magnet.done, magnet.category) == (0, 0, "")
        assert (magnet.added_at, magnet.completed_at) == (None, None)

    def test_of_a_delta(self, sample):
        torrents = Torrents()
        torrents.merge(answer(**sample("qbittorrent/maindata-full")))
        changes = torrents.merge(answer(**sample("qbittorrent/maindata-delta")))
        assert not changes.full
        assert changes.removed == {"44" * 20}
        assert list(changes.changed) == [PACK, "55" * 20], "a member that nobody asks for is no change"
        pack = changes.changed[PACK]
        assert (pack.phase, pack.progress, pack.eta) == (TransferPhase.STALLED, 0.5, None)
        assert (pack.name, pack.size) == ("Lighthouse Keepers S02", 12_000_000_000)
        assert len(torrents) == 3

    def test_a_full_answer_removes_what_it_does_not_hold(self):
        torrents = Torrents()
        torrents.merge(answer(full_update=True, torrents={"a": {}, "b": {}}))
        changes = torrents.merge(answer(full_update=True, torrents={"b": {}}))
        assert changes.full
        assert list(changes.changed) == ["b"]
        assert changes.removed == {"a"}

    def test_upper_case_and_lower_case_are_one_torrent(self):
        torrents = Torrents()
        torrents.merge(answer(full_update=True, torrents={PACK.upper(): {"name": "x"}}))
        assert list(torrents.merge(answer(torrents={PACK: {"progress": 1}})).changed) == [PACK]

    @pytest.mark.parametrize(
        "odd",
        [
            {"progress": -3, "size": -1, "completed": -9, "dlspeed": -1, "eta": -1},
            {"progress": 7e300, "size": 1e300, "eta": 1e300, "completion_on": 1e300, "added_on": 4294967295},
            {"state": None, "name": None, "progress": None, "eta": None, "infohash_v1": None, "added_on": None},
            {},
        ],
    )
    def test_odd_numbers_and_absent_members_do_no_harm(self, odd):
        state = Torrents().merge(answer(full_update=True, torrents={"x": odd})).changed["x"]
        assert 0 <= state.progress <= 1
        assert 0 <= state.size < 2**63
        assert state.eta is None
        assert (state.added_at, state.completed_at) == (None, None)


KEYS = st.sampled_from(["aa" * 20, "bb" * 20, "cc" * 20, "dd" * 20])
MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(max_size=5),
        "state": st.sampled_from(["downloading", "stalledDL", "stalledUP", "other"]),
        "progress": st.floats(0, 1),
        "size": st.integers(-1, 10**13),
        "eta": st.integers(0, 8_640_000),
        "uploaded": st.integers(0, 9),
        "infohash_v1": st.sampled_from(["", "ee" * 20]),
    },
)
STEPS = st.lists(st.tuples(st.booleans(), st.dictionaries(KEYS, MEMBERS), st.sets(KEYS)), max_size=12)


@settings(deadline=None)  # the machines are shared
@given(STEPS)
def test_merged_deltas_equal_the_full_answer(steps):
    """A client that follows all changes knows what a client knows that asks for everything at the end."""
    truth = {}
    follower, told = Torrents(), {}
    for number, (full, patches, left) in enumerate(steps):
        gone = left - patches.keys()
        if number == 0 or full:
            truth = {key: dict(patch) for key, patch in patches.items()}
            changes = follower.merge(answer(full_update=True, torrents=truth))
            told = dict(changes.changed)
        else:
            for key in gone:
                truth.pop(key, None)
            for key, patch in patches.items():
                truth.setdefault(key, {}).update(patch)
            before = dict(told)
            changes = follower.merge(answer(torrents=patches, torrents_removed=sorted(gone)))
            assert changes.removed == gone
            for key in changes.removed:
                told.pop(key, None)
            told |= changes.changed
            assert all(
                before.get(key) is None or before[key] is told[key] for key in told.keys() - changes.changed.keys()
            )
    assert told == Torrents().merge(answer(full_update=True, torrents=truth)).changed
