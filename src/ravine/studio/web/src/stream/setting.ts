// One hyperparameter: a slider with the scale that suits it, and a field for the exact number.
import { rangeOf, scaleOf, takes } from "../engine/settings";
import { freshId, make, markup, short } from "../landscape/elements";

export function setting(owner: string, known: Hyperparameter, value: number, change: (value: number) => void): HTMLElement {
  const scale = scaleOf(known);
  const id = freshId();
  const named = `${known.name} of ${owner}`;
  const slider = make("input", { type: "range", min: "0", max: "1", step: "0.001", id, "aria-label": named });
  const field = make("input", { type: "text", inputmode: "decimal", size: "7", "aria-label": `${named}, exact` });
  const show = (number: number): void => {
    slider.value = String(scale.toPosition(number));
    slider.setAttribute("aria-valuetext", short(number));
    field.value = String(number);
    field.removeAttribute("aria-invalid");
    field.title = `in ${rangeOf(known)}`;
  };
  slider.addEventListener("input", () => {
    const number = scale.toValue(Number(slider.value));
    if (!takes(known, number)) return;
    show(number);
    change(number);
  });
  field.addEventListener("change", () => {
    const number = Number(field.value);
    if (field.value.trim() === "" || !takes(known, number)) return field.setAttribute("aria-invalid", "true");
    show(number);
    change(number);
  });
  show(value);
  const label = make("label", { for: id, title: known.meaning }, markup(known.symbol), make("span", {}, known.name));
  return make("div", { class: "setting" }, label, slider, field);
}
