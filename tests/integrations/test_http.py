"""What can go wrong on the way to a service, and what each adapter is told about it."""

import asyncio
import contextlib
import gzip
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from asked_service import NUMBERS, failure_of, service
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from episodarr.connections.failures import Broken, Busy, Offline, Refused, WrongApp, WrongPath
from episodarr.integrations._http import Timeouts, TooLarge, all_of, make_session


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, [{"errorMessage": "Path is in use"}], Broken),
        (401, b"", Refused),
        (403, "Forbidden", Refused),
        (404, b"", WrongPath),
        (404, "<html>nothing</html>", WrongPath),
        (404, {"message": "NotFound"}, Broken),
        (409, {"message": "root folder is missing"}, Broken),
        (400, "<html>sent to HTTPS port</html>", WrongPath),
        (418, "short and stout", Broken),
        (429, b"", Busy),
        (500, {"message": "disk full"}, Broken),
        (502, "<html>Bad Gateway</html>", Broken),
        (503, "<html>starting</html>", Busy),
    ],
)
def test_each_error_status_has_its_meaning(upstream, says, status, body, kind):
    upstream.on("GET", "/thing", says(body, status))
    assert type(failure_of(upstream.run)) is kind


def test_the_services_own_words_are_passed_on(upstream, says):
    upstream.on("GET", "/thing", says([{"errorMessage": "Path is\nin use"}], 400))
    assert "Path is in use" in failure_of(upstream.run).message


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("999999", 3600),
        ("soon", None),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0),
        ("Mon, 01 Jan 2001 00:00:00 -0000", 0),
        (None, None),
    ],
)
def test_a_busy_service_says_for_how_long(upstream, says, header, seconds):
    upstream.on("GET", "/thing", says(b"", 429, {"Retry-After": header} if header else {}))
    assert failure_of(upstream.run).retry_after == seconds


def test_unreadable_words_about_an_error_are_left_out(upstream, says):
    upstream.on("GET", "/thing", says(b"{oh no", 500, {"Content-Type": "application/json"}))
    assert failure_of(upstream.run).message == "HTTP 500 for /thing"


def test_a_busy_service_may_name_an_instant(upstream, says):
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    upstream.on("GET", "/thing", says(b"", 503, {"Retry-After": at}))
    assert 60 < failure_of(upstream.run).retry_after <= 90


@pytest.mark.parametrize(
    "page",
    [
        (b"<!DOCTYPE html><html></html>", {"Content-Type": "text/html"}),
        (b"\xef\xbb\xbf\n<html></html>", {"Content-Type": "application/json"}),
        (b"[1]", {"Content-Type": "text/html; charset=utf-8"}),
    ],
)
def test_a_web_page_is_no_answer(upstream, says, page):
    upstream.on("GET", "/thing", says(page[0], 200, page[1]))
    assert type(failure_of(upstream.run)) is WrongPath


@pytest.mark.parametrize("body", [b"", b"  \n", b"[1, 2", b"\xff\xfe", b'{"a": 1}', b'["x"]', b"null"])
def test_unreadable_or_unexpected_content_is_broken(upstream, says, body):
    upstream.on("GET", "/thing", says(body, 200, {"Content-Type": "application/json"}))
    assert type(failure_of(upstream.run)) is Broken


GZIPPED = gzip.compress(b"[1]" * 99, mtime=0)
"""Without a moment in it: two processes name the same tests."""


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1, 2",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1]\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[1]\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\n[1, 2]",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + GZIPPED[:-12],
    ],
)
def test_an_answer_that_is_cut_off_or_damaged_is_broken(raw_upstream, raw):
    assert type(failure_of(raw_upstream, raw)) is Broken


def test_something_that_does_not_speak_http_is_another_application(raw_upstream):
    assert type(failure_of(raw_upstream, b"SSH-2.0-OpenSSH_9.6\r\n")) is WrongApp


