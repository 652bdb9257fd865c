// "Predict first": what the same figure shows is locked until the learner has said what will happen, or skips it.
import { numberField } from "../parts/number_input";
import { button, freshId, make, short } from "../parts/elements";
import type { Widget } from "./start";

/** What asks: its element, whether an answer is there by now, and the answer: as it is told, and whether it is right. */
interface Asked {
  element: HTMLElement;
  ready: () => boolean;
  answer: () => { told: Node[]; right: boolean; is: Node[] };
}

export const predict: Widget = (root) => {
  const figure = root.closest("figure");
  const widget = figure?.querySelector<HTMLElement>('[data-widget]:not([data-widget="predict"])');
  const outcome = root.querySelector<HTMLElement>(".outcome");
  const place = root.querySelector<HTMLElement>(".options");
  if (!figure || !outcome || !place) return;
  if (widget) widget.dataset.locked = "";
  figure.classList.add("locked");

  const asked = root.dataset.answer === undefined ? choice(place) : number(root, place);
  const see = button("See what happens", () => (asked.ready() ? unlock(asked) : hint("Predict something first, or skip it.")), { class: "main" });
  const skip = button("Skip the prediction", () => unlock(null));
  const hinted = make("span", { class: "soft", role: "status" });
  const hint = (words: string) => void (hinted.textContent = words);
  const question = make("div", {}, asked.element, make("div", { class: "predict-buttons" }, see, skip, hinted));
  const said = make("div", { class: "foretold", role: "status", tabindex: "-1" });
  place.replaceWith(question);
  outcome.replaceWith(said);

  const unlock = (given: Asked | null): void => {
    const { told, right, is } = given?.answer() ?? { told: [], right: false, is: asked.answer().is };
    question.remove();
    said.replaceChildren(
      make("p", {}, make("b", {}, given ? "You predicted: " : "You skipped the prediction."), ...told),
      make("p", {}, make("b", { class: right ? "right" : "other" }, right ? "✓ It is so: " : "What happens: "), ...is),
      ...[...outcome.querySelectorAll(":scope > :not(summary)")].map((part) => part.cloneNode(true)),
    );
    figure.classList.remove("locked");
    if (widget) {
      delete widget.dataset.locked;
      widget.dispatchEvent(new CustomEvent("ravine:unlocked", { bubbles: true }));
    }
    said.focus({ preventScroll: true });
  };
};

function choice(list: HTMLElement): Asked {
  const options = [...list.querySelectorAll<HTMLElement>("li")];
  const name = freshId();
  const boxes = options.map(() => make("input", { type: "radio", name }));
  const labels = options.map((option, place) => make("label", { class: "check" }, boxes[place]!, make("span", {}, ...copies(option))));
  const element = make("div", { class: "choices", role: "radiogroup", "aria-label": "Your prediction" }, ...labels);
  const chosen = () => options[boxes.findIndex((box) => box.checked)];
  const right = options.find((option) => option.dataset.right !== undefined)!;
  return {
    element,
    ready: () => chosen() !== undefined,
    answer: () => ({ told: chosen() ? copies(chosen()!) : [], right: chosen() === right, is: copies(right) }),
  };
}

function number(root: HTMLElement, place: HTMLElement): Asked {
  const [key, within] = [Number(root.dataset.answer), Number(root.dataset.within)];
  const unit = () => copies(place.querySelector(".unit")!);
  let given: number | null = null;
  const field = numberField({
    name: "Your prediction",
    wanted: () => ({}),
    held: () => given ?? NaN,
    take: (value) => (given = value),
  });
  field.input.value = "";
  field.element.append(make("span", {}, ...unit()));
  const near = () => given !== null && given > 0 && Math.max(given / key, key / given) <= within;
  const written = (value: number) => [document.createTextNode(`${short(value)} `), ...unit()];
  return {
    element: field.element,
    ready: () => given !== null,
    answer: () => ({ told: given === null ? [] : written(given), right: near(), is: written(key) }),
  };
}

function copies(element: Element): Node[] {
  return [...element.childNodes].map((node) => node.cloneNode(true));
}
