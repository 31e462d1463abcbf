"""Which addresses are asked at all, and that a key goes to its own service only and is never shown."""

import asyncio
import socket
import traceback

import pytest
from asked_service import NUMBERS, SECRET, failure_of, service

from episodarr.connections.failures import Offline, Refused, WrongPath
from episodarr.integrations._http import HttpService, make_session
from episodarr.integrations._session import ForbiddenAddress, guarded_socket


@pytest.mark.parametrize(
    "url", ["", "sonarr:8989", "ftp://host/", "http://", "http://host:99999", "file:///etc/passwd"]
)
def test_what_is_no_web_address_is_never_asked(upstream, url):
    async def story(_, session):
        http = service(url, session)
        with pytest.raises(Offline):
            await http.json("/thing", NUMBERS)
        assert http.requests == 0

    upstream.run(story)


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "2852039166", "0xa9fea9fe", "[::ffff:169.254.169.254]", "[fe80::1]", "100.100.100.200"]
)
def test_cloud_metadata_and_link_local_addresses_are_never_connected_to(host):
    """With sockets blocked but for 127.0.0.1, a real attempt would end in another failure than this one."""

    async def story():
        async with make_session() as session:
            with pytest.raises(Offline, match=r"no media service lives|not usable"):
                await service(f"http://{host}", session).json("/thing", NUMBERS)

    asyncio.run(story())


def test_the_guard_looks_at_the_resolved_address():
    info = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::ffff:169.254.169.254", 80, 0, 0))
    with pytest.raises(ForbiddenAddress):
        guarded_socket(info)
    with guarded_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))) as allowed:
        assert allowed.family is socket.AF_INET


class TestRedirects:
    """A redirect is told, never followed: the key belongs to the address that was given."""

    def test_within_the_host_names_the_missing_url_base(self, upstream, says):
        upstream.on("GET", "/thing", says(b"", 302, {"Location": "/sonarr/thing?apikey=" + SECRET}))
        upstream.otherwise(says([1]))
        failure = failure_of(upstream.run)
        assert type(failure) is WrongPath
        assert "/sonarr" in failure.advice
        assert upstream.paths() == ["/thing"]
        assert SECRET not in str(failure)

    def test_to_another_host_names_it_without_its_query(self, upstream, says):
        upstream.on("GET", "/thing", says(b"", 307, {"Location": f"https://u:p@login.test/sign-in?back={SECRET}"}))
        failure = failure_of(upstream.run)
        assert type(failure) is WrongPath
        assert "https://login.test/sign-in" in failure.message
        assert "u:p" not in failure.message
        assert SECRET not in failure.message

    def test_to_https_says_so(self, upstream, says):
        upstream.on("GET", "/thing", says(b"", 301, {"Location": "https://127.0.0.1/thing"}))
        assert "https://" in failure_of(upstream.run).advice

    @pytest.mark.parametrize("location", ["", "http://[", "//", "\x1b[2J", "http://h:99999/"])
    def test_with_a_strange_target_is_still_one(self, upstream, says, location):
        upstream.on("GET", "/thing", says(b"", 302, {"Location": location.replace("\x1b", "%1b")}))
        assert type(failure_of(upstream.run)) is WrongPath


class TestCredentials:
    """Keys are sent where they belong, and are never repeated."""

    def test_the_url_base_is_kept_and_a_user_in_the_address_becomes_basic_auth(self, upstream, says):
        upstream.on("GET", "/base/thing", says([1]))

        async def story(url, session):
            http = service(url.replace("//", "//me:pass%40word@") + "/base/?x=1#y", session)
            assert await http.json("/thing", NUMBERS) == [1]
            assert "word" not in repr(http)

        upstream.run(story)
        assert upstream.asked[0].headers["Authorization"] == "Basic bWU6cGFzc0B3b3Jk"
        assert upstream.asked[0].headers["X-Api-Key"] == SECRET
        assert upstream.asked[0].headers["User-Agent"].startswith("Episodarr/")
        assert upstream.asked[0].query == {}

    def test_a_key_with_a_line_break_is_refused_before_it_is_sent(self, upstream):
        async def story(url, session):
            http = HttpService("Test", url, session, headers={"X-Api-Key": "a\r\nHost: evil"})
            with pytest.raises(Refused):
                await http.json("/thing", NUMBERS)
            assert http.requests == 0

        upstream.run(story)

    @pytest.mark.parametrize("status", [400, 401, 404, 500])
    def test_a_service_that_repeats_the_key_cannot_make_us_show_it(self, upstream, says, status):
        echoed = {"message": f"bad key {SECRET} at http://u:{SECRET}@h/x?apikey={SECRET} canary%2Bkey%2F0123"}
        upstream.on("GET", "/thing", says(echoed, status))
        assert "canary" not in shown(failure_of(upstream.run))

    def test_a_value_that_does_not_fit_is_not_shown(self, upstream, says):
        upstream.on("GET", "/thing", says({SECRET: SECRET}))
        assert "canary" not in shown(failure_of(upstream.run))

    def test_not_even_the_traceback_of_a_dead_connection_holds_it(self, raw_upstream):
        failure = failure_of(raw_upstream, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[1")
        assert "canary" not in shown(failure)
        assert failure.__context__ is None
        assert failure.__cause__ is None


def shown(failure):
    """Everything that a log or a page could show of it."""
    return "".join([*traceback.format_exception(failure), repr(failure), str(failure), failure.message, failure.advice])
