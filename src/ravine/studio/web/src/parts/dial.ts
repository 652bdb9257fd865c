// One number to turn: a slider on a sensible scale and a field for the exact value, with one label.
import type { Scale } from "../engine/settings";
import { freshId, make } from "./elements";

export interface Dial {
  element: HTMLElement;
  show: (value: number, starred?: boolean) => void;
}

export interface DialOptions {
  label: Node | string;
  name: string; // spoken, where the label is a symbol
  meaning: string;
  scale: Scale;
  takes: (value: number) => boolean;
  wanted: string; // the range in words
  turned: (value: number) => void;
}

export function dial(options: DialOptions): Dial {
  const { scale, takes, turned } = options;
  const id = freshId();
  const slider = make("input", { type: "range", min: "0", max: "1", step: "0.005", "aria-label": options.name });
  const field = make("input", { type: "text", inputmode: "decimal", id, autocomplete: "off", spellcheck: "false" });
  const star = make("span", {
    class: "star",
    title: "picked from a grid, the best for this start and number of steps",
  });
  const error = make("span", { class: "dial-error", id: `${id}-error`, role: "alert" });
  const label = make("label", { for: id, title: `${options.name}: ${options.meaning}` }, options.label, star);
  field.setAttribute("aria-label", `${options.name}, ${options.meaning}`);
  field.setAttribute("aria-describedby", error.id);

  const refuse = (message: string) => {
    error.textContent = message;
    field.setAttribute("aria-invalid", String(message !== ""));
  };
  slider.addEventListener("input", () => {
    const value = scale.toValue(Number(slider.value));
    if (takes(value)) turned(value);
  });
  field.addEventListener("change", () => {
    const value = Number(field.value.replace("−", "-").replace(",", "."));
    if (field.value.trim() === "" || !takes(value)) return refuse(`${options.name} must be in ${options.wanted}`);
    refuse("");
    turned(value);
  });
  return {
    element: make("div", { class: "dial" }, label, slider, field, error),
    show(value, starred = false) {
      star.textContent = starred ? "*" : "";
      if (document.activeElement !== field || Number(field.value) !== value) field.value = plain(value);
      slider.value = String(scale.toPosition(value));
      slider.setAttribute("aria-valuetext", plain(value));
      refuse("");
    },
  };
}

/** A number as people type it: 0.001, and 1e-8 where zeros would have to be counted. */
export function plain(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential().replace("e+", "e");
  return String(value);
}
