/** Relative times go on while the page stands open. */

import { now } from "./page";
import { duration, relative } from "./words";

function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function tick(): void {
  for (const element of document.querySelectorAll<HTMLTimeElement>("time[data-relative]")) {
    write(element, relative((now() - Date.parse(element.dateTime)) / 1000));
  }
  for (const element of document.querySelectorAll<HTMLTimeElement>("time[data-elapsed]")) {
    write(element, duration((now() - Date.parse(element.dateTime)) / 1000));
  }
}

export function startTimes(): void {
  setInterval(tick, 5000);
}
