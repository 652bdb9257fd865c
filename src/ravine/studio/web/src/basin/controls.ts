// What is mapped: the rule, the kind of map, the hyperparameter against the rate; and the rule's own dials.
import type { Session } from "../engine/session";
import { scaleOf } from "../engine/settings";
import { type Dial, dial } from "../parts/dial";
import { freshId, make, markup } from "../parts/elements";
import { against, others, subject, type Subject } from "./subject";

export function mapControls(session: Session, turned: () => void): HTMLElement {
  const change = (patch: Parameters<Session["change"]>[0]) => {
    session.change(patch);
    turned();
  };
  const rule = choice("Rule", (name) => change({ mapRule: name }));
  const kind = choice("Map", (name) => change({ map: name === "rates" ? "rates" : "basin" }));
  kind.fill([
    ["basin", "where each start ends"],
    ["rates", "final height over the rate"],
  ]);
  const other = choice("Against", (name) => change({ mapAgainst: name }));
  const dials = make("div", { class: "dials" });
  let shownDials = new Map<string, Dial>();
  let shown = "";

  const follow = () => {
    const about = subject(session);
    const { name } = about.rule;
    if (shown !== `${name} ${session.state.rules.join()}`) {
      shown = `${name} ${session.state.rules.join()}`;
      rule.fill(listed(session).map((facts) => [facts.name, label(facts)]));
      other.fill(others(about.rule).map(({ name }) => [name, name]));
      shownDials = dialsOf(session, about, turned);
      dials.replaceChildren(...[...shownDials.values()].map(({ element }) => element));
    }
    rule.select.value = name;
    kind.select.value = session.state.map ?? "basin";
    other.select.value = against(session, about.rule)?.name ?? "";
    other.element.hidden = session.state.map !== "rates" || others(about.rule).length === 0;
    for (const [name, { show }] of shownDials) show(about.settings[name]!);
  };
  session.on((change) => change !== "step" && follow());
  follow();
  return make(
    "div",
    { class: "map-controls" },
    make("div", { class: "map-choices" }, rule.element, kind.element, other.element),
    dials,
  );
}

/** The rules that race, and then the main forms of the others. */
function listed({ state }: Session): RuleFacts[] {
  const racing = state.rules.map((name) => RAVINE.rules[name]!);
  const chosen = RAVINE.rules[state.mapRule ?? ""];
  const rest = Object.values(RAVINE.rules).filter((rule) => rule.main || rule === chosen);
  return [...new Set([...racing, ...rest])];
}

function label({ title, name, main }: RuleFacts): string {
  return main ? title : `${title} (${name})`;
}

function dialsOf(session: Session, { rule, settings }: Subject, turned: () => void): Map<string, Dial> {
  return new Map(
    Object.values(rule.hyperparameters).map((known) => [
      known.name,
      dial({
        label: markup(known.symbol),
        name: known.name,
        meaning: known.meaning,
        scale: scaleOf(known),
        wanted: known,
        value: settings[known.name]!,
        turned: (value) => {
          session.set(rule.name, known.name, value);
          turned();
        },
      }),
    ]),
  );
}

function choice(name: string, chosen: (value: string) => void) {
  const id = freshId();
  const select = make("select", { id });
  select.addEventListener("change", () => chosen(select.value));
  const fill = (options: [string, string][]) =>
    select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
  return { element: make("div", { class: "row" }, make("label", { for: id }, name), select), select, fill };
}
