// The controls of a network's fields: the same for the network and for the one thing in which its twin differs.
import { plain } from "../engine/number";
import { scaleOf } from "../engine/settings";
import { dial } from "../parts/dial";
import { freshId, make, markup } from "../parts/elements";
import { numberField } from "../parts/number_input";
import { type Field, idle } from "./fields";
import { type Recipe, settingsOf } from "./recipe";

export interface Control {
  element: HTMLElement;
  /** Shows what the recipe has. */
  follow: () => void;
}

/** `change` takes the text, and returns why it will not do, or null; `others` are the networks that it changes, too. */
export function controlFor(
  field: Field,
  recipe: () => Recipe,
  change: (text: string) => string | null,
  others: () => readonly Recipe[] = () => [],
): Control {
  const control = made(field, recipe, change);
  const box = control.element.querySelector<HTMLInputElement | HTMLSelectElement>("input, select")!;
  const why = make("span", { class: "soft idle", id: freshId() });
  control.element.append(why);
  const follow = () => {
    control.follow();
    const reason = idle(field, [recipe(), ...others()]);
    box.disabled = reason !== null;
    why.textContent = reason ?? "";
    if (reason) box.setAttribute("aria-describedby", why.id);
  };
  follow();
  return { element: control.element, follow };
}

function made(field: Field, recipe: () => Recipe, change: (text: string) => string | null): Control {
  if (field.options) return select(field, field.options(), recipe, change);
  if (!field.wanted) return typed(field, recipe, change);
  const number = numberField({
    name: field.label,
    wanted: () => field.wanted!(recipe()),
    held: () => Number(field.read(recipe())),
    take: (value) => void change(plain(value)),
  });
  return { element: number.element, follow: number.show };
}

function select(
  field: Field,
  options: readonly [string, string][],
  recipe: () => Recipe,
  change: (text: string) => string | null,
): Control {
  const id = freshId();
  const box = make("select", { id }, ...options.map(([value, words]) => make("option", { value }, words)));
  const complaint = make("span", { class: "complaint", role: "alert" });
  const follow = () => {
    box.value = field.read(recipe());
    complaint.textContent = "";
  };
  box.addEventListener("change", () => {
    const trouble = change(box.value);
    follow();
    if (trouble) complaint.textContent = `${trouble[0]!.toUpperCase()}${trouble.slice(1)}.`;
  });
  follow();
  return { element: make("div", { class: "field" }, make("label", { for: id }, field.label), box, complaint), follow };
}

/** What is neither chosen nor one number: a list of widths, "all". */
function typed(field: Field, recipe: () => Recipe, change: (text: string) => string | null): Control {
  const id = freshId();
  const box = make("input", { type: "text", class: "typed", id, autocomplete: "off", spellcheck: "false" });
  const complaint = make("span", { class: "complaint", role: "alert", id: `${id}-complaint` });
  box.setAttribute("aria-describedby", complaint.id);
  const held = () => field.read(recipe()).replaceAll(",", ", ");
  let shown = "";
  const settle = () => {
    box.value = shown = held();
    complaint.textContent = "";
    box.removeAttribute("aria-invalid");
  };
  box.addEventListener("change", () => {
    const trouble = change(box.value);
    if (trouble === null) return settle();
    complaint.textContent = `${field.label}: ${trouble}. ${held() || "The usual"} stays.`;
    box.setAttribute("aria-invalid", "true");
  });
  box.addEventListener("keydown", ({ key }) => key === "Escape" && settle());
  if (field.placeholder) box.placeholder = field.placeholder;
  settle();
  const follow = () => {
    if (held() !== shown || box.value !== shown) document.activeElement !== box && settle();
  };
  return { element: make("div", { class: "field" }, make("label", { for: id }, field.label), box, complaint), follow };
}

/** A dial for each hyperparameter of the recipe's rule; made anew when the rule is another. */
export function settingDials(recipe: () => Recipe, change: (key: string, text: string) => void): Control {
  const element = make("div", { class: "dials" });
  let built = "";
  let dials: { name: string; show: (value: number) => void }[] = [];
  const follow = () => {
    const { rule } = recipe();
    const settings = settingsOf(recipe());
    if (rule !== built) {
      built = rule;
      const facts = RAVINE.rules[rule]!;
      const made = Object.values(facts.hyperparameters).map((known) => {
        const { element, show } = dial({
          label: markup(known.symbol),
          name: `${facts.title}: ${known.name}`,
          meaning: known.meaning,
          scale: scaleOf(known),
          wanted: known,
          value: settings[known.name]!,
          turned: (value) => change(`${rule}.${known.name}`, plain(value)),
        });
        return { name: known.name, element, show };
      });
      dials = made;
      element.replaceChildren(...made.map((each) => each.element));
    }
    for (const { name, show } of dials) show(settings[name]!);
  };
  follow();
  return { element, follow };
}
