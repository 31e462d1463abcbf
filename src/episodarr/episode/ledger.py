"""The ledger: takes facts in, and is the only writer of an episode's state.

Facts, evidence, standing and log row are stored in ONE transaction: whoever reads sees all of it or nothing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from episodarr.episode.evidence import Evidence
from episodarr.episode.facts import Fact
from episodarr.episode.identity import EpisodeId, Source
from episodarr.episode.ports import Judged, LedgerBook, LedgerBooks
from episodarr.episode.standing import assess

_FORGET_AT_ONCE = 2000

Announce = Callable[[Collection[Judged]], None]
"""Told after each commit what was judged anew, so that screens move."""


class Ledger:
    """Records facts and keeps each episode's standing true to its evidence."""

    def __init__(self, books: LedgerBooks, clock: Callable[[], datetime], announce: Announce) -> None:
        self._books = books
        self._clock = clock
        self._announce = announce

    def record(self, facts: Iterable[Fact]) -> int:
        """Take in facts that carry the reporting system's own time. Any order, any repetition; the number of news."""
        return self._take(facts, repeats_count=True)

    def observe(self, facts: Iterable[Fact]) -> int:
        """Take in what the single reader of a source sees now. What it saw already is no news."""
        return self._take(facts, repeats_count=False)

    def _take(self, facts: Iterable[Fact], *, repeats_count: bool) -> int:
        facts = list(facts)
        if not facts:
            return 0
        with self._books.open() as book:
            judged = self.judge_within(book, facts, repeats_count=repeats_count)
        self.announce(judged)
        return sum(len(one.news) for one in judged)

    def judge_within(
        self,
        book: LedgerBook,
        facts: Iterable[Fact],
        *,
        fresh: Mapping[EpisodeId, Mapping[str, Any]] | None = None,
        repeats_count: bool = False,
    ) -> list[Judged]:
        """Take facts in as part of a transaction that the caller holds (a catalogue batch).

        `fresh`: rows of episodes that are new with this transaction, stored here together with their standing; no
        evidence of them can exist. The caller commits, then calls `announce` with the answer.
        """
        fresh = fresh or {}
        by_episode: dict[EpisodeId, list[Fact]] = {episode: [] for episode in fresh}
        for fact in facts:
            by_episode.setdefault(fact.about, []).append(fact)
        stored = book.evidence_of([episode for episode in by_episode if episode not in fresh])
        now = self._clock()
        judged = []
        for episode, told in by_episode.items():
            evidence = stored.get(episode) or Evidence()
            if not repeats_count:
                told = [fact for fact in told if not evidence.repeats(fact)]  # noqa: PLW2901  # narrowed on purpose
            richer, news = evidence.with_facts(told)
            if news or episode in fresh:
                judged.append(Judged(episode, news, assess(richer, now), now))
        if judged:
            book.write(judged, now, fresh)
        return judged

    def announce(self, judged: Collection[Judged]) -> None:
        """Tell the listeners, after the commit."""
        if judged:
            self._announce(judged)

    def review(self, limit: int = 5000) -> int:
        """Judge again the episodes whose time has come (an air time passed); how many there were."""
        with self._books.open() as book:
            now = self._clock()
            due = book.due(now, limit)
            judged = self._again(book, due, now)
        self.announce(judged)
        return len(due)

    def forget(self, source: Source) -> int:
        """A service was removed for good: what it said counts no more. How many episodes were judged anew."""
        with self._books.open() as book:
            told = book.told_by(source)
        for start in range(0, len(told), _FORGET_AT_ONCE):
            some = told[start : start + _FORGET_AT_ONCE]
            with self._books.open() as book:
                book.silence(source, some)
                judged = self._again(book, some, self._clock())
            self.announce(judged)
        return len(told)

    def replace(self, source: Source, facts: Iterable[Fact]) -> int:
        """What a source says now, one fact of an episode, is all that it says; how many episodes were judged anew.

        What it said of other episodes, or otherwise of these, counts no more: somebody took it back.
        """
        said = {fact.about: fact for fact in facts}
        with self._books.open() as book:
            told = set(book.told_by(source))
        about = sorted(told | said.keys())
        count = 0
        for start in range(0, len(about), _FORGET_AT_ONCE):
            some = about[start : start + _FORGET_AT_ONCE]
            with self._books.open() as book:
                held = book.evidence_of([one for one in some if one in told])
                stale = [one for one in held if one not in said or not held[one].repeats(said[one])]
                book.silence(source, stale)
                judged = self.judge_within(book, [said[one] for one in some if one in said])
                judged += self._again(book, [one for one in stale if one not in said], self._clock())
            self.announce(judged)
            count += len(judged)
        return count

    def rejudge(self, episodes: Collection[EpisodeId]) -> int:
        """Judge the given episodes again from their stored evidence, as after a change of `assess`."""
        with self._books.open() as book:
            judged = self._again(book, episodes, self._clock())
        self.announce(judged)
        return len(judged)

    def _again(self, book: LedgerBook, episodes: Collection[EpisodeId], now: datetime) -> list[Judged]:
        stored = book.evidence_of(episodes)
        judged = [Judged(episode, (), assess(stored.get(episode) or Evidence(), now), now) for episode in episodes]
        if judged:
            book.write(judged, now)
        return judged
