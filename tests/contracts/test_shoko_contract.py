"""The simulated Shoko and its adapter against Shoko's own routes and models, and against constructed answers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from contract_calls import Caller

from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import Stack, StackInThread, living_world, run_in_thread
from episodarr.imports.model import CrossReference
from episodarr.integrations import shoko

LISTED = {"5.3.3": ("ImportFolder", "models-5.3.3.json"), "6.0-dev": ("ManagedFolder", "models-6.0-dev.json")}


@pytest.fixture(scope="module", params=LISTED)
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def stack(contracts: Path, version: str) -> Iterator[StackInThread]:
    """The demo 70 s after its start, when Horimiya has been imported and recognised."""
    clock = ManualClock()
    with run_in_thread(Stack(living_world(clock), modern_shoko=version.startswith("6"))) as running:
        clock.advance(70)
        running.settle()
        yield running


@pytest.fixture
def caller(stack: StackInThread) -> Caller:
    service = next(service for service in stack.services if service.kind == "shoko")
    return Caller(service.url, {"apikey": service.api_key})


@pytest.fixture
def models(contracts: Path, version: str) -> dict[str, Any]:
    return json.loads((contracts / "shoko" / LISTED[version][1]).read_text())["api"]


@pytest.fixture
def routes(contracts: Path, version: str) -> set[tuple[str, str]]:
    listed = json.loads((contracts / "shoko" / f"routes-{version}.json").read_text())
    return {(route["method"], route["path"].lower()) for route in listed}


def _fits(value: Any, kind: str, models: dict[str, Any], place: str = "") -> None:
    """Whether a JSON value is what a C# type writes; keys may be absent, but none may be invented."""
    name = kind.rstrip("?")
    if value is None:
        return  # the server writes nulls for what it does not know
    for of in ("IReadOnlyList", "IEnumerable", "List"):
        if name.startswith(f"{of}<"):
            assert isinstance(value, list), place
            inner = name[len(of) + 1 : -1]
            for one in value:
                _fits(one, inner, models, f"{place}[]")
            return
    match name:
        case "int" | "long":
            assert isinstance(value, int), place
        case "bool":
            assert isinstance(value, bool), place
        case "string" | "DateTime" | "TimeSpan" | "DateOnly":
            assert isinstance(value, str), place
        case _ if (model := _model(name, models)) is not None:
            for key, inside in value.items():
                assert key in model, f"{place}.{key} is no key of {name}"
                _fits(inside, model[key], models, f"{place}.{key}")


def _model(name: str, models: dict[str, Any]) -> dict[str, str] | None:
    found = models.get(name) or next((models[key] for key in models if key.endswith(f".{name}")), None)
    if found is None:
        return None
    base = models.get(found.get("(base)", ""), {})
    return {key: kind for key, kind in (base | found).items() if key != "(base)"}


def test_the_listing_of_a_folder_is_what_the_models_say(caller: Caller, models: dict[str, Any], version: str) -> None:
    folder = LISTED[version][0]
    folders = caller.get(f"/api/v3/{folder}").json
    for one in folders:
        _fits(one, folder, models, "folder")
    page = caller.get(f"/api/v3/{folder}/1/File?pageSize=1000&page=1&include=XRefs").json
    assert page["Total"] > len(page["List"]) == 1000
    for file in page["List"]:
        _fits(file, "File", models, "file")
    assert any(file["SeriesIDs"] for file in page["List"])


def test_single_answers_are_what_the_models_say(caller: Caller, models: dict[str, Any], version: str) -> None:
    found = caller.get("/api/v3/File/PathEndsWith?path=Horimiya&include=XRefs&includeXRefs=true").json
    assert found == [], "the end of the path, not a part of it"
    page = caller.get(f"/api/v3/{LISTED[version][0]}/1/File?pageSize=5").json
    end = page["List"][0]["Locations"][0]["RelativePath"].rsplit("/", 1)[-1].replace(" ", "%20")
    [file] = caller.get(f"/api/v3/File/PathEndsWith?path={end}&include=XRefs&includeXRefs=true&limit=10").json
    _fits(file, "File", models, "file")
    _fits(caller.get(f"/api/v3/File/{file['ID']}?include=XRefs,AbsolutePaths").json, "File", models, "file")
    _fits(caller.get("/api/v3/Queue").json, "Queue", models, "queue")
    series = file["SeriesIDs"][0]["SeriesID"]["ID"]
    episodes = caller.get(f"/api/v3/Series/{series}/Episode?pageSize=0").json
    for one in episodes["List"]:
        _fits(one, "Episode", models, "episode")


def test_every_path_that_is_asked_is_one_of_its_routes(
    stack: StackInThread, routes: set[tuple[str, str]], version: str
) -> None:
    patterns = [(method, pattern) for method, pattern, _ in stack.stack.shoko._routes]
    listed = [(method, path) for method, path in routes]
    for method, pattern in patterns:
        plain = [path for held, path in listed if held == method]
        assert any(pattern.fullmatch(path.replace("{", "").replace("}", "")) for path in plain), pattern.pattern


def test_the_key_is_asked_for(stack: StackInThread, caller: Caller) -> None:
    assert Caller(caller.url, {}).get("/api/v3/Queue").status == 401
    assert Caller(caller.url, {}).get("/api/v3/Init/Version").status == 200


@pytest.mark.parametrize(
    ("sample", "references"),
    [
        ("file-PathEndsWith-matched.json", (CrossReference(501, 60001, 240001),)),
        ("file-PathEndsWith-unrecognized.json", ()),
    ],
)
def test_the_adapter_reads_the_constructed_answers(
    contracts: Path, sample: str, references: tuple[CrossReference, ...]
) -> None:
    body = (contracts / "shoko" / "constructed" / sample).read_bytes()
    [file] = [shoko._file(one) for one in shoko._few_files.decode(body)]
    assert file.references == references
    [(folder, path)] = file.locations
    assert (folder, path.split("/")[0]) == (1, "Example Romance")
