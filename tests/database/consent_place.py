"""A library over which rules are observed and armed, with surroundings, plans and notices in the hand of a test."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from candidate_house import GB, House, rule
from hand import Hand
from sqlalchemy import Column, select

from episodarr.database.consent import StoredConsent
from episodarr.database.engine import Database
from episodarr.database.journal import StoredJournal
from episodarr.database.leavings import StoredLeavings
from episodarr.database.schema import episodes
from episodarr.deletion.complete import Count
from episodarr.deletion.consent import Consent, RuleStanding
from episodarr.deletion.due import Due
from episodarr.deletion.holding import Level
from episodarr.deletion.journal import LogRow, Pause, PlanStatus, StepState
from episodarr.deletion.model import NamedRule
from episodarr.deletion.observe import Observe
from episodarr.deletion.plan import Deed, Wish
from episodarr.deletion.propose import Refused
from episodarr.deletion.rules import Added, Rule
from episodarr.episode.identity import ConnectionId

OLD = Added(30)


class Around:
    """Surroundings as the test says."""

    def __init__(self, sonarr: ConnectionId) -> None:
        self.named: dict[int, str] = {int(sonarr): "Sonarr"}
        self.numbers: dict[str, Count] = {}
        self.connected, self.version = "as it was", "0014"

    def managing(self, level: Level) -> Mapping[int, str]:
        return self.named

    def counts(self, level: Level) -> Mapping[str, Count]:
        return self.numbers

    def digest(self) -> str:
        return self.connected

    def revision(self) -> str:
        return self.version


class Beside:
    """The heartbeat beside the database."""

    def __init__(self) -> None:
        self.at: datetime | None = None

    def last(self) -> datetime | None:
        return self.at

    def beat(self, now: datetime) -> None:
        self.at = now


class Plans:
    """Stands where `Delete` does: notes what is asked of it."""

    def __init__(self) -> None:
        self.wishes: list[tuple[Wish, str, int | None, str]] = []
        self.started: list[tuple[int, str]] = []
        self.stopped: list[tuple[int, str]] = []
        self.pause: Pause | None = None
        self.refusal: Exception | None = None
        self.status = PlanStatus.DONE

    def paused(self) -> Pause | None:
        return self.pause

    async def plan(self, wish: Wish, by: str, *, rule_id: int | None = None, rule: str = "") -> Any:
        self.wishes.append((wish, by, rule_id, rule))
        return SimpleNamespace(id=len(self.wishes))

    def start_by_rule(self, row: Any, by: str) -> Any:
        if self.refusal is not None:
            raise self.refusal
        self.started.append((row.id, by))
        return row

    def read(self, plan_id: int) -> Any:
        return SimpleNamespace(status=self.status)


class Place:
    """Everything of consent over a real database."""

    def __init__(self, database: Database, clock: Hand, sonarr: ConnectionId) -> None:
        self.house, self.clock = House(database, clock, sonarr), clock
        self.store, self.leavings = StoredConsent(database), StoredLeavings(database)
        self.journal = StoredJournal(database)
        self.around, self.beside, self.plans = Around(sonarr), Beside(), Plans()
        self.notices: list[tuple[str, str, str, Sequence[Mapping[str, Any]]]] = []
        self.open()

    def open(self) -> None:
        """As after a start."""
        propose = self.house.propose
        self.consent = Consent(
            propose,
            self.store,
            self.leavings,
            self.around,
            self.beside,
            self.house.ledger,
            lambda *told: self.notices.append(told),
            self.clock,
            stop=lambda plan, by: self.plans.stopped.append((plan, by)),
        )
        self.observing = Observe(
            propose, self.consent, self.store, self.leavings, self.around, self.journal, self.clock
        )
        self.due = Due(
            propose,
            self.consent,
            self.store,
            self.leavings,
            self.plans,  # type: ignore[arg-type]
            lambda *told: self.notices.append(told),
            self.clock,
        )

    def keep(self, level: Level = Level.SHOW, *when: Any, name: str = "Old", **more: Any) -> NamedRule:
        return self.house.propose.keep_rule(name, rule(level, *(when or (OLD,)), **more), "anna")

    def change(self, named: NamedRule, to: Rule) -> NamedRule:
        return self.house.propose.keep_rule(named.name, to, "anna", named.id)

    def observe(self) -> Mapping[str, Any]:
        """One observation while every source was just read."""
        self.house.fresh()
        return self.observing.observe(lambda _progress, _message: None)

    def later(self, **time: float) -> Mapping[str, Any]:
        """Time passes, with an observation at its end."""
        self.clock.forward(**time)
        return self.observe()

    def days(self, days: int) -> None:
        """Days pass, with an observation on each."""
        for _ in range(days):
            self.later(days=1)

    def armed(self, named: NamedRule, days: int = 14) -> RuleStanding:
        """Observed, and armed by a person."""
        self.observe()
        self.clock.forward(seconds=1)
        return self.consent.arm(named.id, "anna", days, person=True)

    def leaving(self) -> list[str]:
        return [one.label for one in self.consent.leaving()[0]]

    def episode_id(self, series_id: int = 1) -> int:
        """Of the first episode of a show."""
        return int(self._first(episodes.c.id, series_id) or 0)

    def state(self, series_id: int = 1) -> str:
        """Of the first episode of a show."""
        return str(self._first(episodes.c.state, series_id))

    def _first(self, column: Column[Any], series_id: int) -> Any:
        with self.house.database.reading() as db:
            asked = select(column).where(episodes.c.series_id == series_id).order_by(episodes.c.id)
            return db.execute(asked).scalars().first()

    def refusal(self, named: NamedRule, **more: Any) -> str:
        try:
            self.consent.arm(named.id, "anna", **({"person": True} | more))
        except Refused as refused:
            return str(refused)
        raise AssertionError("it was armed")

    def deleted(self, by: str, *, episode_id: int, series_id: int = 1, times: int = 1, days: float = 1) -> None:
        """As if a plan of a rule had deleted an episode's file."""
        at = self.clock() - timedelta(days=days)
        row = LogRow(
            0,
            at,
            1,
            1,
            Deed.DELETE_FILE.value,
            "Sonarr",
            StepState.VERIFIED,
            "Show",
            series_id,
            1,
            episode_id,
            None,
            at,
            "",
            10,
            "anna",
            by,
        )
        self.journal.add_lines([row] * times)


def three_shows(database: Database, clock: Hand, sonarr: ConnectionId) -> Place:
    """Two shows that an old rule finds, and one that is too new for it."""
    made = Place(database, clock, sonarr)
    made.house.show(1, {(1, 1): 2 * GB, (1, 2): GB})
    made.house.show(2, {(1, 1): 9 * GB})
    made.house.show(3, {(1, 1): GB}, age=5)
    return made
