// A field for one number: the same for every number of every widget. It holds the value that is used, or what was typed
// and refused, marked, with a line that says why and which value stays.
import { plain, readNumber, type Wanted } from "../engine/number";
import { freshId, make } from "./elements";

export interface NumberInput {
  input: HTMLInputElement;
  /** Where it says why it refuses; stands beside the field, and is empty while nothing is wrong. */
  complaint: HTMLElement;
  /** Shows the value that is used, unless somebody is typing; what was refused before is forgotten. */
  show: () => void;
  /** Reads again what was refused: it may fit by now. */
  retry: () => void;
}

export interface NumberInputOptions {
  name: string; // as it is spoken, and begins the line that refuses: "Adam: beta2"
  wanted: () => Wanted; // at the moment it is typed: the range of a start is that of the landscape
  held: () => number; // the value that is used
  take: (value: number) => void; // hears each value that fits, and is to make `held` give it
}

export function numberInput({ name, wanted, held, take }: NumberInputOptions): NumberInput {
  const id = freshId();
  const input = make("input", { type: "text", inputmode: "decimal", id, autocomplete: "off", spellcheck: "false" });
  const complaint = make("span", { class: "complaint", id: `${id}-complaint`, role: "alert" });
  input.setAttribute("aria-describedby", complaint.id);
  let typed: string | null = null; // what nobody has taken yet

  const kept = () => (Number.isNaN(held()) ? "" : plain(held())); // where nothing is asked for yet, nothing stands
  const settle = () => {
    typed = null;
    input.value = kept();
    complain("");
  };
  const complain = (words: string) => {
    if (complaint.textContent !== words) complaint.textContent = words;
    if (words === "") input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
  };
  const commit = () => {
    if (typed === null) return;
    const { value, trouble } = readNumber(typed, wanted());
    if (value === null) return complain(`${name}: ${trouble}.${kept() && ` ${kept()} stays.`}`);
    typed = null;
    take(value);
    settle();
  };
  input.addEventListener("input", () => (typed = input.value));
  input.addEventListener("change", commit);
  input.addEventListener("keydown", ({ key }) => {
    if (key === "Enter") commit();
    if (key === "Escape") settle();
  });
  settle();
  return {
    input,
    complaint,
    retry: commit,
    show: () => {
      if (typed === null || document.activeElement !== input) settle();
    },
  };
}

/** The same with its label, for a row of fields. */
export function numberField(options: NumberInputOptions): NumberInput & { element: HTMLElement } {
  const made = numberInput(options);
  return { ...made, element: make("div", { class: "field" }, make("label", { for: made.input.id }, options.name), made.input, made.complaint) };
}
