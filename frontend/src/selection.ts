/**
 * Selecting episodes on a show's page. What is selected is kept here, not in the boxes: rows come and go, and are drawn
 * anew while they move. Seasons whose rows are not all on the page are kept as seasons.
 *
 * Boxes work by themselves for the keyboard (space); shift and a click or space take everything in between, the arrows go
 * from box to box, and with shift they take along.
 */

let episodes = new Set<number>();
let seasons = new Set<number>();
let last: number | null = null;
let shift = false;

const numbers = new Intl.NumberFormat("en");

function bar(): HTMLFormElement | null {
  return document.querySelector<HTMLFormElement>("form[data-selection]");
}

function boxes(inside: ParentNode = document): HTMLInputElement[] {
  return [...inside.querySelectorAll<HTMLInputElement>("input[data-pick]")];
}

/** Boxes of rows that can be seen: a closed season is none of what lies in between. */
function shown(): HTMLInputElement[] {
  return boxes().filter((box) => box.checkVisibility());
}

function idOf(box: HTMLInputElement): number {
  return Number(box.dataset["pick"]);
}

function seasonOf(element: Element): number {
  return Number(element.closest<HTMLElement>("[data-season]")?.dataset["season"]);
}

/** Whether all rows of a season stand on the page. */
function complete(section: ParentNode): boolean {
  return section.querySelector("table.rows") !== null && section.querySelector("table.rows .more") === null;
}

function sections(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("section.season[data-files]")];
}

function set(box: HTMLInputElement, chosen: boolean): void {
  if (!chosen && seasons.delete(seasonOf(box))) boxes(box.closest("section") ?? document).forEach((one) => episodes.add(idOf(one)));
  if (chosen) episodes.add(idOf(box));
  else episodes.delete(idOf(box));
}

function chooseSeason(section: HTMLElement, chosen: boolean): void {
  const number = Number(section.dataset["season"]);
  for (const box of boxes(section)) {
    if (chosen && complete(section)) episodes.add(idOf(box));
    else episodes.delete(idOf(box));
  }
  if (chosen && !complete(section) && Number(section.dataset["files"]) > 0) seasons.add(number);
  else seasons.delete(number);
}

function chosenFiles(): number {
  let sum = episodes.size;
  for (const section of sections()) {
    if (seasons.has(Number(section.dataset["season"]))) sum += Number(section.dataset["files"]);
  }
  return sum;
}

/** Bring the boxes into line with what is kept, and say how much it is. */
function draw(): void {
  const form = bar();
  if (!form) return;
  for (const section of sections()) {
    const number = Number(section.dataset["season"]);
    if (seasons.has(number) && complete(section)) {
      seasons.delete(number);
      boxes(section).forEach((box) => episodes.add(idOf(box)));
    }
    for (const box of boxes(section)) box.checked = seasons.has(number) || episodes.has(idOf(box));
    drawAll(section.querySelector<HTMLInputElement>("input[data-pick-all]"), boxes(section));
  }
  const sum = chosenFiles();
  form.classList.toggle("some", sum > 0);
  const words = form.querySelector<HTMLElement>("[data-selected]");
  const text = sum ? `${numbers.format(sum)} episode${sum === 1 ? "" : "s"} selected` : "";
  if (words && words.textContent !== text) words.textContent = text;
  const whole = document.querySelector<HTMLInputElement>("input[data-pick-show]");
  const all = sections().reduce((before, section) => before + Number(section.dataset["files"]), 0);
  if (!whole) return;
  whole.closest<HTMLElement>(".pick-show")!.hidden = all === 0;
  whole.checked = sum > 0 && sum >= all;
  whole.indeterminate = sum > 0 && sum < all;
}

function drawAll(all: HTMLInputElement | null, of: HTMLInputElement[]): void {
  if (!all) return;
  const ticked = of.filter((box) => box.checked).length;
  all.hidden = of.length === 0;
  all.checked = of.length > 0 && ticked === of.length;
  all.indeterminate = ticked > 0 && ticked < of.length;
}

/** What no longer has a file is selected no more. */
function forget(): void {
  for (const id of episodes) {
    const row = document.getElementById(`row-${id}`);
    if (row && !row.querySelector("input[data-pick]")) episodes.delete(id);
  }
}

function range(box: HTMLInputElement, chosen: boolean): void {
  const all = shown();
  const from = all.findIndex((one) => idOf(one) === last);
  const to = all.indexOf(box);
  if (from < 0 || to < 0) return set(box, chosen);
  for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) set(one, chosen);
}

function changed(event: Event): void {
  const box = event.target instanceof HTMLInputElement ? event.target : null;
  if (!box) return;
  const section = box.closest<HTMLElement>("section.season");
  if (box.dataset["pick"]) {
    if (shift) range(box, box.checked);
    else set(box, box.checked);
    last = idOf(box);
  } else if (box.hasAttribute("data-pick-all") && section) {
    chooseSeason(section, box.checked);
  } else if (box.hasAttribute("data-pick-show")) {
    for (const one of sections()) chooseSeason(one, box.checked);
  } else {
    return;
  }
  draw();
}

function arrows(event: KeyboardEvent): void {
  const box = event.target instanceof HTMLInputElement && event.target.dataset["pick"] ? event.target : null;
  if (!box || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  const all = shown();
  const next = all[all.indexOf(box) + (event.key === "ArrowDown" ? 1 : -1)];
  event.preventDefault();
  if (!next) return;
  if (event.shiftKey) {
    set(box, true);
    set(next, true);
    last = idOf(next);
    draw();
  }
  next.focus();
}

function clear(): void {
  episodes = new Set();
  seasons = new Set();
  last = null;
  draw();
}

/** One field instead of one for each box: also for rows that are not on the page, and for any number of them. */
function written(event: FormDataEvent): void {
  if (!(event.target instanceof HTMLFormElement) || !event.target.hasAttribute("data-selection")) return;
  for (const name of [...event.formData.keys()]) if (name.startsWith("e.")) event.formData.delete(name);
  event.formData.set("episodes", [...episodes].join(","));
  event.formData.set("seasons", [...seasons].join(","));
}

export function startSelection(): void {
  if (!bar()) return;
  // A browser that brings a page back ticks its boxes again: they count.
  for (const box of boxes()) if (box.checked) episodes.add(idOf(box));
  document.addEventListener("click", (event) => (shift = event.shiftKey), true);
  document.addEventListener("change", changed);
  document.addEventListener("keydown", arrows);
  document.addEventListener("formdata", written);
  document.addEventListener("reset", (event) => {
    if (event.target === bar()) setTimeout(clear);
  });
  document.addEventListener("mousedown", (event) => {
    // Shift and a click would select the text in between; without it nothing gets the focus by itself, either.
    const box = event.shiftKey && event.target instanceof Element ? event.target.closest(".pickbox")?.querySelector("input") : null;
    if (!box) return;
    event.preventDefault();
    box.focus({ preventScroll: true });
  });
  document.addEventListener("parts-changed", () => {
    forget();
    draw();
  });
  addEventListener("pageshow", () => setTimeout(draw));
  draw();
}
