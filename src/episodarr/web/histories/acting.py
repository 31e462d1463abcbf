"""Who acts on a history, and what is said when it does not work."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import HTTPException

from episodarr.histories.histories import MetadataUnknown, NotAllowed, NotNow, Person
from episodarr.histories.import_model import Import
from episodarr.histories.model import InvalidFile
from episodarr.web.visit import Visit
from episodarr.web.words import sentence

PATH = "/histories"
LARGEST_ID = 2**62


class Refused(Exception):
    """It did not happen; the text says why, for people."""

    def __init__(self, text: str, status: int, field: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.field = field
        """Of the form, when one is to blame."""


def person_of(visit: Visit) -> Person:
    """Whose history it is: everybody acts on their own, admins too."""
    assert visit.user is not None  # noqa: S101  # every page of these is behind the guard
    return Person(visit.user.id, visit.user.name, visit.admin)


@contextmanager
def told() -> Iterator[None]:
    """What goes wrong becomes a sentence; what is not there, or belongs to somebody else, a page that says so."""
    try:
        yield
    except NotAllowed as problem:
        raise Refused(*_words(str(problem), 403)) from problem
    except NotNow as problem:
        raise Refused(*_words(str(problem), 409)) from problem
    except MetadataUnknown as problem:
        raise Refused(*_words(str(problem), 503)) from problem
    except (InvalidFile, ValueError) as problem:
        raise Refused(*_words(str(problem), 422)) from problem
    except LookupError as gone:
        if type(gone) is not LookupError:
            raise  # a KeyError or IndexError is a mistake of ours, not an answer
        raise HTTPException(404, f"{gone}.") from gone


def _words(text: str, status: int) -> tuple[str, int, str]:
    """The sentence without the name of the field that it is about."""
    field, colon, rest = text.partition(": ")
    if colon and field.isidentifier() and field.islower():
        return sentence(rest), status, field
    return sentence(text), status, ""


def known_id(import_id: int) -> int:
    """The id, or 404 for a number that none has."""
    if not 0 < import_id < LARGEST_ID:
        raise HTTPException(404, "There is no such import.")
    return import_id


def done_rows(one: Import) -> int:
    """Rows of a running import that are read, or recognised."""
    unread = one.counts.get("read", 0)
    return one.position if one.status.value == "reading" else max(one.stored - unread, 0)
