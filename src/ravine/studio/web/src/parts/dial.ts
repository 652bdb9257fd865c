// One number to turn: a slider on a sensible scale and a field for the exact value, with one label.
import { fits, plain, type Wanted } from "../engine/number";
import type { Scale } from "../engine/settings";
import { make } from "./elements";
import { numberInput } from "./number_input";

export interface Dial {
  element: HTMLElement;
  show: (value: number, starred?: boolean) => void;
}

export interface DialOptions {
  label: Node | string;
  name: string; // spoken, where the label is a symbol
  meaning: string;
  scale: Scale;
  wanted: Wanted;
  value: number; // at the beginning
  turned: (value: number) => void;
}

export function dial({ label, name, meaning, scale, wanted, value, turned }: DialOptions): Dial {
  let held = value;
  const take = (next: number) => {
    held = next;
    turned(next);
  };
  const field = numberInput({ name, wanted: () => wanted, held: () => held, take });
  const slider = make("input", { type: "range", min: "0", max: "1", step: "0.005", "aria-label": name });
  const star = make("span", {
    class: "star",
    title: "picked from a grid, the best for this start and number of steps",
  });
  field.input.setAttribute("aria-label", `${name}, ${meaning}`);
  slider.addEventListener("input", () => {
    const next = scale.toValue(Number(slider.value));
    if (fits(wanted, next)) take(next);
  });
  const title = make("label", { for: field.input.id, title: `${name}: ${meaning}` }, label, star);
  const show = (next: number, starred = false) => {
    held = next;
    star.textContent = starred ? "*" : "";
    field.show();
    slider.value = String(scale.toPosition(next));
    slider.setAttribute("aria-valuetext", plain(next));
  };
  show(value);
  return { element: make("div", { class: "dial" }, title, slider, field.input, field.complaint), show };
}

/** Equal steps of `step` between two ends. */
export function linear(low: number, high: number, step: number): Scale {
  return {
    toValue: (position) => Number((Math.round((low + position * (high - low)) / step) * step).toPrecision(12)),
    toPosition: (value) => Math.min(1, Math.max(0, (value - low) / (high - low))),
  };
}
