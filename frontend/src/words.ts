/** Numbers and times as people read them: the same rules as `web/words.py`. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

export function speed(bytes: number | null | undefined): string {
  return bytes ? `${size(bytes)}/s` : "–";
}

/** Whole percents, rounded down: only what is complete says 100. */
export function percent(progress: number): number {
  return Math.max(0, Math.min(100, Math.floor(progress * 100 + 1e-9)));
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  if (whole < DAY) {
    const minutes = Math.floor((whole % HOUR) / MINUTE);
    return `${Math.floor(whole / HOUR)} h${minutes ? ` ${minutes} min` : ""}`;
  }
  const days = Math.floor(whole / DAY);
  const hours = Math.floor((whole % DAY) / HOUR);
  return days < 7 && hours ? `${days} d ${hours} h` : long(days);
}

function span(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  if (whole < 2 * DAY) return `${Math.floor(whole / HOUR)} h`;
  return long(Math.floor(whole / DAY));
}

function long(days: number): string {
  if (days < 60) return `${days} d`;
  return days < 730 ? `${Math.floor(days / 30)} months` : `${Math.floor(days / 365)} years`;
}

/** `seconds` since then; negative when it is still to come. */
export function relative(seconds: number): string {
  if (seconds >= MINUTE) return `${span(seconds)} ago`;
  if (seconds > -MINUTE) return seconds >= 0 ? "just now" : "in a moment";
  return `in ${span(-seconds)}`;
}
