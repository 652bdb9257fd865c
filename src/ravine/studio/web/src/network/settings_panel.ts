// All that can be changed: five groups of fields, the rule's settings, and the one thing in which the twin differs.
import { freshId, make } from "../parts/elements";
import { type Control, controlFor, settingDials } from "./controls";
import { type Field, FIELDS, fieldOf, type Group } from "./fields";
import type { Pair } from "./pair";
import { twinOf } from "./state";

const GROUPS: Record<Group, string> = {
  data: "Data",
  network: "Network",
  start: "First weights",
  regularisation: "Against learning by heart",
  training: "Training",
};

/** `changed` hears of each change that was taken, by its key and text. */
export function settingsPanel(pair: Pair, changed: (key: string, text: string) => void): Control {
  const recipe = () => pair.state.recipe;
  const change = (key: string, text: string): string | null => {
    const trouble = pair.change(key, text);
    if (trouble === null) changed(key, text);
    return trouble;
  };
  const twins = () => [twinOf(pair.state) ?? recipe()];
  const controls: Control[] = [];
  const groups = (Object.keys(GROUPS) as Group[]).map((group) => {
    const own = FIELDS.filter((field) => field.group === group).map((field) =>
      controlFor(field, recipe, (text) => change(field.key, text), twins),
    );
    if (group === "training") own.splice(1, 0, settingDials(recipe, change));
    controls.push(...own);
    return make("fieldset", { "data-panel": group }, make("legend", {}, GROUPS[group]), ...own.map(({ element }) => element));
  });
  const twin = twinPanel(pair, changed);
  controls.push(twin);
  const element = make("div", { class: "network-settings" }, ...groups, twin.element);
  return { element, follow: () => controls.forEach(({ follow }) => follow()) };
}

function twinPanel(pair: Pair, changed: (key: string, text: string) => void): Control {
  const select = make("select", { id: freshId() });
  const holder = make("div", { class: "twin-value" });
  let built = ""; // the field that the holder's control is of, and the rule
  let control: Control | null = null;

  const build = (key: string) => {
    const field = key === "" ? null : fieldOf(key);
    control = field && controlFor(field, () => twinOf(pair.state) ?? pair.state.recipe, (text) => differ(field, text));
    holder.replaceChildren(...(control ? [control.element] : []));
  };
  const differ = (field: Field, text: string): string | null => {
    const trouble = pair.differ(field.key, text);
    if (trouble === null) changed(`twin.${field.key}`, text);
    return trouble;
  };
  const follow = () => {
    const { recipe, twin } = pair.state;
    const settings = Object.keys(RAVINE.rules[recipe.rule]!.hyperparameters).map((name) => fieldOf(`${recipe.rule}.${name}`)!);
    const fields = [...FIELDS.filter(({ key }) => key !== "steps" && key !== "data"), ...settings];
    const now = `${recipe.rule} ${twin?.key ?? ""}`;
    if (now !== built) {
      built = now;
      const options = fields.map(({ key, label }) => make("option", { value: key }, label === "times" ? "Size of the first weights" : label));
      select.replaceChildren(make("option", { value: "" }, "nothing: no twin"), ...options);
      build(twin?.key ?? "");
    }
    select.value = twin?.key ?? "";
    control?.follow();
  };
  select.addEventListener("change", () => {
    const field = select.value === "" ? null : fieldOf(select.value);
    if (field === null) {
      pair.differ(null);
      changed("twin", "");
    } else void differ(field, other(field, pair));
    follow();
  });
  follow();
  const label = make("label", { for: select.id }, "A second network that differs in");
  return {
    element: make("fieldset", { "data-panel": "twin", class: "twin" }, make("legend", {}, "Twin"), make("div", { class: "field" }, label, select), holder),
    follow,
  };
}

/** What a twin has at first where it is to differ in a field: something that tells. */
function other(field: Field, { state }: Pair): string {
  const { recipe } = state;
  const now = field.read(recipe);
  const [first] = (TELLING[field.key] ?? []).filter((text) => text !== now);
  if (first !== undefined) return first;
  const others = field.options?.().map(([value]) => value).filter((value) => value !== now);
  if (others) return others[0] ?? now;
  const value = Number(now);
  return String(value === 0 ? 0.5 : Number((value / 10).toPrecision(6)));
}

const TELLING: Record<string, string[]> = {
  activation: ["relu", "sigmoid"],
  init: ["he_normal", "zeros"],
  layers: ["8", "32,32"],
  dropout: ["0.5", "0"],
  "dropout.inputs": ["0.2", "0"],
  decay: ["l2", "decoupled"],
  rule: ["sgd", "adam"],
  batch: ["all", "8"],
  bias: ["0.5", "-1"],
  random: ["1", "0"],
  inputs: ["standard", "unit"],
  examples: ["50", "200"],
  seed: ["1", "2"],
  gain: ["0.1", "1"],
  lambda: ["0.1", "0.001"],
  schedule: ["cosine", "constant"],
};
