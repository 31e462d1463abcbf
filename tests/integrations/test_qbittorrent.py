"""Signing in to qBittorrent of both generations, and following its transfers."""

import asyncio
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from episodarr.connections.failures import Broken, Refused, ServiceFailure, WrongApp, WrongPath
from episodarr.integrations.qbittorrent import QBittorrent

PASSWORD = "canary & pass=word"
PACK = "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567"

MAINDATA = "/api/v2/sync/maindata"
LOGIN = "/api/v2/auth/login"


class Client:
    """A server that lets in who signs in, in the manner of an old or a new qBittorrent."""

    def __init__(self, upstream, says, *, new=False, bypass=False):
        self.upstream, self.says, self.new, self.bypass = upstream, says, new, bypass
        self.sessions = set()
        self.count = 0
        self.banned = False
        upstream.on("POST", LOGIN, self.login)
        self.on("/api/v2/app/webapiVersion", says("2.11.4"))
        self.on("/api/v2/app/version", says("v5.1.4"))
        self.on(MAINDATA, says({"rid": 1, "full_update": True}))

    @property
    def cookie(self):
        return "QBT_SID_8080" if self.new else "SID"

    def on(self, path, *answers):
        left = list(answers)

        def guarded(request):
            if not self.bypass and request.cookies.get(self.cookie) not in self.sessions:
                return self.says("Forbidden", 403)
            answer = left.pop(0) if len(left) > 1 else left[0]
            return answer(request) if callable(answer) else answer

        self.upstream.on("GET", path, guarded)

    async def login(self, request):
        form = parse_qs((await request.read()).decode())
        if self.banned:
            return self.says("Your IP address has been banned after too many failed authentication attempts.", 403)
        if form != {"username": ["admin"], "password": [PASSWORD]}:
            return self.says("Unauthorized", 401) if self.new else self.says("Fails.")
        self.count += 1
        session = f"s{self.count}"
        self.sessions.add(session)
        response = web.Response(status=204) if self.new else web.Response(text="Ok.")
        response.set_cookie(self.cookie, session, httponly=True)
        return response

    @property
    def logins(self):
        return self.upstream.paths().count(LOGIN)


@pytest.fixture
def play(upstream):
    """Do something with a client against the server; `again` is the same client, made with what is given here."""

    def play(deed, username="admin", password=PASSWORD, clock=None):
        async def story(url, session):
            more = {"clock": clock} if clock else {}
            return await deed(QBittorrent("qBittorrent", url, username, password, session, **more))

        return upstream.run(story)

    return play


@pytest.fixture(params=[False, True], ids=["4.1-5.1", "5.2"])
def server(request, upstream, says):
    return Client(upstream, says, new=request.param)


async def failures(client, times):
    """What asking `times` times in a row ends in."""
    caught = []
    for _ in range(times):
        with pytest.raises(ServiceFailure) as failure:
            await client.changes()
        caught.append(failure.value)
    return caught


class TestSigningIn:
    """Once, when it is asked for; and never again with a password that was refused."""

    def test_a_good_password_opens_both_generations(self, server, play):
        checked = play(QBittorrent.check)
        assert (checked.application, checked.version, checked.detail) == ("qBittorrent", "5.1.4", "Web API 2.11.4")
        assert server.logins == 1

    def test_a_bad_password_is_tried_once(self, server, play):
        caught = play(lambda client: failures(client, 4), password="canary wrong")
        assert [type(failure) for failure in caught] == [Refused] * 4
        assert server.logins == 1
        assert all("canary" not in f"{failure!r}{failure.advice}" for failure in caught)

    def test_a_ban_is_told_and_not_touched_until_it_may_be_over(self, server, play, says):
        now = [0.0]
        server.banned = True
        server.on(MAINDATA, says({"rid": 1, "full_update": True}))

        async def deed(client):
            assert "banned" in (await failures(client, 3))[0].message
            assert server.logins == 1
            server.banned = False
            await failures(client, 1)
            now[0] = 3601
            assert (await client.changes()).full

        play(deed, clock=lambda: now[0])

    @pytest.mark.parametrize("page", ["Forbidden", b"", "<html>Access denied</html>"])
    def test_a_refusal_on_the_way_is_no_verdict_on_the_password(self, upstream, says, play, page):
        server = Client(upstream, says)
        upstream.on("POST", LOGIN, says(page, 403), server.login)

        async def deed(client):
            assert type((await failures(client, 1))[0]) is Refused
            return await client.changes()

        assert play(deed).full

    def test_without_credentials_a_closed_client_asks_for_them(self, server, play):
        caught = play(lambda client: failures(client, 2), username="", password="")
        assert [type(failure) for failure in caught] == [Refused] * 2
        assert server.logins == 0

    @pytest.mark.parametrize("password", ["", PASSWORD])
    def test_an_open_client_needs_no_sign_in(self, server, play, password):
        server.bypass = True
        assert play(QBittorrent.check, password=password).version == "5.1.4"
        assert server.logins == 0

    def test_an_ended_session_is_renewed_once_and_the_call_repeated(self, server, play, says):
        server.on("/api/v2/torrents/files", says([]))

        async def deed(client):
            assert await client.files("x") == []
            server.sessions.clear()
            assert await client.files("x") == []
            return client.http.requests

        assert play(deed) == 6
        assert server.logins == 2

    def test_calls_side_by_side_sign_in_once(self, server, play, says):
        server.on("/api/v2/torrents/files", says([]))
        assert len(play(lambda client: client.files_of([str(n) for n in range(20)]))) == 20
        assert server.logins == 1

    def test_a_client_that_stays_closed_is_refused_after_one_more_try(self, upstream, says, play):
        server = Client(upstream, says)
        upstream.on("GET", MAINDATA, says("Forbidden", 403))
        assert type(play(lambda client: failures(client, 1))[0]) is Refused
        assert server.logins == 1

    def test_a_refused_host_name_is_no_matter_of_the_password(self, server, upstream, says, play):
        upstream.on("GET", MAINDATA, says("Unauthorized", 401))
        caught = play(lambda client: failures(client, 1))
        assert "server domains" in caught[0].advice
        assert server.logins == 0

    @pytest.mark.parametrize("answer", [("<html>", 200), ("Welcome", 200), ({"a": 1}, 200), (b"", 200), (b"", 500)])
    def test_the_password_is_not_accepted_by_whoever_answers(self, upstream, says, play, answer):
        upstream.on("GET", MAINDATA, says("Forbidden", 403))
        upstream.on("POST", LOGIN, says(*answer))
        assert type(play(lambda client: failures(client, 1))[0]) in {WrongApp, WrongPath, Broken}


