// Answers that are chosen: one, by a button that answers at once, or several, by boxes and a button that checks.
import { button, make } from "../parts/elements";
import type { Option } from "./question";

/** Fills `root` with the options; `answered` hears once whether the answer was right, and the why of what was chosen. */
export function choose<O extends Option>(
  root: HTMLElement,
  options: O[],
  answered: (right: boolean, why: Node | null, chosen: O) => void,
): void {
  const controls = options.map((option) => button("", () => finish(option), { class: "option" }));
  options.forEach(({ content, label }, number) => {
    const shown = content.cloneNode(true);
    if (label === undefined) controls[number]?.append(shown);
    else controls[number]?.append(make("span", { "aria-hidden": "true" }, shown), make("span", { class: "unseen" }, label));
  });
  const items = controls.map((control) => make("li", {}, control));
  root.append(make("ul", { class: "choices" }, ...items));

  function finish(chosen: O): void {
    controls.forEach((control, number) => {
      const option = options[number] as Option;
      settle(items[number] as HTMLElement, control, option, option === chosen);
    });
    answered(chosen.right, chosen.why.cloneNode(true), chosen);
  }
}

export function chooseSeveral(root: HTMLElement, options: Option[], answered: (right: boolean, why: Node | null) => void): void {
  const boxes = options.map(() => make("input", { type: "checkbox" }));
  const labels = options.map((option, number) =>
    make("label", { class: "option" }, boxes[number] as Node, make("span", {}, option.content.cloneNode(true))),
  );
  const items = labels.map((label) => make("li", {}, label));
  const check = button("Check", finish, { class: "main" });
  const complaint = make("p", { class: "complaint", role: "alert" });
  root.append(make("p", { class: "hint" }, "Choose all that apply."), make("ul", { class: "choices" }, ...items), complaint, check);

  function finish(): void {
    if (!boxes.some((box) => box.checked)) {
      complaint.textContent = "Choose at least one.";
      boxes[0]?.focus();
      return;
    }
    complaint.remove();
    check.remove();
    options.forEach((option, number) => {
      const box = boxes[number] as HTMLInputElement;
      settle(items[number] as HTMLElement, labels[number] as HTMLElement, option, box.checked);
    });
    answered(
      options.every((option, number) => option.right === boxes[number]?.checked),
      null,
    );
  }
}

/** Puts an option that can no longer be chosen in the place of its control, with its mark and its why. */
function settle(item: HTMLElement, control: HTMLElement, option: Option, chosen: boolean): void {
  const words = [option.right ? "Right" : "Wrong", ...(chosen ? ["your answer"] : [])];
  const mark = make("b", { class: "mark" }, `${option.right ? "✓" : "✗"} ${words.join(", ")}`);
  const content = make("div", { class: "content" }, option.content.cloneNode(true));
  item.classList.add("settled", option.right ? "right" : "wrong");
  item.classList.toggle("chosen", chosen);
  control.replaceWith(content, make("p", { class: "why" }, mark, " ", option.why.cloneNode(true)));
}
