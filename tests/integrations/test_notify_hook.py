"""Telling another program: one JSON document, and nothing of its address in any message."""

import pytest

from episodarr.connections.failures import Offline, ServiceFailure
from episodarr.deletion.notice import Notice
from episodarr.integrations.notify_hook import NotifyHook

NOTICE = Notice("leaving_soon", "2 things leave soon", "They go.", ({"title": "Silo", "size": 5},))


@pytest.mark.parametrize("answer", [b"", "ok", "<html>thanks</html>", {"id": 1}])
def test_one_document(upstream, says, answer) -> None:
    upstream.on("POST", "/hook", says(answer))

    async def story(url, session):
        await NotifyHook(f"{url}/hook?token=abc", session).send(NOTICE)

    upstream.run(story)
    (asked,) = upstream.asked
    assert asked.query == {"token": "abc"}
    assert asked.json == {
        "event": "leaving_soon",
        "title": "2 things leave soon",
        "message": "They go.",
        "items": [{"title": "Silo", "size": 5}],
    }


@pytest.mark.parametrize("status", [302, 401, 404, 429, 500])
def test_what_is_refused_is_told_without_its_secrets(upstream, says, status: int) -> None:
    upstream.otherwise(says({"message": "canary is wrong"}, status))

    async def story(url, session):
        with pytest.raises(ServiceFailure) as caught:
            await NotifyHook(f"{url}/hook?token=canary", session).send(NOTICE)
        return str(caught.value)

    assert "token=" not in upstream.run(story)


def test_nobody_is_there(upstream) -> None:
    async def story(_url, session):
        with pytest.raises(Offline):
            await NotifyHook("http://127.0.0.1:9/hook", session).send(NOTICE)
        with pytest.raises(ServiceFailure):
            await NotifyHook("http://169.254.169.254/hook", session).send(NOTICE)

    upstream.run(story)
