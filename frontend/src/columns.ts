/** Choosing columns: with the script their order is moved by arrows; without it, by numbers. */

function rows(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>(":scope > li")];
}

function renumber(list: HTMLElement): void {
  rows(list).forEach((row, place) => {
    const input = row.querySelector<HTMLInputElement>(".column-place");
    if (input) input.value = String(place + 1);
  });
}

function prepare(): void {
  for (const menu of document.querySelectorAll<HTMLElement>("[data-columns]")) {
    menu.querySelectorAll<HTMLElement>(".column-place").forEach((input) => (input.hidden = true));
    menu.querySelectorAll<HTMLElement>(".column-moves").forEach((moves) => (moves.hidden = false));
  }
}

function move(button: HTMLButtonElement): void {
  const row = button.closest("li");
  const list = row?.parentElement;
  if (!row || !list) return;
  if (button.dataset["move"] === "-1") row.previousElementSibling?.before(row);
  else row.nextElementSibling?.after(row);
  renumber(list);
  button.focus();
}

export function startColumns(): void {
  prepare();
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button[data-move]") : null;
    if (button) move(button);
  });
  document.addEventListener("parts-changed", prepare);
}
