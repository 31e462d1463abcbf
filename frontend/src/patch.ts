/** Numbers and states that events bring are written where they stand; nothing else of the page is touched. */

import { stateLabel } from "./page";
import { refresh, refreshRows } from "./refresh";
import { duration, percent, size, speed } from "./words";

export interface EpisodeProgress {
  id: number;
  progress: number;
  speed: number | null;
  eta: number | null;
  phase: string;
}

export interface TransferProgress {
  id: string;
  phase: string;
  progress: number;
  done: number;
  size: number;
  speed: number;
  eta: number | null;
  files: [number, number][];
}

export interface EpisodeState {
  id: number;
  series_id: number;
  season_number: number;
  state: string;
  because: string;
  waiting_for: string | null;
  since: string | null;
  /** When it was judged, in milliseconds since 1970. */
  at: number;
}

export interface Job {
  id: number;
  task: string;
  status: string;
  progress: number | null;
  message: string;
}

const MOVING = new Set(["downloading", "stalled", "queued"]);
const EXPLAINED = new Set([
  "requested", "grabbed", "stalled", "failed", "downloaded", "importing", "import_blocked", "imported", "leaving", "missing",
]);
const BY_REASON = new Set(["failed", "import_blocked"]);
/** Reaching one of these changes more of a row than its state: size, quality, actions. */
const SETTLED = new Set(["imported", "available", "watched", "missing", "deleted", "unmonitored"]);

let places: Map<string, HTMLElement[]> | null = null;
new MutationObserver(() => (places = null)).observe(document.documentElement, { childList: true, subtree: true });

/** Every element that shows an episode; looked up once for as long as the page's structure stays. */
function of(episode: number): HTMLElement[] {
  if (!places) {
    places = new Map();
    for (const element of document.querySelectorAll<HTMLElement>("[data-episode]")) {
      const id = element.dataset["episode"] ?? "";
      const held = places.get(id);
      if (held) held.push(element);
      else places.set(id, [element]);
    }
  }
  return places.get(String(episode)) ?? [];
}

