/** A quick tooltip for cells and segments: their accessible name, beside the pointer or the focused element. */

const ABOVE = 8;

export function startTips(): void {
  const tip = document.getElementById("tip");
  if (!tip) return;
  let over: Element | null = null;
  const write = () => {
    const label = over?.getAttribute("aria-label");
    if (!over || !label) return hide();
    tip.textContent = label;
    tip.hidden = false;
    const box = over.getBoundingClientRect();
    const own = tip.getBoundingClientRect();
    const left = Math.max(6, Math.min(innerWidth - own.width - 6, box.left + box.width / 2 - own.width / 2));
    const top = box.top - own.height - ABOVE > 0 ? box.top - own.height - ABOVE : box.bottom + ABOVE;
    tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    return undefined;
  };
  const renamed = new MutationObserver(write); // what it is over may move on meanwhile
  const hide = () => {
    renamed.disconnect();
    over = null;
    tip.hidden = true;
  };
  const show = (event: Event) => {
    hide();
    over = event.target instanceof Element ? event.target.closest(".cell, a.seg") : null;
    write();
    if (over) renamed.observe(over, { attributeFilter: ["aria-label"] });
  };
  document.addEventListener("pointerover", show);
  document.addEventListener("focusin", show);
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, { passive: true, capture: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
}
