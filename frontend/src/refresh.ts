/**
 * Parts of the page that follow events.
 *
 * An element with `data-live="token token"` and `data-refresh="url"` is fetched anew when an event with one of its
 * tokens comes in. The answer holds elements with ids; each is morphed into its namesake on the page, so focus, open
 * details and running transitions stay as they are. `data-refresh-each="url"` asks for many of one kind in one request
 * (`url?ids=1,2,3`), and only for those in view. `data-counted="selector"` tells the server how many of these there
 * are, so that a list that was added to comes back as long as it is. `data-every="ms"` asks anew by itself, for as long as
 * the answer says so, too.
 */

import htmx from "htmx.org";
import { Idiomorph } from "idiomorph/dist/idiomorph.esm.js";

const WAIT = 500;

/** What is to be asked for, and the `data-refresh` that wants it. */
const due = new Map<string, string>();
const dueEach = new Map<string, Set<string>>();
let timer = 0;

/** Ask for every part that follows one of the tokens. */
export function refresh(tokens: string[]): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-live]")) {
    const follows = (element.dataset["live"] ?? "").split(" ");
    if (tokens.some((token) => follows.includes(token))) want(element);
  }
}

/** Ask for everything that can move: after a gap nobody knows what was missed. */
export function refreshAll(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-live]")) want(element);
}

/** Ask for single rows anew, by the ids of their episodes. */
export function refreshRows(ids: number[]): void {
  const url = document.querySelector<HTMLElement>("[data-rows]")?.dataset["rows"];
  if (!url) return;
  for (const id of ids) if (document.getElementById(`row-${id}`)) wantEach(url, String(id));
}

const asked = new WeakMap<HTMLElement, number>();

/** Ask for parts that move without an event, while somebody sees them. */
export function startAsking(): void {
  setInterval(() => {
    if (document.hidden) return;
    for (const element of document.querySelectorAll<HTMLElement>("[data-every]")) {
      const every = Number(element.dataset["every"]);
      if (performance.now() - (asked.get(element) ?? 0) < every) continue;
      asked.set(element, performance.now());
      want(element);
    }
  }, WAIT);
}

function want(element: HTMLElement): void {
  const { refresh: url, refreshEach: each, counted, id } = element.dataset;
  if (url) {
    due.set(counted ? `${url}&shown=${element.querySelectorAll(counted).length}` : url, url);
  } else if (each && id) {
    if (inView(element)) wantEach(each, id);
    else later.observe(element);
  }
  schedule();
}

function wantEach(url: string, id: string): void {
  const ids = dueEach.get(url) ?? new Set<string>();
  dueEach.set(url, ids.add(id));
  schedule();
}

const later = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    later.unobserve(entry.target);
    want(entry.target as HTMLElement);
  }
});

function inView(element: HTMLElement): boolean {
  const box = element.getBoundingClientRect();
  return box.bottom > -200 && box.top < innerHeight + 200;
}

function schedule(): void {
  timer ||= window.setTimeout(() => {
    timer = 0;
    for (const [url, wanted] of due) void fetchParts(url, wanted);
    for (const [url, ids] of dueEach) void fetchParts(`${url}?ids=${[...ids].slice(0, 200).join(",")}`);
    due.clear();
    dueEach.clear();
  }, WAIT);
}

const pending = new Set<{ since: number }>();

/** Since when the longest unanswered question waits; now, when none does. */
export function oldestQuestion(): number {
  return Math.min(performance.now(), ...[...pending].map((one) => one.since));
}

async function fetchParts(url: string, wanted?: string): Promise<void> {
  const question = { since: performance.now() };
  pending.add(question);
  try {
    const answer = await fetch(url, { headers: { "X-Part": "1" } });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) location.href = elsewhere;
    else if (answer.ok) {
      const drawn = await answer.text();
      if (wanted === undefined || isWanted(wanted)) place(drawn, question.since);
    }
  } catch (problem) {
    // The event stream notices that the server is away, and asks for everything when it is back.
    if (!(problem instanceof TypeError || problem instanceof DOMException)) throw problem;
  } finally {
    pending.delete(question);
  }
}

/** Whether the page still asks so: who chose a filter meanwhile does not want what was asked for without it. */
function isWanted(url: string): boolean {
  return [...document.querySelectorAll<HTMLElement>("[data-refresh]")].some((one) => one.dataset["refresh"] === url);
}

/**
 * Morph each element with an id into its namesake, unless a later question for it was answered already. What events
 * brought since it was asked for is written again.
 */
function place(text: string, asked: number): void {
  const parsed = new DOMParser().parseFromString(text, "text/html");
  for (const fresh of parsed.querySelectorAll<HTMLElement>("[id]")) {
    if (fresh.parentElement?.closest("[id]")) continue;
    const held = document.getElementById(fresh.id);
    if (!held || askedFor(held) > asked) continue;
    fresh.dataset["asked"] = String(asked);
    morph(held, fresh, asked);
  }
  document.dispatchEvent(new CustomEvent("parts-placed", { detail: asked }));
  document.dispatchEvent(new CustomEvent("parts-changed"));
}

/** When that was asked for which an element shows now; 0: it came with the page. */
function askedFor(element: HTMLElement): number {
  return Number(element.closest<HTMLElement>("[data-asked]")?.dataset["asked"] ?? 0);
}

/** Whether a part of what is drawn anew was itself asked for later, or shows an episode as it was judged later. */
function isLater(old: Node, fresh: Node, asked: number): boolean {
  if (!(old instanceof HTMLElement && fresh instanceof HTMLElement)) return false;
  if (Number(old.dataset["asked"] ?? 0) > asked) return true;
  return old.dataset["episode"] === fresh.dataset["episode"] && Number(old.dataset["at"]) > Number(fresh.dataset["at"]);
}

function morph(held: HTMLElement, fresh: HTMLElement, asked: number): void {
  const id = held.id;
  const beside = neighbours(held);
  Idiomorph.morph(held, fresh, {
    morphStyle: "outerHTML",
    ignoreActiveValue: true,
    callbacks: {
      beforeNodeMorphed: (old: Node, drawn: Node) =>
        !isLater(old, drawn, asked) && !(old instanceof HTMLDetailsElement && old.open && old.hasAttribute("data-hold")),
      beforeAttributeUpdated: (name: string, node: Element) => !(name === "open" && node instanceof HTMLDetailsElement),
    },
  });
  const placed = document.getElementById(id);
  if (placed) htmx.process(placed);
  if (document.activeElement === document.body) beside.find((row) => row.isConnected)?.focus({ preventScroll: true });
}

/** What is focused when its row goes: the same button of the next row, or of the one before. */
function neighbours(held: HTMLElement): HTMLElement[] {
  const row = held.contains(document.activeElement) ? document.activeElement?.closest("tr[id]") : null;
  const rows = [row?.nextElementSibling, row?.previousElementSibling];
  return rows.flatMap((one) => [...(one?.querySelectorAll<HTMLElement>(".acts button, a") ?? [])].slice(-1));
}
