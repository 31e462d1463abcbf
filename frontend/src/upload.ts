/**
 * Viewing histories: dropping a file, seeing how far its upload is, and going through titles by keyboard.
 *
 * Without this script the form is an ordinary one. With it a chosen file is read at once: nothing is imported by that.
 */

import { csrfToken } from "./page";
import { say } from "./toast";

const numbers = new Intl.NumberFormat("en");

function form(): HTMLFormElement | null {
  return document.querySelector<HTMLFormElement>("form[data-upload]");
}

function input(of: HTMLFormElement): HTMLInputElement | null {
  return of.querySelector<HTMLInputElement>("input[type=file]");
}

function sizeWords(bytes: number): string {
  const megabytes = bytes / (1 << 20);
  return megabytes >= 1 ? `${numbers.format(Math.round(megabytes))} MiB` : `${numbers.format(Math.ceil(bytes / 1024))} KiB`;
}

function complain(of: HTMLFormElement, text: string): void {
  const place = of.querySelector<HTMLElement>(".problem");
  if (!place) return;
  place.textContent = text;
  place.hidden = text === "";
  input(of)?.setAttribute("aria-invalid", String(text !== ""));
}

function draw(of: HTMLFormElement, share: number | null): void {
  const meter = of.querySelector<HTMLElement>(".meter");
  const bar = meter?.querySelector("i");
  const percents = Math.floor((share ?? 0) * 100);
  of.classList.toggle("busy", share !== null);
  if (!meter || !bar) return;
  meter.hidden = share === null;
  meter.setAttribute("aria-valuenow", String(percents));
  bar.className = `p${percents}`;
}

function send(of: HTMLFormElement): void {
  const file = input(of)?.files?.[0];
  if (!file || of.classList.contains("busy")) return;
  const most = Number(of.dataset["largest"]);
  const name = of.querySelector<HTMLElement>("[data-upload-name]");
  if (name) name.textContent = `${file.name}, ${sizeWords(file.size)}`;
  if (file.size > most) return complain(of, `The file has ${sizeWords(file.size)}; at most ${sizeWords(most)} are taken.`);
  complain(of, "");
  draw(of, 0);
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => draw(of, event.lengthComputable ? event.loaded / event.total : 0));
  request.addEventListener("load", () => answered(of, request));
  request.addEventListener("error", () => {
    draw(of, null);
    say({ text: "Episodarr does not answer.", advice: "Nothing was uploaded.", kind: "failed" });
  });
  request.open("POST", of.action);
  request.setRequestHeader("X-CSRF-Token", csrfToken());
  request.setRequestHeader("X-Part", "1");
  request.send(new FormData(of));
}

function answered(of: HTMLFormElement, request: XMLHttpRequest): void {
  const elsewhere = request.getResponseHeader("HX-Redirect");
  if (elsewhere) {
    location.href = elsewhere;
    return;
  }
  draw(of, null);
  const parsed = new DOMParser().parseFromString(request.responseText, "text/html");
  const told = parsed.querySelector("form[data-upload] .problem")?.textContent ?? request.responseText.slice(0, 300);
  complain(of, told || "Episodarr refused that.");
  const chosen = input(of);
  if (chosen) chosen.value = "";
  chosen?.focus();
}

function carriesFile(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

export function startUpload(): void {
  const of = form();
  if (!of) return;
  of.querySelectorAll<HTMLElement>(".upload-script").forEach((one) => (one.hidden = false));
  of.classList.add("with-script");
  of.addEventListener("submit", (event) => {
    event.preventDefault();
    send(of);
  });
  input(of)?.addEventListener("change", () => send(of));
  let inside = 0;
  // The whole window takes a file: one that is dropped beside the field would replace the page.
  addEventListener("dragenter", (event) => {
    if (carriesFile(event)) of.classList.toggle("over", ++inside > 0);
  });
  addEventListener("dragleave", (event) => {
    if (carriesFile(event)) of.classList.toggle("over", --inside > 0);
  });
  addEventListener("dragover", (event) => {
    if (carriesFile(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    inside = 0;
    of.classList.remove("over");
    const field = input(of);
    if (!field || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    field.files = event.dataTransfer.files;
    send(of);
  });
  addEventListener("pageshow", () => draw(of, null));
}

/** The next title that waits, or the word that there is none. */
function goOn(settled: HTMLElement): void {
  settled.removeAttribute("data-settled");
  if (settled.matches(".review-group")) return settled.focus(); // not all of it is
  const groups = [...document.querySelectorAll<HTMLElement>(".review-group")];
  const behind = groups.find((one) => settled.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  const next = behind ?? groups[0];
  const end = document.getElementById("all-settled");
  if (end && !next && !document.querySelector(".review .more")) {
    end.hidden = false;
    end.focus();
  }
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function byKey(event: KeyboardEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  const group = target?.closest<HTMLElement>(".review-group");
  if (!group || event.ctrlKey || event.altKey || event.metaKey || target?.matches("input, select, textarea")) return;
  const wanted = CSS.escape(event.key.toLowerCase());
  const button = group.querySelector<HTMLButtonElement>(`button[data-key="${wanted}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
}

export function startReview(): void {
  if (!document.getElementById("review")) return;
  document.querySelectorAll<HTMLElement>(".review-keys").forEach((one) => (one.hidden = false));
  document.addEventListener("keydown", byKey);
  document.addEventListener("htmx:afterSettle", () => {
    const settled = document.querySelector<HTMLElement>("[data-settled]");
    if (settled) goOn(settled);
  });
}
