"""Which episodes a file of a download holds. Pure.

Sonarr says which episodes a download covers; within that set the file names tell which file holds which. A match is
never guessed quietly: each carries how sure it is and why.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

import msgspec

from episodarr.downloads.file_name import Reading, is_extra, is_video, readings
from episodarr.downloads.model import TransferFile
from episodarr.episode.identity import EpisodeId


class Confidence(StrEnum):
    """How sure an attribution is."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"
    NONE = "none"


class CoveredEpisode(msgspec.Struct, frozen=True):
    """An episode that the download covers, with all the numbers it goes by."""

    id: EpisodeId
    season: int
    number: int
    absolute: int | None = None
    scene_season: int | None = None
    scene_number: int | None = None
    scene_absolute: int | None = None
    air_date: str | None = None


class Attribution(msgspec.Struct, frozen=True):
    """The episodes of one file (by its index), how sure that is, and why."""

    index: int
    episodes: tuple[EpisodeId, ...]
    confidence: Confidence
    reason: str


def attribute(
    files: Sequence[TransferFile],
    covered: Sequence[CoveredEpisode],
    corrected: Mapping[str, tuple[tuple[EpisodeId, ...], str]] | None = None,
) -> list[Attribution]:
    """Attribute each file of a download to the episodes that the download covers; one answer a file, in order.

    `corrected`: what a person said of files, by their names: (episodes, who); it stands above everything read here.
    """
    said = corrected or {}
    by_hand = {file.index: said[file.name] for file in files if file.name in said}
    if by_hand:
        taken = {episode for episodes, _ in by_hand.values() for episode in episodes}
        rest = [file for file in files if file.index not in by_hand]
        answers = {one.index: one for one in attribute(rest, [one for one in covered if one.id not in taken])}
        for index, (episodes, who) in by_hand.items():
            answers[index] = Attribution(index, episodes, Confidence.SURE, f"{who} set it by hand")
        return [answers[file.index] for file in files]
    videos = [file for file in files if is_video(file.name) and not is_extra(file.name)]
    if len(covered) == 1 and len(videos) > 1:
        videos = _without_small(videos)
    chosen = {file.index for file in videos}
    answers = {}
    for file in files:
        if file.index in chosen:
            answers[file.index] = _match(file, covered, only=len(videos) == 1)
        else:
            answers[file.index] = Attribution(file.index, (), Confidence.NONE, _why_not(file))
    _by_order(videos, covered, answers)
    _settle_rivals(files, answers)
    return [answers[file.index] for file in files]


def _why_not(file: TransferFile) -> str:
    if not is_video(file.name):
        return "not a video"
    return "an extra by its name" if is_extra(file.name) else "much smaller than the episode"


def _without_small(videos: list[TransferFile]) -> list[TransferFile]:
    largest = max(file.size for file in videos)
    return [file for file in videos if file.size * 4 >= largest]


def _match(file: TransferFile, covered: Sequence[CoveredEpisode], *, only: bool) -> Attribution:
    read = readings(file.name)
    for reading in read:
        found, confidence, why = _meant(reading, covered)
        if found:
            return Attribution(file.index, found, confidence, why)
    if only and len(covered) == 1:
        why = "the only video of a download that Sonarr grabbed for this one episode"
        return Attribution(file.index, (covered[0].id,), Confidence.SURE if not read else Confidence.LIKELY, why)
    if only and covered and not read:
        why = "the only video of a download that Sonarr grabbed for these episodes"
        return Attribution(file.index, tuple(one.id for one in covered), Confidence.LIKELY, why)
    if read:
        numbers = read[0].date or ", ".join(str(number) for number in read[0].numbers)
        why = f"its {read[0].form} ({numbers}) is none of the episodes that Sonarr grabbed"
        return Attribution(file.index, (), Confidence.UNSURE, why)
    return Attribution(file.index, (), Confidence.UNSURE, "its name tells no number")


