"""Invented requests over the invented library, one in each state, and a stand-in for deciding about them."""

from collections import Counter
from datetime import timedelta

from invented import NOW, World

from episodarr.connections.failures import Offline
from episodarr.overview.answers import Page, TimelineEntry
from episodarr.overview.request_state import Asked, judge, numbers_of
from episodarr.overview.requests import RequestCard, RequestDetail, RequestFilter
from episodarr.requests.model import MediaStatus, RequestStatus, seasons_words

CASES = (
    # title, show, seasons, who, status, what Seerr believes, gone
    ("", 1, (1,), "Ben", RequestStatus.APPROVED, MediaStatus.PROCESSING, False),
    ("", 2, (2, 3), "Anna", RequestStatus.COMPLETED, MediaStatus.AVAILABLE, False),
    ("Salt & <Starlight>", None, (1,), "Mia", RequestStatus.PENDING, MediaStatus.PENDING, False),
    ("Nowhere Yet", None, (0, 1), "Mia", RequestStatus.APPROVED, MediaStatus.PROCESSING, False),
    ("", 2, (1,), "Ben", RequestStatus.FAILED, MediaStatus.UNKNOWN, False),
    ("", 2, (1,), "Ben", RequestStatus.DECLINED, MediaStatus.UNKNOWN, False),
    ("", None, (4,), "", RequestStatus.APPROVED, MediaStatus.UNKNOWN, True),
)


class FakeRequests:
    """Answers from CASES."""

    def __init__(self, of: World) -> None:
        self.world = of
        self.cases = list(CASES) if of.shows else []

    def _card(self, number: int) -> RequestCard:
        title, series_id, seasons, who, status, believed, gone = self.cases[number - 1]
        show = self.world.show(series_id) if series_id else None
        rows = [row for season in seasons for row in self.world.season(series_id, season)] if show else []
        states = Counter(row.state.value for row in rows)
        verdict = judge(Asked("Seerr", status, believed, gone, show is not None), states)
        sums = numbers_of(states)
        asked_at = NOW - timedelta(hours=5 * number)
        return RequestCard(
            id=number,
            connection_id=9,
            connection="Seerr",
            label="Seerr",
            number=100 + number,
            link=f"http://seerr:5055/tv/{700 + number}",
            title=show.title if show else title,
            year=show.year if show else 0,
            tmdb_id=700 + number,
            tvdb_id=800 + number,
            series_id=series_id,
            series_ids=[series_id] if series_id else [],
            has_poster=bool(show and show.has_poster),
            seasons=list(seasons),
            all_seasons=False,
            seasons_words=seasons_words(seasons),
            requester=who,
            is_4k=number == 3,
            status=status.value,
            status_number=2,
            media_status=believed.value,
            media_number=3,
            modified_by="Anna",
            created_at=asked_at,
            updated_at=asked_at,
            gone_at=NOW if gone else None,
            state=verdict.state,
            words=verdict.words,
            disagreement=verdict.disagreement,
            episode_count=sums.all,
            available_count=sums.available,
            arriving_count=sums.arriving,
            imported_count=sums.imported,
            missing_count=sums.missing,
            unaired_count=sums.unaired,
            states=dict(states),
        )

    def requests(self, wanted: RequestFilter, limit: int, cursor: str | None) -> Page[RequestCard]:
        if cursor is not None and not cursor.isdecimal():
            raise ValueError("not a cursor of this list")
        found = [self._card(number + 1) for number in range(len(self.cases))]
        found = [
            card
            for card in found
            if wanted.search.casefold() in card.title.casefold()
            and wanted.state in {"all", card.state.value}
            and wanted.requester in {"", card.requester}
        ]
        return Page(found, len(found))

    def request(self, request_id: int) -> RequestDetail | None:
        if not 1 <= request_id <= len(self.cases):
            return None
        card = self._card(request_id)
        if card.series_id is None:
            return RequestDetail(card)
        return RequestDetail(card, [row for one in card.seasons for row in self.world.season(card.series_id, one)])

    def request_timeline(self, request_id: int, limit: int, cursor: str | None) -> Page[TimelineEntry]:
        asked_at = self._card(request_id).created_at
        entries = [
            TimelineEntry(1, asked_at, asked_at, "requested", "Seerr", "Requested", "Mia: season 1"),
            TimelineEntry(0, NOW, NOW, "grabbed", "Sonarr", "Grabbed: S01E01 to E13", "<Release>"),
        ]
        return Page(entries, len(entries))

    def requesters(self) -> list[str]:
        return ["Anna", "Ben", "Mia"] if self.cases else []

    def films(self) -> int:
        return 2 if self.cases else 0


class FakeDecide:
    """Notes what was decided; `broken` makes Seerr silent."""

    def __init__(self, requests: FakeRequests) -> None:
        self.requests = requests
        self.asked: list[tuple[int, str]] = []
        self.broken = False

    async def decide(self, request_id: int, verb: str) -> None:
        if self.broken:
            raise Offline("Seerr", "nobody answers at seerr:5055")
        if request_id > len(self.requests.cases):
            raise LookupError("Seerr no longer has the request")
        self.asked.append((request_id, verb))
        held = list(self.requests.cases[request_id - 1])
        held[4] = RequestStatus.DECLINED if verb == "decline" else RequestStatus.APPROVED
        self.requests.cases[request_id - 1] = tuple(held)
