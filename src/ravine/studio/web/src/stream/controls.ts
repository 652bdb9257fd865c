// The controls of the stream widget: which gradients, and for each rule its settings.
import type { Settings } from "../engine/descent";
import { readNumbers, writeNumbers } from "../engine/number_list";
import { scaleOf } from "../engine/settings";
import { dial } from "../parts/dial";
import { numberField } from "../parts/number_input";
import { button, freshId, make, makeSvg, markup, short } from "../parts/elements";
import { markerPath } from "../landscape/markers";
import { LONGEST_LIST, MOST_STEPS, type StreamState } from "./state";
import { STREAMS } from "./streams";

const SCALES = [0.001, 1, 1000];

function labelled(text: string, control: HTMLElement): HTMLElement {
  control.id = freshId();
  return make("span", {}, make("label", { for: control.id }, text), control);
}

export function streamControls(state: StreamState, changed: () => void): HTMLElement[] {
  const kind = make(
    "select",
    {},
    ...Object.entries(STREAMS).map(([name, { title }]) => make("option", { value: name }, title)),
  );
  kind.value = state.stream;
  const own = make("input", { type: "text", size: "18", "aria-label": "Your gradients, with commas between them" });
  const complaint = make("span", { class: "complaint", role: "alert" });
  own.value = writeNumbers(state.own);
  own.hidden = state.stream !== "own";
  kind.addEventListener("change", () => {
    state.stream = kind.value;
    own.hidden = state.stream !== "own";
    own.value = writeNumbers(state.own); // what was refused is forgotten
    own.removeAttribute("aria-invalid");
    complaint.textContent = "";
    if (state.stream === "reddi") state.bounds ??= [-1, 1];
    keep.checked = state.bounds !== null;
    changed();
  });
  own.addEventListener("change", () => {
    const { list, trouble } = readNumbers(own.value, LONGEST_LIST);
    complaint.textContent = list === null ? `Your gradients: ${trouble}. ${writeNumbers(state.own)} stay.` : "";
    own.setAttribute("aria-invalid", String(list === null));
    if (list === null) return;
    state.own = list;
    own.value = writeNumbers(list);
    changed();
  });
  const scales = [...new Set([...SCALES, state.scale])].sort((a, b) => a - b);
  const scale = make("select", {}, ...scales.map((value) => make("option", { value: String(value) }, `× ${value}`)));
  scale.value = String(state.scale);
  scale.addEventListener("change", () => {
    state.scale = Number(scale.value);
    changed();
  });
  const steps = numberField({
    name: "Steps",
    wanted: () => ({ low: 1, high: MOST_STEPS, whole: true }),
    held: () => state.steps,
    take: (count) => {
      state.steps = count;
      state.step = null;
      changed();
    },
  });
  const keep = make("input", { type: "checkbox" });
  keep.checked = state.bounds !== null;
  const bounds = state.bounds ?? [-1, 1];
  keep.addEventListener("change", () => {
    state.bounds = keep.checked ? [bounds[0], bounds[1]] : null;
    changed();
  });
  return [
    labelled("Gradients", kind),
    own,
    complaint,
    labelled("times", scale),
    steps.element,
    make("label", { class: "check" }, keep, `Keep θ in [${bounds.map(short).join(", ")}]`),
  ];
}

function swatch(look: Look): SVGElement {
  const mark = makeSvg("path", { d: markerPath(look.marker), transform: "translate(10 10) scale(6)" });
  mark.style.setProperty("fill", `light-dark(${look.light}, ${look.dark})`);
  return makeSvg("svg", { viewBox: "0 0 20 20", width: "20", height: "20", "aria-hidden": "true" }, mark);
}

export function ruleBox(
  rule: RuleFacts,
  settings: Settings,
  look: Look,
  set: (name: string, value: number) => void,
  remove: false | (() => void),
): HTMLElement {
  const dials = Object.values(rule.hyperparameters).map((known) => {
    const made = dial({
      label: markup(known.symbol),
      name: `${known.name} of ${rule.title}`,
      meaning: known.meaning,
      scale: scaleOf(known),
      wanted: known,
      value: settings[known.name]!,
      turned: (value) => {
        made.show(value);
        set(known.name, value);
      },
    });
    return made.element;
  });
  const away = remove ? [button("×", remove, { "aria-label": `Take ${rule.title} out`, class: "remove" })] : [];
  return make("fieldset", {}, make("legend", {}, swatch(look), rule.title), ...away, ...dials);
}

export function adder(state: StreamState, add: (name: string) => void): HTMLElement {
  const select = make(
    "select",
    { "aria-label": "Feed another rule" },
    make("option", { value: "" }, "Feed another rule …"),
  );
  for (const rule of Object.values(RAVINE.rules)) {
    if (rule.main && !state.rules.includes(rule.name)) select.append(make("option", { value: rule.name }, rule.title));
  }
  select.addEventListener("change", () => select.value && add(select.value));
  return select;
}
