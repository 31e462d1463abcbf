"""Deleting episodes of a season pack, whole seasons and shows, over real files with hard links (R-W9, R-W10, R-W11)."""

import asyncio
from pathlib import Path

import pytest
from deleting import arrived, downloads_of, files_of, furnish, with_files

from episodarr.deletion.journal import LogQuestion, PlanStatus, StepState
from episodarr.deletion.plan import Deed


async def one_episode(folder: Path) -> None:
    async with with_files(folder, furnish) as remover:
        home, world = remover.home, remover.home.world
        episodes = await arrived(remover)
        before = files_of(remover)
        [torrent] = world.torrents.values()
        row = await remover.plan([remover.target(episodes[4])])
        [file] = row.plan.files
        assert (file.label, file.freed, file.path) == ("Horimiya S01E05", 0, world.files[episodes[4].file_id].path)
        assert not row.plan.torrents
        [stay] = row.plan.stays
        assert (stay.torrent, stay.may_choose) == (torrent.hash, True)
        assert "also holds" in stay.why
        assert files_of(remover) == before, "a plan deletes nothing (D7)"

        ended = await remover.carry_out(row)
        assert ended.status is PlanStatus.DONE, ended.message
        assert before - files_of(remover) == {file.path.rpartition("/")[2]}
        assert torrent.hash in world.torrents
        assert not episodes[4].monitored, "or Sonarr would download it again (D12)"
        assert all(one.monitored for one in episodes if one is not episodes[4])
        assert home.state(episodes[4]) == "deleted"
        assert set(home.states([one for one in episodes if one is not episodes[4]])) == {"available"}
        lines = remover.delete.log(LogQuestion(episode_id=home.row(episodes[4]).id)).items
        assert {(one.deed, one.outcome) for one in lines} >= {
            (Deed.UNMONITOR, StepState.VERIFIED),
            (Deed.DELETE_FILE, StepState.VERIFIED),
            (Deed.TELL_LIBRARY, StepState.VERIFIED),
        }
        assert {one.by for one in lines} == {"ada"}


async def everything(folder: Path) -> None:
    async with with_files(folder, furnish) as remover:
        home, world = remover.home, remover.home.world
        episodes = await arrived(remover)
        [torrent] = world.torrents.values()
        row = await remover.plan([remover.show("Horimiya")], also_torrents=(torrent.hash,))
        assert len(row.plan.files) == 13
        assert row.plan.size == row.plan.freed, "with the torrent every byte is freed"
        [planned] = row.plan.torrents
        assert planned.chosen
        ended = await remover.carry_out(row)
        assert ended.status is PlanStatus.DONE, ended.message
        assert files_of(remover) == set()
        assert torrent.hash not in world.torrents
        assert downloads_of(remover) == set()
        assert set(home.states(episodes)) == {"deleted"}


@pytest.mark.parametrize("journey", [one_episode, everything], ids=lambda one: one.__name__)
def test_deleting(tmp_path: Path, journey) -> None:
    asyncio.run(journey(tmp_path))
