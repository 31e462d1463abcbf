"""Files of real services, where they are here: what is read of them, and what their titles are taken for."""

import os
from pathlib import Path

import pytest
from files import TODAY

from episodarr.histories.dates import DateForm
from episodarr.histories.model import BadRow, Format, HistoryRow, InvalidFile, ReadOptions, Skipped
from episodarr.histories.read import Reading, open_history
from episodarr.histories.titles import Shape, hypotheses, search_terms, shows_by_company

BESIDE = Path(__file__).parents[3] / "shared" / "contracts"
DAY, MONTH, YEAR = DateForm.DAY_FIRST, DateForm.MONTH_FIRST, DateForm.YEAR_FIRST
SHOWS = {
    "netflix-simple.en-US.csv": (
        "Trollhunters: Tales of Arcadia",
        "That '70s Show",
        "Star Trek: Discovery",
        "The Last Kids on Earth",
    ),
    "netflix-simple.es-419.csv": (
        "Anatomía según Grey",
        "Historia: Nivel 1",
        "Miraculous: Las aventuras de Ladybug",
        "Poco ortodoxa",
    ),
    "netflix-simple.fi-FI.csv": (
        "Tapoin äsken isäni",
        "S.W.A.T.",
        "Tyttövangit",
        "Cheer: Teksasin ihme",
        "Maid",
        "Häkkilinnut",
    ),
    "netflix-simple.fr-FR-2026.csv": (
        "GIGN",
        "The Handmaid's Tale\xa0: La Servante écarlate",
        "Sur tes traces",
        "Unfamiliar",
        "The Asset",
    ),
    "netflix-simple.fr-FR.csv": (
        "Merlin",
        "New Amsterdam",
        "Riverdale",
        "De celles qui osent",
    ),
    "netflix-simple.ja-JP.csv": (
        "ザ・コード",
        "キングダム",
        "テラスハウス: Tokyo 2019-2020",
        "愛の不時着",
        "ザ・ジレンマ: もうガマンできない?!",
    ),
    "netflix-simple.pt-BR.csv": (
        "Superstore: Uma Loja de Inconveniências",
        "Uncoupled",
        "Cyberpunk: Mercenários",
        "Inventando Anna",
    ),
}
FILMS = {
    "netflix-simple.en-US.csv": (
        "Sherlock Holmes: A Game of Shadows",
        "Gunjan Saxena: The Kargil Girl",
        "365 Days",
    ),
    "netflix-simple.es-419.csv": (
        "Toy Story 2",
        "Trolls: Vamos a festejar",
    ),
    "netflix-simple.fi-FI.csv": (
        "Shawn Mendes: In Wonder",
        "Purple Hearts",
    ),
    "netflix-simple.fr-FR-2026.csv": (
        "Les Couleurs du mal : Noir",
        "SAS: Rise of the Black Swan",
        "180",
    ),
    "netflix-simple.fr-FR.csv": ("Moxie",),
    "netflix-simple.ja-JP.csv": ("タイラー・レイク －命の奪還－",),
    "netflix-simple.pt-BR.csv": ("Mimadinhos",),
}


@pytest.fixture(scope="module")
def recorded() -> Path:
    """The folder of the recordings: beside the repository, or where EPISODARR_CONTRACTS says."""
    folder = Path(os.environ.get("EPISODARR_CONTRACTS") or BESIDE) / "history-imports" / "recorded"
    if not folder.is_dir():
        pytest.skip(f"recordings not here: {folder} (set EPISODARR_CONTRACTS to the folder that holds the contracts)")
    return folder


def opened(path: Path) -> Reading:
    return open_history(path.open("rb"), path.name, ReadOptions(TODAY.replace(month=12)))


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("netflix-simple.en-US.csv", MONTH),
        ("netflix-simple.es-419.csv", DAY),
        ("netflix-simple.fi-FI.csv", DAY),
        ("netflix-simple.fr-FR-2026.csv", MONTH),
        ("netflix-simple.fr-FR.csv", DAY),
        ("netflix-simple.ja-JP.csv", YEAR),
        ("netflix-simple.pt-BR.csv", DAY),
    ],
)
def test_netflix_of_every_country(recorded: Path, name: str, form: DateForm) -> None:
    reading = opened(recorded / name)
    assert (reading.format, reading.dates.form) == (Format.NETFLIX_SIMPLE, form)
    made = list(reading.events())
    assert all(isinstance(one, HistoryRow) for one in made)
    titles = [one.title for one in made if isinstance(one, HistoryRow)]
    days = [one.watched_on for one in made if isinstance(one, HistoryRow)]
    assert days == sorted(days, reverse=True)
    company = shows_by_company(titles)
    terms = {title: search_terms(title, company=company) for title in titles}
    assert set(SHOWS[name]) <= {one[0] for one in terms.values() if one}
    assert all(terms[title] == [] for title in FILMS[name])
    for title in titles:
        best = hypotheses(title, company)[0]
        assert best.shape >= Shape.COMPANY or best.episode_words or title.startswith("New Amsterdam: :")


def test_the_file_that_a_spreadsheet_spoiled(recorded: Path) -> None:
    made = list(opened(recorded / "netflix-simple.es-419-resaved.csv").events())
    assert len(made) == 80
    assert all(isinstance(one, BadRow) and "spreadsheet" in one.problem for one in made)


def test_the_full_files(recorded: Path) -> None:
    english = opened(recorded / "netflix-ViewingActivity.en-US.csv")
    made = list(english.events())
    assert sum(isinstance(one, HistoryRow) for one in made) == 119
    spanish = opened(recorded / "netflix-ViewingActivity.es-419.csv")
    assert [one.name for one in spanish.profiles] == ["Profile 1", "Profile 3", "Profile 2"]
    made = list(spanish.events(ReadOptions(TODAY, profile="Profile 1")))
    assert sum(isinstance(one, Skipped) for one in made) == 95
    assert sum(isinstance(one, HistoryRow) for one in made) == 25


def test_the_trackers(recorded: Path) -> None:
    assert sum(isinstance(one, HistoryRow) for one in opened(recorded / "import_trakt_watched.json").events()) == 13
    assert sum(isinstance(one, HistoryRow) for one in opened(recorded / "import_yamtrack.csv").events()) == 25
    for name in ("import_tmdb_ratings.csv", "import_tmdb_watchlist.csv", "import_trakt_ratings.json"):
        with pytest.raises(InvalidFile):
            opened(recorded / name)