class TestCheck:
    """Is it a qBittorrent?"""

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            ("Sonarr", WrongApp),
            ({"version": "4.0"}, WrongApp),
            (b"", Broken),
            ("<html></html>", WrongPath),
        ],
    )
    def test_a_version_that_is_none_is_another_application(self, upstream, says, play, answer, kind):
        upstream.on("GET", "/api/v2/app/webapiVersion", says(answer))
        with pytest.raises(kind):
            play(QBittorrent.check)

    def test_a_conflict_page_is_a_wrong_path(self, upstream, says, play):
        upstream.otherwise(says("<html>Conflict</html>", 409))
        with pytest.raises(WrongPath):
            play(QBittorrent.check)

    def test_transmission_is_known_by_its_header(self, upstream, says, play):
        upstream.otherwise(says("<h1>409: Conflict</h1>", 409, {"X-Transmission-Session-Id": "x"}))
        with pytest.raises(WrongApp, match="Transmission"):
            play(QBittorrent.check)

    def test_what_knows_no_such_path_never_sees_the_password(self, upstream, play):
        upstream.otherwise(lambda _: web.Response(status=404))
        with pytest.raises(WrongPath):
            play(QBittorrent.check)
        assert LOGIN not in upstream.paths()


class TestChanges:
    """Everything at first, then what changed; a failed call loses nothing."""

    def test_asks_for_what_came_after_the_last_answer(self, server, upstream, says, sample, play):
        server.on(MAINDATA, says(sample("qbittorrent/maindata-full")), says(sample("qbittorrent/maindata-delta")))

        async def deed(client):
            return await client.changes(), await client.changes()

        full, delta = play(deed)
        assert full.full
        assert len(full.changed) == 3
        assert not delta.full
        assert len(delta.changed) == 2
        rids = [asked.query["rid"] for asked in upstream.asked if asked.path == MAINDATA]
        assert rids == ["0", "0", "41"]

    @pytest.mark.parametrize(
        ("bad", "kind"),
        [
            ((b'{"rid": 43, "torrents": {"', 200), Broken),
            (("<html></html>", 200), WrongPath),
            ((b"", 200), Broken),
            (({"torrents": {}}, 200), Broken),
            (({"rid": 43, "torrents": {"x": {"progress": "half"}}}, 200), Broken),
            (({"rid": 43, "torrents_removed": [PACK], "torrents": []}, 200), Broken),
            ((b"", 500), Broken),
        ],
    )
    def test_an_answer_that_fails_is_asked_for_again(self, server, upstream, says, sample, play, bad, kind):
        full, delta = says(sample("qbittorrent/maindata-full")), says(sample("qbittorrent/maindata-delta"))
        server.on(MAINDATA, full, says(*bad), delta)

        async def deed(client):
            await client.changes()
            with pytest.raises(kind):
                await client.changes()
            return await client.changes()

        assert PACK in play(deed).changed
        assert [asked.query["rid"] for asked in upstream.asked if asked.path == MAINDATA][-2:] == ["41", "41"]

    def test_a_new_session_starts_anew(self, server, says, sample, play):
        server.on(MAINDATA, says(sample("qbittorrent/maindata-full")))

        async def deed(client):
            await client.changes()
            server.sessions.clear()
            return await client.changes()

        assert play(deed).full

    def test_a_delta_upon_an_unknown_state_is_not_taken(self, server, upstream, says, sample, play):
        """A renewed session whose server still answers with a delta is asked for everything instead."""
        full, delta = says(sample("qbittorrent/maindata-full")), says(sample("qbittorrent/maindata-delta"))
        server.on(MAINDATA, full, delta, full)

        async def deed(client):
            await client.changes()
            server.sessions.clear()
            return await client.changes()

        assert play(deed).full
        assert [asked.query["rid"] for asked in upstream.asked if asked.path == MAINDATA] == ["0", "0", "41", "41", "0"]

    def test_a_part_is_not_taken_for_everything(self, server, says, sample, play):
        server.on(MAINDATA, says(sample("qbittorrent/maindata-delta")))
        assert type(play(lambda client: failures(client, 1))[0]) is Broken

    def test_a_restarted_server_tells_everything(self, server, says, play):
        first = {"rid": 7, "full_update": True, "torrents": {"a": {}, "b": {}}}
        restarted = {"rid": 1, "full_update": True, "torrents": {"b": {}}}
        server.on(MAINDATA, says(first), says(restarted))

        async def deed(client):
            await client.changes()
            return await client.changes()

        changes = play(deed)
        assert (changes.full, list(changes.changed), changes.removed) == (True, ["b"], {"a"})

    def test_an_empty_client_has_no_transfers(self, server, says, play):
        server.on(MAINDATA, says({"rid": 1, "full_update": True, "server_state": {}}))
        assert play(QBittorrent.changes).changed == {}

    def test_two_calls_at_once_do_not_mix(self, server, says, sample, play):
        server.on(MAINDATA, says(sample("qbittorrent/maindata-full")), says(sample("qbittorrent/maindata-delta")))

        async def deed(client):
            return await asyncio.gather(client.changes(), client.changes())

        assert [changes.full for changes in play(deed)] == [True, False]


