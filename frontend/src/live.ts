/**
 * The event stream. Browsers allow six connections to a host over plain HTTP, so a tab that nobody sees gives its
 * stream back. When it is seen again, it goes on from the last event it had; if that is too long ago, everything that
 * moves is fetched anew.
 */

import { liveSince, liveUrl } from "./page";
import { type EpisodeProgress, type EpisodeState, type Job, type TransferProgress } from "./patch";
import { episodeChanged, episodeMoved, episodesChanged, jobMoved, sumSpeeds, transferMoved } from "./patch";
import { oldestQuestion, refresh, refreshAll } from "./refresh";

const HIDDEN_FOR = 20_000;
const LOST_AFTER = 6_000;

let stream: EventSource | null = null;
let since = liveSince;
let again = 0;
let lost = 0;
let hide = 0;
let tries = 0;

interface Told {
  progress: { transfers?: TransferProgress[]; episodes?: EpisodeProgress[] };
  episodes: { episodes: EpisodeState[] };
  shows: { ids: number[] };
  transfers: { added: string[]; removed: string[] };
  requests: { ids: number[] };
  movies: Record<string, never>;
  leaving: Record<string, never>;
  fresh: Record<string, never>;
  playing: Record<string, never>;
  jobs: Job;
  deletion: { plan: number };
  connections: { id: number; status: string; message: string };
  hello: Record<string, never>;
  missed: Record<string, never>;
}

/** What was told since the oldest question that waits for its part: that part must not take it back. */
let recent: { at: number; write: () => void }[] = [];

function remember(write: () => void): void {
  const oldest = oldestQuestion();
  recent = recent.filter((one) => one.at >= oldest);
  recent.push({ at: performance.now(), write });
}

function moved(told: Told["progress"]): void {
  told.transfers?.forEach(transferMoved);
  told.episodes?.forEach(episodeMoved);
  sumSpeeds();
}

const heard: { [Kind in keyof Told]: (told: Told[Kind]) => void } = {
  hello: () => undefined,
  progress: (told) => {
    moved(told);
    remember(() => moved(told));
  },
  episodes: (told) => {
    episodesChanged(told.episodes);
    remember(() => told.episodes.forEach(episodeChanged));
  },
  shows: (told) => refresh(["shows", ...told.ids.map((id) => `show:${id}`)]),
  transfers: () => refresh(["transfers"]),
  requests: (told) => refresh(["requests", ...told.ids.map((id) => `request:${id}`)]),
  movies: () => refresh(["movies"]),
  leaving: () => refresh(["leaving"]),
  fresh: () => refresh(["fresh"]),
  playing: () => refresh(["playing"]),
  jobs: jobMoved,
  deletion: (told) => refresh(["deletion", `deletion:${told.plan}`]),
  connections: () => refresh(["connections"]),
  missed: refreshAll,
};

function open(): void {
  if (stream || !liveUrl) return;
  stream = new EventSource(`${liveUrl}?since=${encodeURIComponent(since)}`);
  stream.addEventListener("open", () => {
    tries = 0;
    found();
  });
  stream.addEventListener("error", () => {
    lost ||= window.setTimeout(missed, LOST_AFTER);
    if (stream?.readyState !== EventSource.CLOSED) return; // the browser itself tries again
    close();
    tries += 1;
    again = window.setTimeout(open, Math.min(30_000, 1000 * 2 ** tries));
  });
  for (const kind of Object.keys(heard) as (keyof Told)[]) listen(stream, kind);
}

function listen<Kind extends keyof Told>(to: EventSource, kind: Kind): void {
  to.addEventListener(kind, (event) => {
    const { data, lastEventId } = event as MessageEvent<string>;
    since = lastEventId;
    heard[kind](JSON.parse(data) as Told[Kind]);
  });
}

function close(): void {
  clearTimeout(again);
  stream?.close();
  stream = null;
}

function missed(): void {
  document.documentElement.dataset["stream"] = "lost";
}

function found(): void {
  clearTimeout(lost);
  lost = 0;
  delete document.documentElement.dataset["stream"];
}

export function startLive(): void {
  if (!liveUrl) return;
  open();
  document.addEventListener("parts-placed", (event) => {
    const { detail: asked } = event as CustomEvent<number>;
    for (const one of recent) if (one.at >= asked) one.write();
  });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hide);
    if (document.hidden) hide = window.setTimeout(close, HIDDEN_FOR);
    else open();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => {
    if (event.persisted) open();
  });
}
