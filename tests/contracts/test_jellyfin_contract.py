"""The simulated Jellyfin against Jellyfin's own OpenAPI file."""

import pytest
from contract_calls import Caller
from contract_schemas import OpenApi, nulls_in

from episodarr.demo.jellyfin_system import USERS
from episodarr.demo.stack import StackInThread

EVERYTHING = "fields=ProviderIds,Path,MediaSources,MediaStreams,DateCreated,Overview,Genres,SortName,ParentId,ChildCount,RecursiveItemCount,Width,Height"  # noqa: E501  # one query
CALLS = [
    ("/System/Info/Public", ""),
    ("/System/Info", ""),
    ("/Items", f"?recursive=true&includeItemTypes=Series,Season&{EVERYTHING}"),
    ("/Items", f"?recursive=true&includeItemTypes=Episode&limit=300&{EVERYTHING}"),
    ("/Items", f"?recursive=true&includeItemTypes=Movie&{EVERYTHING},Studios"),
    ("/Library/VirtualFolders", ""),
    ("/Items", f"?recursive=true&searchTerm=link&userId={USERS[0].id}"),
    ("/Users", ""),
    ("/Sessions", "?activeWithinSeconds=960"),
    ("/ScheduledTasks", ""),
    ("/Items/Counts", ""),
]


@pytest.mark.parametrize(("path", "query"), CALLS, ids=[(path + query)[:60] for path, query in CALLS])
def test_each_answer_is_what_the_description_says(
    jellyfin: Caller, jellyfin_api: OpenApi, path: str, query: str
) -> None:
    answer = jellyfin.get(path + query)
    assert answer.status == 200
    jellyfin_api.check(answer.json, "get", path)
    assert nulls_in(answer.json) == []


def _series(jellyfin: Caller, name: str) -> str:
    found = jellyfin.get(f"/Items?recursive=true&includeItemTypes=Series&searchTerm={name}").json["Items"]
    return str(found[0]["Id"])


def test_a_show_is_what_the_description_says(jellyfin: Caller, jellyfin_api: OpenApi) -> None:
    show = _series(jellyfin, "Lost")
    seasons = jellyfin.get(f"/Shows/{show}/Seasons?{EVERYTHING}").json
    jellyfin_api.check(seasons, "get", "/Shows/{seriesId}/Seasons")
    episodes = jellyfin.get(f"/Shows/{show}/Episodes?{EVERYTHING}&userId={USERS[1].id}").json
    jellyfin_api.check(episodes, "get", "/Shows/{seriesId}/Episodes")
    assert {one["LocationType"] for one in episodes["Items"]} == {"FileSystem", "Virtual"}
    double = [one for one in episodes["Items"] if "IndexNumberEnd" in one]
    assert [(one["IndexNumber"], one["IndexNumberEnd"]) for one in double] == [(1, 2)]


def test_playback_info_and_single_items_fit(jellyfin: Caller, jellyfin_api: OpenApi) -> None:
    show = _series(jellyfin, "Odd")
    episodes = jellyfin.get(f"/Shows/{show}/Episodes").json["Items"]
    for item in episodes[:2]:
        info = jellyfin.get(f"/Items/{item['Id']}/PlaybackInfo")
        assert info.status == 200
        jellyfin_api.check(info.json, "get", "/Items/{itemId}/PlaybackInfo")
        jellyfin_api.check(jellyfin.get(f"/Items/{item['Id']}").json, "get", "/Items/{itemId}")
    assert jellyfin.get(f"/Items/{episodes[1]['Id']}/PlaybackInfo").json["ErrorCode"] == "NoCompatibleStream"


def test_a_sign_in_fits(running: StackInThread, jellyfin_api: OpenApi) -> None:
    header = 'MediaBrowser Client="t", Device="t", DeviceId="t", Version="1"'
    caller = Caller(running.services[2].url, {"Authorization": header})
    answer = caller.send_json("POST", "/Users/AuthenticateByName", {"Username": "anna", "Pw": "anna"})
    jellyfin_api.check(answer.json, "post", "/Users/AuthenticateByName")
    assert caller.send_json("POST", "/Users/AuthenticateByName", {"Username": "anna", "Pw": "no"}).status == 401


def test_errors_have_the_described_statuses(jellyfin: Caller) -> None:
    assert jellyfin.get("/Items/not-a-guid").status == 400
    assert jellyfin.get("/Shows/00000000000000000000000000000000/Episodes").status == 404
    assert Caller(jellyfin.url, {}).get("/System/Info").status == 401
    assert Caller(jellyfin.url, {}).get("/System/Info/Public").status == 200
