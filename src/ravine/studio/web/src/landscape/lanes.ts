// Who is running: a row for each rule with its look, its title and how it stands, which opens on its hyperparameters.
import { scaleOf } from "../engine/settings";
import type { Lane, Session } from "../engine/session";
import { type Dial, dial } from "../parts/dial";
import { button, make, makeSvg, markup } from "../parts/elements";
import { markerPath } from "./markers";
import { standing } from "./summary";
import { colourOf, onThemeChange } from "../parts/theme";

const PICKED =
  "Of 1, 2 and 5 times each power of ten from 0.0001 to 50 it is the rate whose height above the lowest known point, " +
  "as a logarithm, is least on average over all steps. Out are rates that ever climb above the start or jump over a " +
  "fifth of the picture. So it rewards an early descent as much as the last digits: another rate may end lower.";
const MOST_OPEN = 9; // dials that are shown from the beginning

interface Row {
  element: HTMLElement;
  rule: RuleFacts;
  swatch: SVGElement;
  height: HTMLElement;
  usual: HTMLElement; // gives back the defaults; there where something was set
  dials: Map<string, Dial>;
}

export function lanesPanel(session: Session, turned: () => void): HTMLElement {
  const list = make("ul", { class: "lanes" });
  const note = make(
    "details",
    { class: "note picked" },
    make("summary", {}, "* rate picked from one grid, for each rule the one that gets down soonest"),
    make("p", {}, PICKED),
  );
  let rows: Row[] = [];

  const rebuild = () => {
    const before = new Map(rows.map((row) => [row.rule.name, row]));
    const dials = session.lanes.reduce((sum, { settings }) => sum + Object.keys(settings).length, 0);
    const few = dials <= MOST_OPEN && before.size === 0;
    rows = session.lanes.map((lane) => before.get(lane.rule.name) ?? newRow(session, lane, few, turned));
    // A row that is moved loses the focus, and a slider the hand that holds it.
    const elements = rows.map((row) => row.element);
    if (elements.length !== list.children.length || elements.some((element, i) => list.children[i] !== element)) {
      list.replaceChildren(...elements);
    }
  };
  const paint = () => {
    rows.forEach((row, place) => row.swatch.replaceChildren(...swatch(session.lanes[place]!)));
  };
  const follow = () => {
    session.lanes.forEach((lane, place) => {
      rows[place]!.usual.hidden = Object.keys(session.state.settings[lane.rule.name] ?? {}).length === 0;
      for (const [name, dial] of rows[place]!.dials) dial.show(lane.settings[name]!, name === "lr" && lane.chosen);
    });
    note.hidden = !session.lanes.some((lane) => lane.chosen);
  };
  const report = () => {
    session.lanes.forEach((lane, place) => {
      const text = standing(lane, session.step);
      const { height } = rows[place]!;
      if (height.textContent !== text) height.textContent = text;
    });
  };
  const start = () => {
    rebuild();
    paint();
    follow();
    report();
  };
  session.on((change) => {
    if (change === "race") start();
    if (change === "step") report();
  });
  onThemeChange(paint);
  start();
  return make("div", { "data-panel": "settings" }, list, note);
}

function newRow(session: Session, { rule, settings }: Lane, open: boolean, turned: () => void): Row {
  const picture = makeSvg("svg", { viewBox: "0 0 44 16", class: "swatch", "aria-hidden": "true" });
  const height = make("span", { class: "standing" });
  const title = make(
    "summary",
    {},
    picture as unknown as Node,
    make("span", { class: "lane-title" }, rule.title),
    height,
  );
  const dials = new Map<string, Dial>();
  const box = make("div", { class: "dials" });
  for (const known of Object.values(rule.hyperparameters)) {
    const made = dial({
      label: markup(known.symbol),
      name: `${rule.title}: ${known.name}`,
      meaning: known.meaning,
      scale: scaleOf(known),
      wanted: known,
      value: settings[known.name]!,
      turned: (value) => {
        session.set(rule.name, known.name, value);
        turned();
      },
    });
    dials.set(known.name, made);
    box.append(made.element);
  }
  const usual = button(
    "Defaults and best rate",
    () => {
      const { [rule.name]: _, ...settings } = session.state.settings;
      session.change({ settings });
      turned();
    },
    { class: "quiet" },
  );
  box.append(usual);
  return {
    element: make("li", {}, make("details", { open }, title, box)),
    rule,
    swatch: picture,
    height,
    usual,
    dials,
  };
}

/** A piece of the rule's line with its marker. */
export function swatch({ look }: Lane): SVGElement[] {
  const colour = colourOf(look);
  const line = makeSvg("path", { d: "M1 8H43", stroke: colour, "stroke-width": "2.2", fill: "none" });
  if (look.dash.length) line.setAttribute("stroke-dasharray", look.dash.join(" "));
  const marker = makeSvg("path", { d: markerPath(look.marker), fill: colour, transform: "translate(22 8) scale(5.6)" });
  return [line, marker];
}
