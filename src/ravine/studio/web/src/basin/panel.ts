// The panel of maps: controls, the picture, its legend, and what a click on it does.
import type { Point } from "../engine/landscape";
import type { Session } from "../engine/session";
import { make } from "../parts/elements";
import { onThemeChange } from "../parts/theme";
import { mapControls } from "./controls";
import { mapCursor } from "./cursor";
import { basinLegend, basinSummary, ratesLegend, ratesSummary, ratesTable } from "./legend";
import { losses } from "./losses";
import { Mapper } from "./mapper";
import { outcomes } from "./outcome";
import { homeOf, pick, wordsAt } from "./pick";
import { Picture } from "./picture";
import type { Seen } from "./seen";
import { against, axisOf, minimaOf, rates, subject } from "./subject";

const SETTLED = 180; // milliseconds without a change, until the map that stays is drawn

export function mapPanel(session: Session, turned: () => void): HTMLElement {
  const mapper = new Mapper();
  const picture = new Picture();
  const legend = make("div", { class: "map-reading" });
  const note = make("p", { class: "map-note" });
  const said = make("p", { class: "message", role: "status" });
  const numbers = make("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": "The map as a table" });
  const details = make("details", { hidden: true }, make("summary", {}, "As a table"), numbers);
  const across = make("p", { class: "map-axis" });
  const hint = make("p", { class: "map-hint" }, "Click or tap, or move the cursor with the arrow keys and press Enter.");
  let seen: Seen | null = null;
  let visible = false;
  let frame = 0;
  let settling: ReturnType<typeof setTimeout> | undefined;
  const choose = (place: Point) => {
    if (seen === null) return;
    said.textContent = pick(session, seen, place);
    turned();
  };
  const words = (place: Point) => (seen === null ? "" : wordsAt(session, seen, place));
  const cursor = mapCursor(words, (place) => (said.textContent = words(place)), choose);

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
    cursor.follow(homeOf(seen, about, start));
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
  const chooseUnder = (event: PointerEvent) => {
    const place = picture.locate(event);
    if (place !== null) choose(place);
  };
  picture.canvas.addEventListener("pointerdown", (event) => event.button === 0 && chooseUnder(event));
  picture.canvas.addEventListener(
    "pointermove",
    (event) => event.pointerType === "mouse" && event.buttons === 1 && chooseUnder(event),
  );
  session.on((change) => {
    if (change === "step") return;
    said.textContent = ""; // it was said of another map
    request();
  });
  onThemeChange((now) => (now ? compute(true) : request()));
  new ResizeObserver(() => request()).observe(picture.canvas);
  new IntersectionObserver(([entry]) => {
    visible = entry!.isIntersecting;
    request();
  }).observe(picture.canvas);
  // The first map is there before it is scrolled to; the others wait until they are seen.
  setTimeout(() => seen ?? compute(true), SETTLED);

  const stage = make("div", { class: "map-stage" }, picture.canvas, cursor.button);
  const figure = make("div", { class: "map-picture" }, stage, across, hint, said);
  return make(
    "div",
    { class: "map-panel", "data-panel": "map" },
    mapControls(session, turned),
    make("div", { class: "map-body" }, figure, make("div", {}, legend, note, details)),
  );
}
