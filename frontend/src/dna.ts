/** Show DNA by keyboard: one stop for Tab, arrows between the cells, Home and End within a season. */

function cells(grid: Element): HTMLElement[] {
  return [...grid.querySelectorAll<HTMLElement>(".cell")];
}

function oneStop(grid: Element, stop?: HTMLElement): void {
  const all = cells(grid);
  const chosen = stop ?? all.find((cell) => cell === document.activeElement) ?? all[0];
  for (const cell of all) cell.tabIndex = cell === chosen ? 0 : -1;
}

/** The cell of the nearest line above or below that stands closest to this one. */
function across(all: HTMLElement[], from: HTMLElement, down: boolean): HTMLElement | undefined {
  const start = from.getBoundingClientRect();
  let best: HTMLElement | undefined;
  let line = down ? Infinity : -Infinity;
  let distance = Infinity;
  for (const cell of all) {
    const box = cell.getBoundingClientRect();
    const off = box.top - start.top;
    if (down ? off < 4 : off > -4) continue;
    const nearer = down ? box.top < line - 4 : box.top > line + 4;
    const aside = Math.abs(box.left - start.left);
    if (nearer || (Math.abs(box.top - line) <= 4 && aside < distance)) {
      best = cell;
      line = box.top;
      distance = aside;
    }
  }
  return best;
}

function target(event: KeyboardEvent, grid: Element, from: HTMLElement): HTMLElement | undefined {
  const all = cells(grid);
  const here = all.indexOf(from);
  const season = [...(from.closest(".dna-cells")?.querySelectorAll<HTMLElement>(".cell") ?? [])];
  switch (event.key) {
    case "ArrowRight":
      return all[here + 1];
    case "ArrowLeft":
      return all[here - 1];
    case "ArrowDown":
      return across(all, from, true);
    case "ArrowUp":
      return across(all, from, false);
    case "Home":
      return season[0];
    case "End":
      return season.at(-1);
    default:
      return undefined;
  }
}

export function startDna(): void {
  const setUp = () => document.querySelectorAll("[data-dna]").forEach((grid) => oneStop(grid));
  setUp();
  document.addEventListener("parts-changed", setUp);
  document.addEventListener("keydown", (event) => {
    const from = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>(".cell") : null;
    const grid = from?.closest("[data-dna]");
    if (!from || !grid || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = target(event, grid, from);
    if (!next) return;
    event.preventDefault();
    oneStop(grid, next);
    next.focus();
  });
}
