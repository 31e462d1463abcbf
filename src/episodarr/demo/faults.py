"""Misbehaviour on demand: what a service can do wrong, by request path and for so many times."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

Mode = Literal[
    "slow",
    "unauthorized",
    "error",
    "html",
    "truncated",
    "empty",
    "empty_body",
    "wrong_app",
    "refuse",
    "disconnect",
    "truncated_page",
]
MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(slots=True)
class Fault:
    """One misbehaviour. `only` matches the path with its query; `times` None: until cleared; `seconds` for `slow`."""

    mode: Mode
    only: re.Pattern[str] | None = None
    times: int | None = None
    seconds: float = 2.0

    def meets(self, target: str) -> bool:
        """Whether a request of this path and query is meant."""
        return self.only is None or self.only.search(target) is not None


class Faults:
    """The misbehaviour of one server."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._faults: list[Fault] = []
        self._changed = changed

    def set(self, mode: Mode, only: str | None = None, times: int | None = None, seconds: float = 2.0) -> None:
        """Add a fault. Raises ValueError on an unknown mode and re.error on a pattern that is none.

        `refuse` closes the server's socket and ends its connections; it takes neither `only` nor `times`.
        """
        if mode not in MODES:
            msg = f"unknown mode {mode!r}; known are {', '.join(MODES)}"
            raise ValueError(msg)
        self._faults.append(Fault(mode, re.compile(only) if only else None, times, seconds))
        self._changed()

    def clear(self, mode: Mode | None = None) -> None:
        """End one kind of misbehaviour, or all; a server that refused listens again on the same port."""
        self._faults = [fault for fault in self._faults if mode is not None and fault.mode != mode]
        self._changed()

    @property
    def refusing(self) -> bool:
        """Whether the server is to be gone."""
        return any(fault.mode == "refuse" for fault in self._faults)

    def taken(self, target: str) -> list[Fault]:
        """The faults that this request meets; those with a number of times are used up by it."""
        met = [fault for fault in self._faults if fault.mode != "refuse" and fault.meets(target)]
        for fault in met:
            if fault.times is not None:
                fault.times -= 1
        self._faults = [fault for fault in self._faults if fault.times is None or fault.times > 0]
        return met

    def listed(self) -> list[dict[str, object]]:
        """What is set now, as JSON-able objects."""
        return [
            {
                "mode": fault.mode,
                "only": fault.only.pattern if fault.only else None,
                "times": fault.times,
                "seconds": fault.seconds,
            }
            for fault in self._faults
        ]