class TestFiles:
    """The files of a transfer."""

    def test_are_read_with_what_is_wanted(self, server, upstream, says, sample, play):
        server.on("/api/v2/torrents/files", says(sample("qbittorrent/files")))
        first, extra, last = play(lambda client: client.files(PACK))
        assert (first.index, first.name, first.size, first.progress) == (0, "Lighthouse Keepers S02/e1.mkv", 1000, 0.5)
        assert [file.wanted for file in (first, extra, last)] == [True, False, True]
        assert last.index == 2, "before 2.8.2 the place in the list is the index"
        assert upstream.asked[-1].query == {"hash": PACK}

    def test_of_an_unknown_transfer_are_none(self, server, says, play):
        server.on("/api/v2/torrents/files", says("Not Found", 404))
        server.on("/api/v2/torrents/info", says([{"hash": "another"}]))
        assert play(lambda client: client.files(PACK)) is None

    def test_without_metadata_are_empty(self, server, says, play):
        server.on("/api/v2/torrents/files", says([]))
        assert play(lambda client: client.files(PACK)) == []

    @pytest.mark.parametrize(
        ("listing", "kind"),
        [((b"", 404), WrongPath), (("<html></html>", 200), WrongPath), (([{"hash": PACK.upper()}], 200), Broken)],
    )
    def test_a_404_alone_is_no_unknown_transfer(self, server, says, play, listing, kind):
        server.on("/api/v2/torrents/files", says("Not Found", 404))
        server.on("/api/v2/torrents/info", says(*listing))
        with pytest.raises(kind):
            play(lambda client: client.files(PACK))

    def test_of_several_leave_the_unknown_out(self, server, says, play):
        def known(request):
            return says([]) if request.query["hash"] != "b" else says("", 404)

        server.on("/api/v2/torrents/files", known)
        server.on("/api/v2/torrents/info", says([]))
        assert play(lambda client: client.files_of(["a", "b", "c", "a"])) == {"a": [], "c": []}
        assert play(lambda client: client.files_of([])) == {}

    def test_of_several_fail_together(self, server, says, play):
        def broken(request):
            return says([]) if request.query["hash"] != "b" else says("", 500)

        server.on("/api/v2/torrents/files", broken)
        with pytest.raises(Broken):
            play(lambda client: client.files_of(["a", "b", "c"]))

    @pytest.mark.parametrize("body", [{}, [{"name": "x"}], [{"name": 1, "size": 1, "progress": 1}]])
    def test_in_another_shape_are_broken(self, server, says, play, body):
        server.on("/api/v2/torrents/files", says(body))
        with pytest.raises(Broken):
            play(lambda client: client.files(PACK))


def test_cookies_of_a_proxy_that_change_with_every_answer_do_no_harm(upstream, says, sample, play):
    """Each answer brings another cookie: the delta is still taken, and the cookies do not pile up."""
    full, delta = sample("qbittorrent/maindata-full"), sample("qbittorrent/maindata-delta")
    answers = [says(full if n == 0 else delta, 200, {"Set-Cookie": f"proxy{n}=x"}) for n in range(20)]
    upstream.on("GET", MAINDATA, *answers)

    async def deed(client):
        return [(await client.changes()).full for _ in range(20)]

    assert play(deed) == [True] + [False] * 19
    assert upstream.asked[-1].headers["Cookie"].count("=") == 8
