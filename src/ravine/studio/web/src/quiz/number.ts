// Answers that are typed: the key is right within its tolerance, and the results of usual mistakes are recognised.
import { plain, readNumber } from "../engine/number";
import { make } from "../parts/elements";
import type { Question } from "./question";

type Numeric = Extract<Question, { kind: "number" }>;

export function near(answer: number, value: number, tolerance: number): boolean {
  return Math.abs(answer - value) <= tolerance * Math.abs(value);
}

/** To three digits, as the lessons write numbers. */
export function written(value: number): string {
  return String(Number(value.toPrecision(3)));
}

export function typeIn(root: HTMLElement, question: Numeric, answered: (right: boolean, why: Node | null) => void): void {
  const input = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-describedby": "number-hint" });
  const complaint = make("p", { class: "complaint", role: "alert" });
  const form = make(
    "form",
    { class: "number" },
    make("label", {}, "Your answer ", input),
    make("button", { type: "submit", class: "main" }, "Check"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { value: answer, trouble } = readNumber(input.value);
    if (answer === null) {
      complaint.textContent = `${trouble[0]!.toUpperCase()}${trouble.slice(1)}.`;
      input.setAttribute("aria-invalid", "true");
      input.focus();
    } else finish(answer);
  });
  root.append(form, make("p", { class: "hint", id: "number-hint" }, "Two or three digits are enough."), complaint);

  function finish(answer: number): void {
    const right = near(answer, question.key, question.tolerance);
    const slip = right ? undefined : question.slips.find((known) => near(answer, known.value, question.tolerance));
    const lines = [line(right ? "right chosen" : "wrong chosen", `${plain(answer)}, your answer`, slip?.why ?? (right ? question.why : null))];
    if (!right) lines.push(line("right", written(question.key), question.why));
    root.replaceChildren(make("ul", { class: "choices" }, ...lines));
    answered(right, (slip?.why ?? question.why).cloneNode(true));
  }

  function line(kind: string, text: string, why: DocumentFragment | null): HTMLElement {
    const mark = make("b", { class: "mark" }, kind.startsWith("right") ? "✓ Right" : "✗ Wrong");
    const below = make("p", { class: "why" }, mark, " ", why?.cloneNode(true) ?? "");
    return make("li", { class: `settled ${kind}` }, make("div", { class: "content" }, text), below);
  }
}
