"""A browser stand-in over the fakes: signed in as an admin, as a viewer, or not at all."""

from collections.abc import Callable

import pytest
from fakes import Stack
from person import Person


@pytest.fixture
def stack() -> Stack:
    """Everything the pages ask, with four connections and two users."""
    return Stack()


@pytest.fixture
def admin(stack: Stack) -> Person:
    """Anna, signed in."""
    return Person(stack).sign_in("admin")


@pytest.fixture
def viewer(stack: Stack) -> Person:
    """Vito, signed in."""
    return Person(stack).sign_in("viewer")


@pytest.fixture
def nobody(stack: Stack) -> Person:
    """Somebody who is not signed in."""
    return Person(stack)


@pytest.fixture
def visit() -> Callable[..., Person]:
    """Somebody at a stack of one's own making."""
    return Person
