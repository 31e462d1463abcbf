"""What decides how fresh episodes are kept: given at the start by the environment, chosen anew by people at run time.

A choice that somebody made wins over the environment, until they take it back.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec

from episodarr.catalogue.fresh_ports import Chosen, FreshStore
from episodarr.settings import Settings, SyncMode

MINUTE = 60


class Choices(msgspec.Struct, frozen=True):
    """All of it."""

    mode: SyncMode
    enabled: bool
    """Whether rounds run by the clock."""
    interval: int
    """Seconds between two rounds."""
    at_once: int
    """Shows that a round reads at once from one Sonarr."""
    per_round: int
    """Shows that a round reads from one Sonarr at most; the others wait for the next rounds."""
    ahead: int
    """Shows that a round prepares for those who may want them next."""
    abandoned_days: int
    clean_up: bool
    clean_up_days: int


NAMES = {name: f"fresh_{name}" if name != "mode" else "episode_sync_mode" for name in Choices.__struct_fields__}
"""The setting that gives each of them at the start."""
LIMITS = {
    "interval": (MINUTE, 604_800),
    "at_once": (1, 24),
    "per_round": (20, 20_000),
    "ahead": (0, 500),
    "abandoned_days": (1, 3650),
    "clean_up_days": (1, 3650),
}
"""The least and the most."""


class WrongChoice(ValueError):
    """A choice that cannot be; `problems` has a sentence for each wrong one."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in problems.items()))
        self.problems = problems


class FreshChoices:
    """The choices that apply, and where each of them comes from."""

    def __init__(self, settings: Settings, store: FreshStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self.given = Choices(**{name: getattr(settings, setting) for name, setting in NAMES.items()})
        """What applies as long as nobody chooses."""
        self.by_environment = {name for name, setting in NAMES.items() if setting in settings.model_fields_set}
        """Which of these somebody has set; the others are defaults."""
        self.changed: Callable[[Choices, Choices], None] = lambda _before, _after: None
        """Told when something else applies than before."""

    def current(self) -> Choices:
        """What applies now."""
        return self._with(self._store.choices())

    def chosen(self) -> Mapping[str, Chosen]:
        """What people chose, by name."""
        return {name: one for name, one in self._store.choices().items() if name in NAMES}

    def choose(self, wanted: Mapping[str, object], by: str) -> Choices:
        """Have something else apply. What is the same as before is no choice. Raises WrongChoice."""
        before = self.current()
        values = _checked(wanted)
        told = {name: value for name, value in values.items() if value != getattr(before, name)}
        if not told:
            return before
        now = self._clock()
        self._store.choose({name: Chosen(value, by, now) for name, value in told.items()})
        return self._after(before)

    def take_back(self, names: Collection[str]) -> Choices:
        """Let the environment say again what somebody chose."""
        before = self.current()
        self._store.forget_choices([name for name in names if name in NAMES])
        return self._after(before)

    def _after(self, before: Choices) -> Choices:
        after = self.current()
        if after != before:
            self.changed(before, after)
        return after

    def _with(self, chosen: Mapping[str, Chosen]) -> Choices:
        values: dict[str, Any] = msgspec.structs.asdict(self.given)
        for name, one in chosen.items():
            if name in NAMES:
                values[name] = SyncMode(str(one.value)) if name == "mode" else one.value
        return Choices(**values)


def _checked(wanted: Mapping[str, object]) -> dict[str, bool | int | str]:
    problems: dict[str, str] = {}
    values: dict[str, bool | int | str] = {}
    for name, value in wanted.items():
        if name not in NAMES:
            problems[name] = f"is none of {', '.join(NAMES)}"
        elif name == "mode":
            if value not in SyncMode.__members__:
                problems[name] = f"EPISODE_SYNC_MODE is {' or '.join(SyncMode)}"
            else:
                values[name] = SyncMode(str(value)).value
        elif name in LIMITS:
            least, most = LIMITS[name]
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
                problems[name] = f"must be a whole number from {least} to {most}"
            else:
                values[name] = value
        elif not isinstance(value, bool):
            problems[name] = "must be true or false"
        else:
            values[name] = value
    if problems:
        raise WrongChoice(problems)
    return values