def _meant(reading: Reading, covered: Sequence[CoveredEpisode]) -> tuple[tuple[EpisodeId, ...], Confidence, str]:
    """The covered episodes that a reading means; none when it fits none of them."""
    nothing: tuple[tuple[EpisodeId, ...], Confidence, str] = ((), Confidence.NONE, "")
    if reading.date:
        found = tuple(one.id for one in covered if one.air_date == reading.date)
        return (found, Confidence.SURE, f"its date {reading.date}") if len(found) == 1 else nothing
    if reading.season is not None:
        found = _find(covered, reading, lambda one: (one.season, one.number))
        if found:
            return found, Confidence.SURE, f"its {reading.form} S{reading.season:02}E{reading.numbers[0]:02}"
        found = _find(covered, reading, lambda one: (one.scene_season, one.scene_number))
        if found:
            return found, Confidence.SURE, f"its scene number S{reading.season:02}E{reading.numbers[0]:02}"
    word = f"its {reading.form} {reading.numbers[0]}"
    bare = Reading(reading.numbers)
    found = _find(covered, bare, lambda one: (None, one.absolute))
    regular = {one.season for one in covered if one.season}
    in_season = (
        _find([one for one in covered if one.season], bare, lambda one: (None, one.number)) if len(regular) == 1 else ()
    )
    if found and in_season and found != in_season:
        return in_season, Confidence.UNSURE, f"{word} could be the season's or the absolute number"
    if in_season:
        return in_season, Confidence.LIKELY, f"{word}, in the one season that was grabbed"
    if found:
        return found, Confidence.LIKELY, f"{word}, as absolute number"
    found = _find(covered, bare, lambda one: (None, one.scene_absolute))
    return (found, Confidence.LIKELY, f"{word}, as absolute scene number") if found else nothing


def _find(
    covered: Sequence[CoveredEpisode],
    reading: Reading,
    numbers_of: Callable[[CoveredEpisode], tuple[int | None, int | None]],
) -> tuple[EpisodeId, ...]:
    wanted = {(reading.season, number) for number in reading.numbers}
    found = {numbers_of(one)[1]: one.id for one in covered if numbers_of(one) in wanted}
    return tuple(found[number] for number in reading.numbers) if len(found) == len(wanted) else ()


def _by_order(videos: list[TransferFile], covered: Sequence[CoveredEpisode], answers: dict[int, Attribution]) -> None:
    """As many open videos as open episodes: their order is evidence, though weak."""
    taken = {episode for answer in answers.values() for episode in answer.episodes}
    open_videos = sorted((file for file in videos if not answers[file.index].episodes), key=lambda file: file.name)
    open_episodes = sorted((one for one in covered if one.id not in taken), key=lambda one: (one.season, one.number))
    if open_videos and len(open_videos) == len(open_episodes):
        for file, episode in zip(open_videos, open_episodes, strict=True):
            why = "as many unclear videos as episodes left; by the order of their names"
            answers[file.index] = Attribution(file.index, (episode.id,), Confidence.UNSURE, why)


def _settle_rivals(files: Sequence[TransferFile], answers: dict[int, Attribution]) -> None:
    """Two files of one episode: the wanted and larger one is the episode, the other is marked as unsure."""
    size = {file.index: (file.wanted, file.size) for file in files}
    claims = Counter(episode for answer in answers.values() for episode in answer.episodes)
    for episode in [episode for episode, n in claims.items() if n > 1]:
        rivals = sorted(
            (a for a in answers.values() if episode in a.episodes), key=lambda a: size[a.index], reverse=True
        )
        for rival in rivals[1:]:
            answers[rival.index] = Attribution(
                rival.index, rival.episodes, Confidence.UNSURE, f"{rival.reason}; another file claims the same episode"
            )


def release_kind(covered: Sequence[CoveredEpisode], videos: int, season_sizes: dict[int, int]) -> str:
    """What a download is, by what it covers: `season_sizes` are the numbers of episodes of each season."""
    seasons = {one.season for one in covered}
    if not covered:
        return "unknown"
    if len(covered) == 1:
        return "single"
    if len(seasons) > 1:
        return "multi_season"
    if videos == 1:
        return "multi_episode"
    season = next(iter(seasons))
    return "season_pack" if len(covered) >= season_sizes.get(season, 0) > 0 else "partial_pack"