def test_a_connection_closed_without_a_word_is_offline(raw_upstream):
    assert type(failure_of(raw_upstream, b"")) is Offline


def test_nobody_listening_is_offline(upstream):
    async def story(_, session):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{unused.getsockname()[1]}"
            with pytest.raises(Offline):
                await service(url, session).json("/thing", NUMBERS)

    upstream.run(story)


def test_an_unknown_name_is_offline(upstream, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async def story(_, session):
        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with pytest.raises(Offline, match=r"nowhere\.test"):
            await service("http://nowhere.test:8989", session).json("/thing", NUMBERS)

    upstream.run(story)


def test_no_answer_in_time_is_offline(upstream, says):
    async def story(url, session):
        never = asyncio.Event()

        async def wait(_):
            await never.wait()
            return says([1])

        upstream.on("GET", "/thing", wait)
        http = service(url, session)
        http.timeouts = Timeouts(total=0.05)
        with pytest.raises(Offline, match=r"within 0\.05 s"):
            await http.json("/thing", NUMBERS)
        never.set()

    upstream.run(story)


def test_an_untrusted_certificate_is_told(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sonarr")])
    now = datetime.now(UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    pem = certificate.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "both.pem").write_bytes(pem + secret)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "both.pem")

    async def story():
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=tls)
        async with server, make_session() as session:
            http = service(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", session)
            with pytest.raises(Offline, match="certificate"):
                await http.json("/thing", NUMBERS)

    asyncio.run(story())


def test_an_https_address_of_an_http_port_is_told(upstream, says):
    async def story(url, session):
        with pytest.raises(Offline, match="https"):
            await service(url.replace("http:", "https:"), session).json("/thing", NUMBERS)

    upstream.run(story)


class TestLimits:
    """No answer may fill the memory."""

    @pytest.mark.parametrize("encoding", ["plain", "chunked", "gzip"])
    def test_a_body_over_the_limit_is_broken(self, upstream, encoding):
        async def large(request):
            response = web.StreamResponse()
            body = b" " * 3_000_000
            if encoding == "gzip":
                response.headers["Content-Encoding"] = "gzip"
                body = gzip.compress(body)
            if encoding == "chunked":
                response.enable_chunked_encoding()
            else:
                response.content_length = len(body)
            await response.prepare(request)
            with contextlib.suppress(ConnectionError):
                await response.write(body)
            return response

        async def story(url, session):
            upstream.on("GET", "/thing", large)
            http = service(url, session)
            http.limit = 1_000_000
            with pytest.raises(TooLarge):
                await http.json("/thing", NUMBERS)
            upstream.on("GET", "/thing", lambda _: web.json_response([1]))
            assert await http.json("/thing", NUMBERS) == [1]

        upstream.run(story)

    def test_a_long_error_page_does_not_hide_the_error(self, upstream, says):
        upstream.on("GET", "/thing", says(b"x" * 3_000_000, 401))
        assert type(failure_of(upstream.run)) is Refused

    def test_only_so_many_requests_run_at_once(self, upstream, says):
        async def story(url, session):
            running = most = 0
            full = asyncio.Event()

            async def handle(_):
                nonlocal running, most
                running += 1
                most = max(most, running)
                if running == 3:
                    full.set()
                await full.wait()
                running -= 1
                return says([1])

            upstream.on("GET", "/thing", handle)
            http = service(url, session, concurrency=3)
            assert await all_of(http.json("/thing", NUMBERS) for _ in range(12)) == [[1]] * 12
            assert most == 3
            assert http.requests == 12
            assert http.bytes == 12 * len(b"[1]")

        upstream.run(story)


def test_the_first_failure_of_several_calls_stops_the_others(upstream):
    async def fail():
        raise Busy("Test", "later")

    async def wait_for_ever():
        await asyncio.Event().wait()

    async def story(_url, _session):
        with pytest.raises(Busy):
            await all_of([wait_for_ever(), fail()])

    upstream.run(story)
