/** Short words about what was done or failed, also read out by screen readers. */

export interface Said {
  text: string;
  advice?: string;
  kind?: string;
}

const SECONDS = { done: 4, failed: 12 };

export function say(said: Said): void {
  const place = document.getElementById("toasts");
  if (!place || !said.text) return;
  const toast = document.createElement("div");
  const failed = said.kind === "failed";
  toast.className = failed ? "toast failed" : "toast";
  toast.append(said.text);
  if (said.advice) {
    const advice = document.createElement("small");
    advice.textContent = said.advice;
    toast.append(advice);
  }
  place.append(toast);
  const leave = () => toast.remove();
  toast.addEventListener("click", leave);
  setTimeout(leave, (failed ? SECONDS.failed : SECONDS.done) * 1000);
}

/** Say what an answer carries in its `HX-Trigger` header; whether it carried anything. */
export function sayAnswer(answer: Response): boolean {
  const header = answer.headers.get("HX-Trigger");
  if (!header) return false;
  const { said } = JSON.parse(header) as { said?: Said };
  if (said) say(said);
  return Boolean(said);
}
