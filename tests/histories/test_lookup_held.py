"""Answers that are there already, for those who ask nobody."""

import asyncio
from pathlib import Path

from lookup_place import a_place

from episodarr.histories.asking import Unknown
from episodarr.histories.metadata import ShowRef

GRIM = ShowRef("tmdb", 890_008)


def test_what_is_held_fresh_is_told_without_asking_anybody(tmp_path: Path, migrated_file: Path) -> None:
    async def story() -> None:
        async with a_place(tmp_path, migrated_file) as place:
            held = place.lookups.held()
            assert isinstance(await held.search("Grim Parish"), Unknown)
            assert place.asked() == 0
            await place.lookups.search("Grim Parish")
            await place.lookups.show(GRIM, seasons=(1,))
            asked = place.asked()
            for lookups in (held, place.worker().held()):
                assert (await lookups.search("Grim Parish")).value[0].ref == GRIM
                assert (await lookups.show(GRIM, seasons=(1,))).value.title == "Grim Parish"
                assert isinstance(await lookups.show(GRIM, seasons=(2,)), Unknown), "that season was not asked for"
            place.forward(days=8)
            assert isinstance(await held.search("Grim Parish"), Unknown), "an old answer is to be asked for again"
            assert place.asked() == asked

    asyncio.run(story())
