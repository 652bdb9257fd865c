// The panel of maps: controls, the picture, its legend, and what a click on it does.
import type { Session } from "../engine/session";
import { make, short } from "../landscape/elements";
import { onThemeChange } from "../landscape/theme";
import { mapControls } from "./controls";
import { basinLegend, basinSummary, percent, ratesLegend, ratesSummary, ratesTable } from "./legend";
import { losses } from "./losses";
import { Mapper } from "./mapper";
import { outcomes } from "./outcome";
import { Picture, type Seen } from "./picture";
import { rateAt } from "./run";
import { against, axisOf, minimaOf, rates, subject } from "./subject";

const SETTLED = 180; // milliseconds without a change, until the map that stays is drawn

export function mapPanel(session: Session, done: (what: string) => void): HTMLElement {
  const mapper = new Mapper();
  const picture = new Picture();
  const legend = make("div", { class: "map-reading" });
  const note = make("p", { class: "map-note" });
  const said = make("p", { class: "message", role: "status" });
  const numbers = make("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": "The map as a table" });
  const details = make("details", { hidden: true }, make("summary", {}, "As a table"), numbers);
  const across = make("p", { class: "map-axis" });
  let seen: Seen | null = null;
  let visible = false;
  let frame = 0;
  let settling: ReturnType<typeof setTimeout> | undefined;

  const compute = (settled: boolean) => {
    const about = subject(session);
    const start = session.start;
    const minima = minimaOf(session.landscape);
    if (session.state.map === "rates") {
      const known = against(session, about.rule);
      const up = known && axisOf(known);
      const runs = mapper.run({ ...about, over: { start, rates: rates(), up } }, settled);
      seen = { kind: "rates", runs, losses: losses(runs, session.landscape, minima, start), rates: rates(), up };
    } else {
      const runs = mapper.run({ ...about, over: "starts" }, settled);
      seen = { kind: "basin", runs, outcomes: outcomes(runs, session.landscape, minima) };
    }
    picture.draw(seen, about, start);
    if (settled) tell(seen);
  };
  const tell = (seen: Seen) => {
    const about = subject(session);
    const shortened = session.state.steps > about.steps ? `A map runs the first ${about.steps} steps. ` : "";
    note.textContent = shortened + mapper.trouble;
    details.hidden = seen.kind === "basin"; // its legend is the table
    across.hidden = seen.kind === "basin";
    if (seen.kind === "basin") {
      legend.replaceChildren(basinLegend(seen.outcomes, about));
      picture.canvas.setAttribute("aria-label", basinSummary(seen.outcomes, about));
    } else {
      across.textContent = seen.up === null ? "across: lr" : `across: lr · up: ${seen.up.name}`;
      legend.replaceChildren(ratesLegend(seen));
      numbers.replaceChildren(ratesTable(seen));
      picture.canvas.setAttribute("aria-label", ratesSummary(seen, about));
    }
  };
  const request = () => {
    if (!visible) return;
    clearTimeout(settling);
    settling = setTimeout(() => visible && compute(true), SETTLED);
    if (mapper.live && frame === 0) {
      frame = requestAnimationFrame(() => {
        frame = 0;
        compute(false);
      });
    }
  };
  const pick = (event: PointerEvent) => {
    const place = picture.locate(event);
    if (place !== null && seen !== null) said.textContent = picked(session, seen, place);
    done("changed");
  };
  picture.canvas.addEventListener("pointerdown", (event) => event.button === 0 && pick(event));
  picture.canvas.addEventListener(
    "pointermove",
    (event) => event.pointerType === "mouse" && event.buttons === 1 && pick(event),
  );
  session.on((change) => change !== "step" && request());
  onThemeChange(() => request());
  new ResizeObserver(() => request()).observe(picture.canvas);
  new IntersectionObserver(([entry]) => {
    visible = entry!.isIntersecting;
    request();
  }).observe(picture.canvas);
  // The first map is there before it is scrolled to; the others wait until they are seen.
  setTimeout(() => seen ?? compute(true), SETTLED);

  const figure = make("div", { class: "map-picture" }, picture.canvas, across, said);
  return make(
    "div",
    { class: "map-panel", "data-panel": "map" },
    mapControls(session),
    make("div", { class: "map-body" }, figure, make("div", {}, legend, note, details)),
  );
}

/** Sets the start, or the setting, that a click on the map means; what to say of it. */
function picked(session: Session, seen: Seen, [across, up]: [number, number]): string {
  const { rule, settings } = subject(session);
  const own = session.state.settings[rule.name] ?? {};
  if (seen.kind === "rates") {
    const lr = Number(rateAt(seen.rates, across).toPrecision(3));
    const other = seen.up === null ? {} : { [seen.up.name]: seen.up.at(up) };
    session.change({ settings: { ...session.state.settings, [rule.name]: { ...own, lr, ...other } } });
    const named = Object.entries({ lr, ...other }).map(([name, value]) => `${name} = ${short(value)}`);
    return `${rule.title} now has ${named.join(", ")}.`;
  }
  const { domain } = session.landscape;
  const at = ([low, high]: [number, number], share: number) => Number((low + share * (high - low)).toPrecision(4));
  const start: [number, number] = [at(domain.x, across), at(domain.y, up)];
  // A rate that was picked for the old start is kept, or the click would change the map itself.
  const kept = settings["lr"] === undefined ? own : { ...own, lr: settings["lr"] };
  session.change({ start, settings: { ...session.state.settings, [rule.name]: kept } });
  const { runs, outcomes } = seen;
  const pixel =
    Math.min(runs.height - 1, Math.floor(up * runs.height)) * runs.width +
    Math.min(runs.width - 1, Math.floor(across * runs.width));
  const kind = outcomes.kinds[pixel]!;
  const place = `From (${start.map(short).join(", ")})`;
  const part = percent(outcomes.shares.find(({ outcome }) => outcome === kind)?.part ?? 0);
  if (kind < 0) return `${place} it ends at no minimum.`;
  const rest = `and is at rest from step ${runs.rest[pixel]!}`;
  return `${place} it comes to minimum ${kind + 1}, as do ${part} of the starts, ${rest}.`;
}
