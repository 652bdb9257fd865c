// A formula that explains itself: a symbol under the pointer or the focus is marked wherever it stands, and named.
// The formula is one stop of the Tab key; the arrow keys go from symbol to symbol.

import type { Widget } from "./start";

export const symbols: Widget = (root) => {
  const formula = root.querySelector<HTMLElement>(".equations");
  const list = root.querySelector("dl.symbols");
  if (!formula || !list) return;
  const entries = new Map<string, HTMLElement>();
  for (const entry of list.querySelectorAll<HTMLElement>("[data-symbol]")) entries.set(entry.dataset.symbol!, entry);
  const marks = [...formula.querySelectorAll<MathMLElement>("[data-symbol]")].filter((mark) =>
    entries.has(mark.dataset.symbol!),
  );

  const tip = document.createElement("div");
  tip.className = "tip";
  tip.id = `tip-${root.id}`;
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  root.append(tip);

  const show = (mark: MathMLElement): void => {
    hide();
    const name = mark.dataset.symbol!;
    for (const same of root.querySelectorAll(`[data-symbol="${name}"]`)) same.classList.add("marked");
    tip.textContent = entries.get(name)!.querySelector("dd")!.textContent;
    tip.hidden = false;
    mark.setAttribute("aria-describedby", tip.id);
    const [frame, place] = [root.getBoundingClientRect(), mark.getBoundingClientRect()];
    const middle = place.left + place.width / 2 - frame.left - tip.offsetWidth / 2;
    tip.style.setProperty("left", `${Math.max(0, Math.min(middle, frame.width - tip.offsetWidth))}px`);
    tip.style.setProperty("top", `${place.bottom - frame.top + 6}px`);
  };
  const hide = (): void => {
    tip.hidden = true;
    for (const marked of root.querySelectorAll(".marked")) marked.classList.remove("marked");
    for (const mark of marks) mark.removeAttribute("aria-describedby");
  };
  const markOf = (event: Event): MathMLElement | null =>
    event.target instanceof Element ? event.target.closest<MathMLElement>(".equations [data-symbol]") : null;

  for (const [number, mark] of marks.entries()) {
    mark.setAttribute("tabindex", number === 0 ? "0" : "-1");
    mark.addEventListener("focus", (event) => {
      if (event.target !== mark) return;
      for (const other of marks) other.setAttribute("tabindex", other === mark ? "0" : "-1");
      show(mark);
    });
    mark.addEventListener("blur", hide);
  }
  formula.addEventListener("pointerover", (event) => {
    const mark = markOf(event);
    if (mark && marks.includes(mark)) show(mark);
  });
  root.addEventListener("pointerleave", hide);
  // What is under the pointer in the list is marked in the formula.
  list.addEventListener("pointerover", (event) => {
    const entry = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-symbol]") : null;
    for (const marked of root.querySelectorAll(".marked")) marked.classList.remove("marked");
    if (!entry) return;
    for (const same of root.querySelectorAll(`[data-symbol="${entry.dataset.symbol}"]`)) same.classList.add("marked");
  });
  formula.addEventListener("keydown", (event) => {
    const at = marks.indexOf(document.activeElement as MathMLElement);
    const next = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: marks.length - 1,
    }[event.key];
    if (event.key === "Escape") hide();
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    marks[next]?.focus();
  });
};
