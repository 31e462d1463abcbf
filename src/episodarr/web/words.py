"""Numbers and times as people read them. The script follows the same rules (`frontend/src/words.ts`)."""

from datetime import date, datetime, tzinfo

from episodarr.overview.answers import EpisodeLabel, EpisodeRow

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
MINUTE, HOUR, DAY = 60, 3600, 86400


def size(count: int | None) -> str:
    """Bytes with three digits that count: `1.31 GiB`, `824 MiB`; empty for none."""
    if count is None:
        return ""
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    digits = 0 if unit == 0 or value >= 99.95 else 1 if value >= 9.995 else 2
    return f"{value:.{digits}f} {_UNITS[unit]}"


def speed(count: int | None) -> str:
    """Bytes per second: `6.10 MiB/s`; a dash when nothing flows."""
    return f"{size(count)}/s" if count else "–"


def percent(progress: float | None) -> int:
    """Whole percents, rounded down: only what is complete says 100."""
    return 0 if progress is None else max(0, min(100, int(progress * 100 + 1e-9)))


def milliseconds(at: datetime | None) -> float:
    """Since 1970, as the script compares instants; 0: nobody knows."""
    return at.timestamp() * 1000 if at is not None else 0.0


def duration(seconds: float | None) -> str:
    """The two largest units: `21 min`, `3 h 12 min`, `4 d 2 h`; empty for none."""
    if seconds is None:
        return ""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < DAY:
        minutes = whole % HOUR // MINUTE
        return f"{whole // HOUR} h" + (f" {minutes} min" if minutes else "")
    days, hours = whole // DAY, whole % DAY // HOUR
    return f"{days} d {hours} h" if days < 7 and hours else _long(days)


def precise(seconds: float | None) -> str:
    """How long a run took: `240 ms`, `3.2 s`, `2 min 5 s`."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < MINUTE:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    return f"{whole // MINUTE} min {whole % MINUTE} s" if whole < HOUR else duration(seconds)


def span(seconds: float) -> str:
    """One unit only, for `... ago`."""
    whole = int(seconds)
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < 2 * DAY:
        return f"{whole // HOUR} h"
    return _long(whole // DAY)


def _long(days: int) -> str:
    if days < 60:
        return f"{days} d"
    return f"{days // 30} months" if days < 730 else f"{days // 365} years"


def relative(moment: datetime, now: datetime) -> str:
    """`3 min ago`, `in 2 h`, `just now`."""
    seconds = (now - moment).total_seconds()
    if seconds >= MINUTE:
        return f"{span(seconds)} ago"
    if seconds > -MINUTE:
        return "just now" if seconds >= 0 else "in a moment"
    return f"in {span(-seconds)}"


def day(moment: datetime | date, zone: tzinfo, now: datetime) -> str:
    """`Fri 21 Nov`, with the year when it is another one."""
    local = moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
    text = f"{local:%a} {local.day} {local:%b}"
    return text if local.year == now.astimezone(zone).year else f"{text} {local.year}"


def clock_time(moment: datetime, zone: tzinfo) -> str:
    """`18:42`."""
    return f"{moment.astimezone(zone):%H:%M}"


def moment(at: datetime, zone: tzinfo, now: datetime) -> str:
    """`Fri 21 Nov, 18:42`."""
    return f"{day(at, zone, now)}, {clock_time(at, zone)}"


def count(number: int) -> str:
    """`21,841`."""
    return f"{number:,}"


def many(number: int, one: str, more: str = "") -> str:
    """`1 show`, `21 shows`."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def sentence(text: str) -> str:
    """`No connection to sonarr:8989.` of what a failure says in lower case; names such as qBittorrent stay."""
    end = "" if not text or text.endswith((".", "?", "!")) else "."
    return (text if text[1:2].isupper() else text[:1].upper() + text[1:]) + end


def number_of(episode: EpisodeRow | EpisodeLabel) -> str:
    """`S03E04`."""
    return f"S{episode.season_number:02}E{episode.episode_number:02}"


def season_name(number: int) -> str:
    """`Season 3`; number 0 is the specials."""
    return "Specials" if number == 0 else f"Season {number}"


def interval(seconds: float) -> str:
    """How often a task runs."""
    if seconds <= 0:
        return "by hand"
    if seconds < MINUTE:
        return f"every {seconds:g} s"
    if seconds == HOUR:
        return "every hour"
    return "every day" if seconds == DAY else f"every {duration(seconds)}"


def initials_shade(title: str) -> int:
    """One of 12 gradients for a show without poster; the same title always gets the same one."""
    return sum(ord(letter) * (place + 7) for place, letter in enumerate(title[:24])) % 12
