/** What the page tells its script: where it lives, who it may speak as, how states are called. */

const html = document.documentElement;

export const base = html.dataset["base"] ?? "";
export const liveUrl = html.dataset["liveUrl"] ?? "";
/** Where the event stream was when the page was drawn. */
export const liveSince = html.dataset["liveSince"] ?? "";

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

const words = document.getElementById("state-words")?.textContent ?? "{}";
const labels = JSON.parse(words) as Record<string, string>;

export function stateLabel(state: string): string {
  return labels[state] ?? state;
}

/** The server's clock may differ from this machine's; "3 min ago" is told by the server's. */
const skew = html.dataset["now"] ? Date.parse(html.dataset["now"]) - Date.now() : 0;

export function now(): number {
  return Date.now() + skew;
}

export function rememberFor(name: string, value: string, seconds: number): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=${base || "/"}; Max-Age=${seconds}; SameSite=Lax${secure}`;
}

export function remembered(name: string): string {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? found.slice(name.length + 1) : "";
}
