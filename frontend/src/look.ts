/** Dark, light or as the system says; and the viewer's time zone, so that the server writes their local times. */

import { rememberFor, remembered } from "./page";

const YEAR = 31_536_000;
const THEMES = ["auto", "dark", "light"] as const;
const NAMES = { auto: "Auto", dark: "Dark", light: "Light" };

export function startTheme(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-theme-toggle]");
  if (!button) return;
  const show = () => {
    const theme = (document.documentElement.dataset["theme"] ?? "auto") as (typeof THEMES)[number];
    button.querySelector(".theme-word")!.textContent = NAMES[theme];
    button.setAttribute("aria-label", `Colours: ${NAMES[theme]}. Change`);
    return theme;
  };
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(show()) + 1) % THEMES.length]!;
    document.documentElement.dataset["theme"] = next;
    rememberFor("episodarr_theme", next, YEAR);
    show();
  });
}

export function tellZone(): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const before = remembered("episodarr_zone");
  if (!zone || before === zone) return;
  rememberFor("episodarr_zone", zone, YEAR);
  const kept = remembered("episodarr_zone") === zone;
  const shown = document.documentElement.dataset["zone"];
  if (kept && shown !== zone && document.documentElement.dataset["liveUrl"]) location.reload();
}
