"""What the commands use of the house, and what goes wrong in it as a sentence and an exit code."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Protocol, TypeVar

import typer
from rich.console import Console

from episodarr.accounts.accounts import Accounts
from episodarr.catalogue.instances import Instances
from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.carry_out import CarryOut
from episodarr.deletion.delete import Delete
from episodarr.jobs.followers import Followers
from episodarr.jobs.freshening import Freshening
from episodarr.jobs.histories import Histories
from episodarr.jobs.remedies import Remedies
from episodarr.overview.arrivals import Board
from episodarr.overview.questions import Overview

T = TypeVar("T")

NOT_FOUND, WRONG_USE, UNREACHABLE = 1, 2, 3

DataDir = Annotated[Path | None, typer.Option(help="Folder of database and key. [EPISODARR_DATA_DIR]")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


class HouseDoors(Protocol):
    """What the commands use of the house."""

    @property
    def overview(self) -> Overview: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def instances(self) -> Instances: ...
    @property
    def followers(self) -> Followers: ...
    @property
    def board(self) -> Board: ...
    @property
    def remedies(self) -> Remedies: ...
    @property
    def delete(self) -> Delete: ...
    @property
    def carry_out(self) -> CarryOut: ...
    @property
    def freshening(self) -> Freshening: ...
    @property
    def histories(self) -> Histories: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...
    def open(self) -> AbstractAsyncContextManager[None]: ...
    def close(self) -> None: ...


class Wrong(Exception):
    """Ends the command with a code and a sentence."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class Doors:
    """The house for one command: what goes wrong in it becomes a sentence and an exit code."""

    def __init__(
        self, house: Callable[..., HouseDoors], errors: Console, refusals: tuple[type[Exception], ...]
    ) -> None:
        """`refusals`: what its parts raise when something is asked of them that cannot be."""
        self._house = house
        self._refusals = refusals
        self.errors = errors

    def inside(self, data_dir: Path | None, act: Callable[[HouseDoors], T]) -> T:
        """Open the house, do something in it, and close it."""
        opened = self._house(data_dir=data_dir)
        try:
            return act(opened)
        except Wrong as wrong:
            raise self._exit(wrong.code, str(wrong)) from wrong
        except self._refusals as wrong:
            raise self._exit(WRONG_USE, str(wrong)) from wrong
        except ServiceFailure as failure:
            raise self._exit(UNREACHABLE, f"{failure}\n{failure.advice}") from failure
        except LookupError as gone:
            if type(gone) is not LookupError:
                raise  # a KeyError or IndexError is a mistake of ours, not an answer
            raise self._exit(NOT_FOUND, str(gone)) from gone
        finally:
            opened.close()

    def _exit(self, code: int, text: str) -> typer.Exit:
        self.errors.print(text, style="red", highlight=False, markup=False)
        return typer.Exit(code)
