/** htmx as the pages use it: no evaluated code, no inline styles, the form token on every request. */

import htmx from "htmx.org";
import { csrfToken } from "./page";
import { refresh } from "./refresh";
import { say, type Said } from "./toast";

export function startPieces(): void {
  Object.assign(htmx.config, {
    allowEval: false,
    allowScriptTags: false,
    includeIndicatorStyles: false,
    attributesToSettle: ["class"],
    defaultSettleDelay: 0,
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    selfRequestsOnly: true,
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
    headers["X-CSRF-Token"] = csrfToken();
  });
  document.addEventListener("htmx:confirm", (event) => {
    // A form that asks a moment after each key would take back what one of its buttons has just asked for.
    const form = event.target instanceof HTMLFormElement ? event.target : null;
    if (form?.hasAttribute("data-yields") && form.querySelector(".htmx-request")) event.preventDefault();
  });
  document.addEventListener("live-changed", (event) => refresh((event as CustomEvent<{ tokens: string[] }>).detail.tokens));
  document.addEventListener("said", (event) => say((event as CustomEvent<Said>).detail));
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
    if (!xhr.getResponseHeader("HX-Trigger")) say({ text: "Episodarr refused that.", kind: "failed" });
  });
  document.addEventListener("htmx:sendError", () =>
    say({ text: "Episodarr does not answer.", advice: "Nothing was changed.", kind: "failed" }),
  );
  document.addEventListener("htmx:afterSwap", () => document.dispatchEvent(new CustomEvent("parts-changed")));
}
