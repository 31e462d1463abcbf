"""Sizes and file counts of seasons between two series lists: an import shows at once, not with the next list."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, update

from episodarr.catalogue.model import ListedFile
from episodarr.database.schema import seasons, series

_SEASON = (
    update(seasons)
    .where(seasons.c.series_id == bindparam("b_series"), seasons.c.number == bindparam("b_number"))
    .values(size_on_disk=bindparam("b_size"), episode_file_count=bindparam("b_files"))
)
_SERIES = update(series).where(series.c.id == bindparam("b_series")).values(size_on_disk=bindparam("b_size"))


def refresh_sizes(
    db: Connection, files_of: Mapping[int, Sequence[ListedFile]], seasons_of: Mapping[int, Sequence[int]]
) -> None:
    """Bring the sums of the given series in line with their files, as the next series list will say it too."""
    if not files_of:
        return
    rows = []
    for series_id, files in files_of.items():
        sizes, counts = Counter[int](), Counter[int]()
        for file in files:
            sizes[file.season_number] += file.size
            counts[file.season_number] += 1
        rows += [
            {"b_series": series_id, "b_number": number, "b_size": sizes[number], "b_files": counts[number]}
            for number in seasons_of.get(series_id, ())
        ]
    if rows:
        db.execute(_SEASON, rows)
    totals = [{"b_series": one, "b_size": sum(file.size for file in files)} for one, files in files_of.items()]
    db.execute(_SERIES, totals)
