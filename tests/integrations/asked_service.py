"""A service that a test asks with a key, and what its asking ends in."""

import msgspec
import pytest

from episodarr.connections.failures import ServiceFailure
from episodarr.integrations._http import HttpService

SECRET = "canary+key/0123"

NUMBERS = msgspec.json.Decoder(list[int])


def service(url, session, **options):
    return HttpService("Test", url, session, headers={"X-Api-Key": SECRET}, secrets=[SECRET], **options)


def failure_of(play, *script, ask=None):
    """The failure that asking for /thing ends in."""

    async def story(url, session):
        http = service(url, session)
        with pytest.raises(ServiceFailure) as caught:
            await (ask(http) if ask else http.json("/thing", NUMBERS))
        return caught.value

    return play(*script, story)
