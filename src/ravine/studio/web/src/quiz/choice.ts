// Answers that are chosen: one, by a button that answers at once, or several, by boxes and a button that checks.
import { button, element } from "./elements";
import type { Option } from "./question";

/** Fills `root` with the options; `answered` hears once whether the answer was right, and the why of what was chosen. */
export function choose(root: HTMLElement, options: Option[], answered: (right: boolean, why: Node | null) => void): void {
  const controls = options.map((option) => button("", () => finish(option), "option"));
  options.forEach((option, number) => controls[number]?.append(option.content.cloneNode(true)));
  const items = controls.map((control) => element("li", {}, control));
  root.append(element("ul", { class: "choices" }, ...items));

  function finish(chosen: Option): void {
    controls.forEach((control, number) => {
      const option = options[number] as Option;
      settle(items[number] as HTMLElement, control, option, option === chosen);
    });
    answered(chosen.right, chosen.why.cloneNode(true));
  }
}

export function chooseSeveral(root: HTMLElement, options: Option[], answered: (right: boolean, why: Node | null) => void): void {
  const boxes = options.map(() => element("input", { type: "checkbox" }));
  const labels = options.map((option, number) =>
    element("label", { class: "option" }, boxes[number] as Node, element("span", {}, option.content.cloneNode(true))),
  );
  const items = labels.map((label) => element("li", {}, label));
  const check = button("Check", finish, "main");
  root.append(element("p", { class: "hint" }, "Choose all that apply."), element("ul", { class: "choices" }, ...items), check);

  function finish(): void {
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
  const mark = element("b", { class: "mark" }, `${option.right ? "✓" : "✗"} ${words.join(", ")}`);
  const content = element("div", { class: "content" }, option.content.cloneNode(true));
  item.classList.add("settled", option.right ? "right" : "wrong");
  item.classList.toggle("chosen", chosen);
  control.replaceWith(content, element("p", { class: "why" }, mark, " ", option.why.cloneNode(true)));
}