function write(element: Element | null | undefined, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

function fill(element: HTMLElement | null, progress: number): void {
  element?.style.setProperty("--p", `${(progress * 100).toFixed(1)}%`);
}

function fillMeter(inside: Element, progress: number): void {
  const meter = inside.querySelector(".meter");
  if (!meter) return;
  fill(meter.firstElementChild as HTMLElement | null, progress);
  meter.setAttribute("aria-valuenow", String(percent(progress)));
  write(inside.querySelector(".pct"), `${percent(progress)} %`);
}

function relabel(element: Element, share: string): void {
  const label = element.getAttribute("aria-label") ?? "";
  element.setAttribute("aria-label", label.replace(/\s*\d+ %$/, "") + share);
}

export function episodeMoved(moved: EpisodeProgress): void {
  for (const place of of(moved.id)) {
    if (place.classList.contains("cell")) {
      if (!place.classList.contains("s-downloading") && !place.classList.contains("s-stalled")) continue;
      fill(place.querySelector("i"), moved.progress);
      write(place.querySelector("b"), String(percent(moved.progress)));
      relabel(place, ` ${percent(moved.progress)} %`);
      continue;
    }
    fillMeter(place, moved.progress);
    const parts = place.querySelectorAll(".part");
    if (parts.length !== 1) continue;
    write(parts[0]?.querySelector('[data-part="speed"]'), speed(moved.speed));
    if (moved.eta !== null) write(parts[0]?.querySelector('[data-part="eta"]'), duration(moved.eta));
  }
}

/** A place that shows what was judged later knows better. */
export function episodeChanged(change: EpisodeState): void {
  for (const place of of(change.id)) {
    if (place.classList.contains("standing")) continue; // a whole page about it, which is fetched anew
    if (change.at < Number(place.dataset["at"] ?? 0)) continue;
    // Judged again, but as before, nothing is written anew: parts of the page that come later say so.
    if (!place.classList.contains(`s-${change.state}`)) place.dataset["at"] = String(change.at);
    for (const name of [...place.classList]) if (name.startsWith("s-")) place.classList.remove(name);
    place.classList.add(`s-${change.state}`);
    if (place.classList.contains("cell")) cellChanged(place, change.state);
    else lineChanged(place, change);
  }
}

function cellChanged(cell: HTMLElement, state: string): void {
  const name = (cell.getAttribute("aria-label") ?? "").replace(/: [^:]*$/, "");
  cell.setAttribute("aria-label", `${name}: ${stateLabel(state)}`);
  if (MOVING.has(state)) return;
  cell.querySelector("i")?.style.setProperty("--p", "0%");
  write(cell.querySelector("b"), "");
}

function lineChanged(place: HTMLElement, change: EpisodeState): void {
  const line = place.querySelector(".state");
  if (!line) return;
  write(line.querySelector(".word"), stateLabel(change.state));
  const moving = line.querySelector(".moving");
  if (MOVING.has(change.state) && !moving) line.querySelector(".word")?.after(newMeter());
  else if (!MOVING.has(change.state)) moving?.remove();
  const why = line.querySelector(".why");
  if (!why) return;
  why.replaceChildren();
  why.removeAttribute("title");
  if (!EXPLAINED.has(change.state)) return;
  const byReason = BY_REASON.has(change.state) || !change.waiting_for;
  const text = byReason ? change.because : `waiting for ${change.waiting_for}`;
  why.setAttribute("title", text);
  why.append(text);
  if (!change.since) return;
  const since = document.createElement("time");
  since.dateTime = change.since;
  since.dataset["elapsed"] = "";
  since.textContent = "0 s";
  why.append(" · ", since);
}

function newMeter(): HTMLElement {
  const moving = document.createElement("span");
  moving.className = "moving";
  const meter = document.createElement("span");
  meter.className = "meter";
  meter.setAttribute("role", "progressbar");
  meter.setAttribute("aria-label", "Downloaded");
  meter.append(document.createElement("i"));
  const number = document.createElement("span");
  number.className = "pct";
  moving.append(meter, number);
  return moving;
}

export function episodesChanged(changes: EpisodeState[]): void {
  changes.forEach(episodeChanged);
  refreshRows(changes.filter((change) => SETTLED.has(change.state)).map((change) => change.id));
  refresh(["episodes", ...changes.map((change) => `episode:${change.id}`)]);
}

export function transferMoved(moved: TransferProgress): void {
  const lane = document.getElementById(`lane-${moved.id}`);
  if (!lane) return;
  if (lane.dataset["phase"] !== moved.phase) refresh(["transfers"]);
  lane.dataset["speed"] = String(moved.speed);
  const part = (name: string) => lane.querySelector(`[data-part="${name}"]`);
  write(part("percent"), `${percent(moved.progress)} %`);
  if (moved.phase !== "complete") write(part("speed"), speed(moved.speed));
  write(part("eta"), moved.eta === null ? "" : duration(moved.eta));
  write(part("done"), size(moved.done));
  fill(lane.querySelector("[data-whole]"), moved.progress);
  for (const [index, progress] of moved.files) {
    const segment = lane.querySelector<HTMLElement>(`[data-file="${index}"]`);
    if (segment) {
      fill(segment.querySelector("i"), progress);
      if (progress < 1) relabel(segment, ` ${percent(progress)} %`);
      else if (!segment.classList.contains("whole")) refresh(["transfers"]); // it is in another state now
    }
    write(lane.querySelector(`[data-file-percent="${index}"]`), `${percent(progress)} %`);
  }
}

/** The speed of all lanes on the page together. */
export function sumSpeeds(): void {
  const place = document.getElementById("total-speed");
  if (!place) return;
  let sum = 0;
  for (const lane of document.querySelectorAll<HTMLElement>("[data-transfer]")) sum += Number(lane.dataset["speed"] ?? 0);
  write(place, sum ? speed(sum) : "");
}

export function jobMoved(job: Job): void {
  const under = job.status === "running" || job.status === "queued";
  const places = document.querySelectorAll<HTMLElement>(`[data-job="${job.id}"]`);
  for (const place of places) {
    if (job.progress !== null) {
      place.querySelector(".meter")?.classList.remove("endless");
      fillMeter(place, job.progress);
    }
    if (job.message) write(place.querySelector('[data-part="message"]'), job.message);
  }
  if (!under || !places.length) refresh(["job", `job:${job.task}`]);
}
