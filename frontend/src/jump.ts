/** Jump to a show: `/` or Ctrl-K, a few letters, Enter. */

import { base } from "./page";

interface Found {
  title: string;
  url: string;
  detail: string;
}

const WAIT = 120;

export function startJump(): void {
  const form = document.querySelector<HTMLFormElement>("[data-jump]");
  const box = document.querySelector<HTMLInputElement>("#jump-box");
  const list = document.querySelector<HTMLUListElement>("#jump-list");
  if (!form || !box || !list) return;
  let found: Found[] = [];
  let chosen = -1;
  let timer = 0;
  let asked = "";

  const close = () => {
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };

  const choose = (place: number) => {
    chosen = place;
    [...list.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === place));
      if (index === place) item.scrollIntoView({ block: "nearest" });
    });
    if (place >= 0) box.setAttribute("aria-activedescendant", `jump-${place}`);
  };

  const draw = () => {
    list.replaceChildren(
      ...found.map((one, index) => {
        const item = document.createElement("li");
        item.id = `jump-${index}`;
        item.setAttribute("role", "option");
        const detail = document.createElement("small");
        detail.textContent = one.detail;
        item.append(one.title, detail);
        item.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          location.href = one.url;
        });
        return item;
      }),
    );
    if (!found.length) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = "No show of this name";
      list.append(none);
    }
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    choose(found.length ? 0 : -1);
  };

  const ask = async () => {
    const text = box.value.trim();
    asked = text;
    if (!text) return close();
    const answer = await fetch(`${base}/jump?q=${encodeURIComponent(text)}`, { headers: { "X-Part": "1" } });
    if (!answer.ok || asked !== text) return undefined;
    found = (await answer.json()) as Found[];
    draw();
    return undefined;
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), WAIT);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
      box.blur();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
      event.preventDefault();
      choose((chosen + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
    }
  });
  form.addEventListener("submit", (event) => {
    const one = found[chosen];
    if (!one || list.hidden) return;
    event.preventDefault();
    location.href = one.url;
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if (!slash && !k) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
}
