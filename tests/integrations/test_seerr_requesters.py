"""Who asked, as request systems tell it: with the accounts of the media servers that a user signs in with."""

import msgspec
import pytest

from episodarr.integrations._seerr_wire import Request, requesters
from episodarr.requests.model import Requester

GUID = "50a5812baa05458ea7df786d69146ba7"


def told(number: int, **user: object) -> Request:
    body = {"id": number, "status": 1, "createdAt": "2026-01-01T00:00:00Z", "requestedBy": user or None}
    return msgspec.convert(body, Request)


@pytest.mark.parametrize(
    ("user", "read"),
    [
        ({"id": 7, "displayName": "Ada", "plexId": 123}, Requester(7, "Ada", 123)),
        ({"id": 7, "displayName": "Ada", "jellyfinUserId": GUID}, Requester(7, "Ada", 0, GUID)),
        ({"id": 7, "displayName": "Ada", "plexId": None, "jellyfinUserId": None}, Requester(7, "Ada")),
        ({"id": 7, "plexId": "x", "jellyfinUserId": 5}, Requester(7, "user 7")),
        ({"id": 7, "plexId": True}, Requester(7, "user 7")),
    ],
)
def test_a_user_and_the_linked_accounts(user: dict, read: Requester) -> None:
    assert requesters([told(1, **user)]) == (read,)


def test_each_once_as_the_latest_request_shows_them() -> None:
    found = requesters([told(9, id=7, displayName="Ada L"), told(3, id=7, displayName="Ada"), told(4), told(5, id=0)])
    assert found == (Requester(7, "Ada L"),)
