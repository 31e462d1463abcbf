/** Small buttons: search and monitor in rows, copying, passwords that must agree, menus that close. */

import { base, csrfToken } from "./page";
import { say, sayAnswer } from "./toast";

async function post(path: string, fields: Record<string, string>): Promise<boolean> {
  try {
    const answer = await fetch(base + path, {
      method: "POST",
      headers: { "X-CSRF-Token": csrfToken(), "X-Part": "1" },
      body: new URLSearchParams(fields),
    });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) location.href = elsewhere;
    if (!sayAnswer(answer) && !answer.ok) say({ text: "Episodarr refused that.", kind: "failed" });
    return answer.ok;
  } catch {
    say({ text: "Episodarr does not answer.", advice: "Nothing was changed.", kind: "failed" });
    return false;
  }
}

/** Buttons that await their answer: a second click of a double click would overtake the first at Sonarr. */
const waiting = new WeakSet<HTMLButtonElement>();

async function once(button: HTMLButtonElement, act: (button: HTMLButtonElement) => Promise<void>): Promise<void> {
  if (waiting.has(button)) return;
  waiting.add(button);
  button.classList.add("busy");
  await act(button);
  button.classList.remove("busy");
  waiting.delete(button);
}

async function search(button: HTMLButtonElement): Promise<void> {
  await post(button.dataset["post"] ?? "", {});
}

async function monitor(button: HTMLButtonElement): Promise<void> {
  const wanted = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(wanted));
  const done = await post(button.dataset["monitor"] ?? "", { monitored: wanted ? "1" : "0" });
  if (!done) button.setAttribute("aria-pressed", String(!wanted));
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const input = button.closest(".copybox")?.querySelector("input");
  if (!input) return;
  input.select();
  const done = navigator.clipboard
    ? await navigator.clipboard.writeText(input.value).then(() => true, () => false)
    : document.execCommand("copy"); // plain http has no clipboard interface
  say(done ? { text: "Copied." } : { text: "Copy it with Ctrl-C.", kind: "failed" });
}

function onClick(event: MouseEvent): void {
  const clicked = event.target instanceof Element ? event.target : null;
  const button = clicked?.closest<HTMLButtonElement>("button");
  if (button?.dataset["post"]) void once(button, search);
  else if (button?.dataset["monitor"]) void once(button, monitor);
  else if (button?.hasAttribute("data-copy")) void copy(button);
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open], details.confirm[open]")) {
    if (!clicked || !menu.contains(clicked)) menu.open = false;
  }
}

/** A form that is sent once: what a double click would send again is not sent. Coming back to the page frees it. */
function sentOnce(event: SubmitEvent): void {
  const form = event.target instanceof HTMLFormElement ? event.target : null;
  if (!form?.hasAttribute("data-once")) return;
  if (form.classList.contains("busy")) event.preventDefault();
  form.classList.add("busy");
}

function comparePasswords(event: Event): void {
  const form = event.target instanceof Element ? event.target.closest<HTMLFormElement>("[data-password-form]") : null;
  const again = form?.querySelector<HTMLInputElement>('[name="again"]');
  const first = form?.querySelector<HTMLInputElement>('[name="password"]');
  if (!form || !again || !first) return;
  const differs = again.value !== "" && again.value !== first.value;
  again.setCustomValidity(differs ? "The two passwords differ." : "");
  const words = form.querySelector<HTMLElement>("[data-mismatch]");
  if (words) words.hidden = !differs;
}

function hideBroken(image: HTMLImageElement): void {
  if (image.closest(".poster")) image.classList.add("broken");
}

function prepare(): void {
  document.querySelectorAll<HTMLElement>("[data-copy]").forEach((button) => (button.hidden = false));
  document.querySelectorAll<HTMLImageElement>(".poster img").forEach((image) => {
    if (image.complete && !image.naturalWidth) hideBroken(image);
  });
}

export function startActions(): void {
  prepare();
  document.addEventListener("click", onClick);
  document.addEventListener("input", comparePasswords);
  document.addEventListener("submit", sentOnce);
  addEventListener("pageshow", () => document.querySelectorAll("form.busy").forEach((form) => form.classList.remove("busy")));
  document.addEventListener("htmx:load", prepare);
  document.addEventListener("htmx:afterSettle", () => document.querySelector<HTMLElement>("[data-focus]")?.focus());
  document.addEventListener(
    "error",
    (event) => {
      if (event.target instanceof HTMLImageElement) hideBroken(event.target);
    },
    true,
  );
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.hasAttribute("data-select")) event.target.select();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open], details.confirm[open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}
