// "Predict first": what the same figure shows is locked until the learner has said what will happen, or skips it.
import { button, make } from "../parts/elements";
import { DEED, type Deed } from "../parts/tell";
import { askedBy } from "./asked";
import type { Widget } from "./start";

export const predict: Widget = (root) => {
  const figure = root.closest("figure");
  const widget = figure?.querySelector<HTMLElement>('[data-widget]:not([data-widget="predict"])');
  const outcome = root.querySelector<HTMLDetailsElement>(".outcome");
  const place = root.querySelector<HTMLElement>(".options, .sketch");
  if (!figure || !outcome || !place) return;
  if (widget) widget.dataset.locked = "";
  figure.classList.add("locked");

  const asked = askedBy(root, place, figure, widget ?? null);
  const see = button("See what happens", () => (asked.ready() ? unlock(true) : hint("Predict something first, or skip it.")), { class: "main" });
  const skip = button("Skip the prediction", () => unlock(false));
  const hinted = make("span", { class: "soft", role: "status" });
  const hint = (words: string) => void (hinted.textContent = words);
  const question = make("div", {}, make("div", { class: "predict-buttons" }, see, skip, hinted));
  const said = make("div", { class: "foretold", role: "status", tabindex: "-1" });
  place.replaceWith(question);
  question.prepend(asked.element);
  outcome.replaceWith(said);

  const unlock = (given: boolean): void => {
    const told = given ? asked.told() : [];
    const judged = asked.judged();
    question.remove();
    said.replaceChildren(make("p", {}, make("b", {}, given ? "You predicted: " : "You skipped the prediction."), ...told));
    if (judged) {
      const right = given && judged.right;
      const is = make("p", {}, make("b", { class: right ? "right" : "other" }, right ? "✓ It is so: " : "What happens: "), ...judged.is);
      said.append(is, ...follows(outcome));
    } else {
      const next = given ? "Now press Play: what happens is drawn beside your line." : "Press Play, and watch.";
      said.append(make("p", { class: "next" }, next), outcome);
      onceOver(figure, () => said.replaceChildren(said.firstElementChild!, ...follows(outcome)));
    }
    figure.classList.remove("locked");
    if (widget) {
      delete widget.dataset.locked;
      widget.dispatchEvent(new CustomEvent("ravine:unlocked", { bubbles: true }));
    }
    said.focus({ preventScroll: true });
  };
};

/** Once a network in the figure has come to its end. */
function onceOver(figure: HTMLElement, then: () => void): void {
  const heard = (event: Event) => {
    const { detail } = event as CustomEvent<Deed>;
    if (!("happened" in detail)) return;
    figure.removeEventListener(DEED, heard);
    then();
  };
  figure.addEventListener(DEED, heard);
}

function follows(outcome: HTMLElement): Node[] {
  return [...outcome.querySelectorAll(":scope > :not(summary)")].map((part) => part.cloneNode(true));
}
