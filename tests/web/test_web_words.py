"""Numbers and times as people read them, the axis of a life, and the rows of the DNA."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from invented import GIB, MIB, NOW, Maker, timeline

from episodarr.episode.state import State
from episodarr.overview.answers import TimelineEntry
from episodarr.web import states, words
from episodarr.web.downloads.lanes import lane_of
from episodarr.web.episode.life import MOST_MARKS, life_of
from episodarr.web.show.dna import dna_rows


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, ""),
        (0, "0 B"),
        (999, "999 B"),
        (1000, "0.98 KiB"),
        (int(1.31 * GIB), "1.31 GiB"),
        (int(31.4 * GIB), "31.4 GiB"),
        (824 * MIB, "824 MiB"),
        (2**62, "4096 PiB"),
    ],
)
def test_sizes(count, text):
    assert words.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3600 * 3 + 720, "3 h 12 min"),
        (7200, "2 h"),
        (86400 * 4 + 7200, "4 d 2 h"),
        (86400 * 30, "30 d"),
        (86400 * 400, "13 months"),
        (86400 * 1500, "4 years"),
        (-5, "0 s"),
    ],
)
def test_durations(seconds, text):
    assert words.duration(seconds) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [(5, "just now"), (-5, "in a moment"), (200, "3 min ago"), (-7300, "in 2 h"), (86400 * 3, "3 d ago")],
)
def test_relative_times(ago, text):
    assert words.relative(NOW - timedelta(seconds=ago), NOW) == text


def test_only_what_is_complete_says_100_percent():
    assert [words.percent(share) for share in (None, 0.0, 0.999, 1.0, 1.2, -1)] == [0, 0, 99, 100, 100, 0]


def test_how_long_runs_take():
    assert [words.precise(seconds) for seconds in (None, 0.24, 3.21, 125)] == ["", "240 ms", "3.2 s", "2 min 5 s"]
    assert [words.interval(seconds) for seconds in (0, 2, 900, 3600, 86400)] == [
        "by hand",
        "every 2 s",
        "every 15 min",
        "every hour",
        "every day",
    ]


def test_sonarrs_bar_colours():
    given = {"arriving": 0, "missing": 0, "monitored": True, "ended": False}
    assert states.bar(10, 10, **given).kind == "continuing"
    assert states.bar(10, 10, **given | {"ended": True}).kind == "ended"
    assert states.bar(8, 10, **given | {"missing": 2}).kind == "missing"
    assert states.bar(8, 10, **given | {"monitored": False}).kind == "unmonitored"
    assert states.bar(8, 10, **given | {"arriving": 1, "missing": 1}).kind == "downloading"
    assert states.bar(0, 0, **given).kind == "none"
    full = states.bar(9, 10, **given | {"arriving": 5})
    assert full.here + full.arriving <= 100


@pytest.fixture
def maker() -> Maker:
    """A small world of one show."""
    made = Maker()
    made.show("Horimiya", 2021)
    return made


def test_long_seasons_say_where_each_ten_begins(maker):
    maker.run(1, 1, [State.WATCHED] * 13, NOW - timedelta(days=900))
    maker.run(1, 2, [State.WATCHED] * 120, NOW - timedelta(days=7 * 130))
    maker.episode(1, 0, 1, State.UNAIRED, None)
    short, long, specials = dna_rows(maker.world.season(1, None))
    assert [row.number for row in (short, long, specials)] == [1, 2, 0]
    assert not short.numbered
    assert long.numbered
    assert long.dense
    assert [first for first, _ in long.tens][:3] == [1, 11, 21]
    assert [len(cells) for _, cells in short.tens] == [10, 3]


def test_what_nobody_tells_is_no_nought(maker):
    """A download that is complete is told of no more, some moments before its episode is said to be downloaded."""
    number = maker.episode(1, 1, 1, State.DOWNLOADING, NOW - timedelta(days=1))
    row = replace(maker.world.episodes[number], progress=None)
    ((cell,),) = (cells for dna in dna_rows([row]) for _, cells in dna.tens)
    assert (cell.text, cell.fill) == ("", 0)
    assert "%" not in cell.label
    ((moving,),) = (cells for dna in dna_rows([replace(row, progress=0.0)]) for _, cells in dna.tens)
    assert moving.text == "0"


class TestLife:
    def entry(self, number: int, minutes: float, kind: str, text: str = "") -> TimelineEntry:
        at = NOW - timedelta(minutes=minutes)
        return TimelineEntry(number, at, at, kind, "Sonarr", text)

    def of(self, maker: Maker, state: State, entries: list[TimelineEntry]):
        one = maker.world.episodes[maker.episode(1, 1, 1, state, NOW - timedelta(days=1))]
        return life_of(one, entries, NOW, UTC)

    def test_nothing_reported_draws_nothing(self, maker):
        assert self.of(maker, State.UNKNOWN, []).marks == []

    def test_marks_go_from_left_to_right_and_end_with_now_and_next(self, maker):
        one = maker.world.episodes[maker.episode(1, 1, 1, State.IMPORTED, NOW - timedelta(days=2))]
        life = life_of(one, timeline(maker.world, one.id), NOW, UTC)
        assert [mark.word for mark in life.marks] == [
            "aired", "grabbed", "downloading", "complete", "importing", "imported", "now", "available",
        ]  # fmt: skip
        places = [mark.x for mark in life.marks]
        assert places == sorted(places)
        assert places[0] >= 0
        assert places[-1] <= 100
        assert life.waits.endswith("waiting for Jellyfin to list it")

    def test_what_is_settled_waits_for_nothing(self, maker):
        life = self.of(maker, State.AVAILABLE, [self.entry(1, 90, "aired"), self.entry(2, 10, "in_library", "Listed")])
        assert [mark.word for mark in life.marks] == ["aired", "available", "now"]
        assert life.waits == ""

    def test_repetitions_and_the_queue_are_in_the_list_only(self, maker):
        entries = [
            self.entry(1, 90, "transfer", "Downloading"),
            self.entry(2, 80, "transfer", "Downloading"),
            self.entry(3, 70, "import", "In Sonarr's queue"),
            self.entry(4, 60, "listed", "Listed and monitored"),
        ]
        assert [mark.word for mark in self.of(maker, State.DOWNLOADING, entries).marks] == [
            "downloading",
            "now",
            "complete",
        ]

    def test_a_removal_begins_a_new_life(self, maker):
        entries = [
            self.entry(1, 900, "grabbed"),
            self.entry(2, 800, "imported"),
            self.entry(3, 700, "removed"),
            self.entry(4, 600, "grabbed"),
        ]
        assert [mark.word for mark in self.of(maker, State.GRABBED, entries).marks][:2] == ["deleted", "grabbed"]

    def test_a_long_story_keeps_its_beginning_and_its_end(self, maker):
        kinds = ("grabbed", "grab_failed")
        entries = [self.entry(0, 5000, "aired")]
        entries += [self.entry(number, 4000 - number * 100, kinds[number % 2]) for number in range(30)]
        life = self.of(maker, State.FAILED, entries)
        assert len(life.marks) <= MOST_MARKS + 2
        assert life.marks[0].word == "aired"

    def test_times_are_told_in_the_zone_and_days_only_once(self, maker):
        life = self.of(maker, State.GRABBED, [self.entry(1, 90, "aired"), self.entry(2, 80, "grabbed")])
        assert [mark.day for mark in life.marks[:2]] == ["Fri 21 Nov", ""]
        assert life.marks[0].time == "17:56"


class TestLane:
    def test_two_episodes_in_one_file_are_one_segment(self, maker):
        first, second = maker.run(1, 1, [State.DOWNLOADING] * 2, NOW - timedelta(days=30))
        maker.lane("ab" * 20, "Horimiya S01E01-E02", "multi_episode", 1, [(first, 0.5)])
        lane = next(iter(maker.world.lanes.values()))
        file = lane.files[0]
        other = replace(file.episodes[0], id=second, episode_number=2)
        lane = replace(lane, files=[replace(file, episodes=[file.episodes[0], other])])
        (segment,) = lane_of(lane, stale=False).segments
        assert segment.text == "S01E01–02"
        assert segment.fill == 50

    def test_segments_follow_the_episodes_not_the_files(self, maker):
        ids = maker.run(1, 1, [State.DOWNLOADING] * 3, NOW - timedelta(days=30))
        maker.lane("ab" * 20, "Horimiya", "season_pack", 1, [(one, 0.1) for one in reversed(ids)])
        lane = lane_of(next(iter(maker.world.lanes.values())), stale=False)
        assert [segment.text for segment in lane.segments] == ["01", "02", "03"]
        assert [segment.index for segment in lane.segments] == [2, 1, 0]

    def test_an_unknown_phase_is_shown_as_it_is(self, maker):
        (one,) = maker.run(1, 1, [State.DOWNLOADING], NOW - timedelta(days=30))
        maker.lane("ab" * 20, "Horimiya", "newkind", 1, [(one, 0.1)], phase="moving")
        lane = lane_of(next(iter(maker.world.lanes.values())), stale=True)
        assert (lane.kind, lane.phase, lane.stale) == ("newkind", "moving", True)


def test_a_day_of_another_year_says_so():
    assert words.day(datetime(2021, 4, 3, 12, tzinfo=UTC), UTC, NOW) == "Sat 3 Apr 2021"


def test_what_a_failure_says_becomes_a_sentence():
    said = ["no connection to sonarr:8989", "a proxy in front?", "It works.", ""]
    assert [words.sentence(one) for one in said] == [
        "No connection to sonarr:8989.",
        "A proxy in front?",
        "It works.",
        "",
    ]
