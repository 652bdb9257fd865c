// The landscape widget: rules race over a landscape, and everything about the race can be changed.
import { anatomyPanel } from "../anatomy/panel";
import { isShared, keepInAddress, startOf } from "../engine/address";
import type { Trajectory } from "../engine/descent";
import { floorOf, holds } from "../engine/landscape";
import { ownLandscape } from "../engine/own_landscape";
import { Session } from "../engine/session";
import { shared } from "../engine/shared";
import { parse, type State, write } from "../engine/state";
import type { Widget } from "../site/start";
import { Chart } from "./chart";
import { button, make } from "../parts/elements";
import { lanesPanel } from "./lanes";
import { Player } from "./player";
import { rulesPanel } from "./rules_panel";
import { sharePanel } from "./share";
import { Stage } from "./stage";
import { standings } from "./summary";
import { tablePanel } from "./table";
import { landscapePanel, runPanel, startPanel } from "./world_panel";

const HINT = "Click or tap for a new start, or drag it.";
const FLAT_ONLY = "This browser does not draw in 3-D (WebGL2 is missing or switched off): the contours are shown.";

export const landscape: Widget = (root, query) => {
  const inAddress = isShared(root);
  const { state, refused } = parse(startOf(root, query));
  const session = new Session(state, ownLandscape);
  const message = make("p", { class: "message", role: "status" });
  message.textContent = [...refused, session.trouble].join(" ").trim() || HINT;
  const say = (text: string) => (message.textContent = text);
  const done = (what: string) => root.dispatchEvent(new CustomEvent("ravine:done", { bubbles: true, detail: what }));

  const player = new Player(session, (what) => {
    say(`Step ${session.step} of ${session.state.steps}. ${standings(session.lanes, session.step)}`);
    if (what === "played") done("played");
  });
  const turned = () => {
    done("changed");
    for (const what of outcomes(session)) done(what);
    if (session.trouble) say(session.trouble);
  };
  const change = (patch: Partial<State>) => {
    session.change(patch);
    if ("start" in patch) done("started");
    turned();
  };
  const stage = new Stage(session, (start) => change({ start }));
  const chart = new Chart(session);
  const race = { session, stage, chart, player };
  const reset = () => {
    player.pause();
    session.change({ ...parse(query).state, hide: session.state.hide });
    say("Everything is as it was.");
  };

  const chartBox = make("div", { "data-panel": "chart" }, chart.element);
  const playerBox = make("div", { "data-panel": "player" }, player.element);
  const seen = make("div", { class: "seen" }, stage.element, viewSwitch(session, stage, say), playerBox, message);
  const side = make("div", { class: "side" }, chartBox, lanesPanel(session, turned));
  const groups = make(
    "div",
    { class: "world" },
    landscapePanel(session, change),
    make("div", { class: "panel" }, startPanel(session, change), ...runPanel(session, change)),
  );
  // In a lesson the picture, the player and the rules come first.
  const settings = make(
    "details",
    { class: "panel", open: inAddress },
    make("summary", {}, "Settings of the race"),
    groups,
  );
  const rules = rulesPanel(session, turned, inAddress);
  const guest = anatomyPanel(session, done);
  const numbers = tablePanel(session);
  const share = make("div", { class: "share" }, sharePanel(race, say), button("Reset", reset));
  // A lesson folds all but the race, and what is folded takes a line.
  const rest = inAddress
    ? [make("div", { class: "below" }, rules, settings), guest, share, numbers]
    : [make("div", { class: "folded" }, rules, settings, guest, numbers, share)];
  const element = make("div", { class: "landscape-widget" }, seen, side, ...rest);
  hide(element, session.state.hide);
  root.replaceChildren(element);
  root.dataset.ready = "";
  if (inAddress) {
    shared.session = session;
    const follow = (link: URLSearchParams) => {
      const { state } = parse(link);
      if (write(state) !== write(session.state)) session.change(state);
    };
    session.on(keepInAddress(() => write(session.state), follow));
  }
};

/** The switch between map and surface; while the surface is seen, buttons turn it. */
function viewSwitch(session: Session, stage: Stage, say: (text: string) => void): HTMLElement {
  const flat = button("Contours", () => session.change({ view: "contours" }));
  const solid = button("3-D", () => {
    if (stage.works) session.change({ view: "surface" });
    else say(FLAT_ONLY);
  });
  const turns = make(
    "span",
    { class: "turns", role: "group", "aria-label": "Turn the surface" },
    button("←", () => stage.turn(-0.2, 0), { "aria-label": "Turn left" }),
    button("→", () => stage.turn(0.2, 0), { "aria-label": "Turn right" }),
    button("↑", () => stage.turn(0, 0.15), { "aria-label": "Look from higher up" }),
    button("↓", () => stage.turn(0, -0.15), { "aria-label": "Look from lower down" }),
  );
  const follow = () => {
    const surface = session.state.view === "surface" && stage.works;
    flat.setAttribute("aria-pressed", String(!surface));
    solid.setAttribute("aria-pressed", String(surface));
    turns.hidden = !surface;
  };
  session.on((change) => change === "look" && follow());
  session.on((change) => change === "race" && follow());
  follow();
  if (session.state.view === "surface" && !stage.works) say(FLAT_ONLY); // a link may ask for it
  return make("div", { class: "view", "data-panel": "view" }, flat, solid, turns);
}

/** What has come about, for the tasks of lessons. */
function outcomes({ lanes, landscape }: Session): string[] {
  const found: string[] = [];
  // Long before numbers overflow a run is gone: outside the picture, and higher than it began.
  const gone = ({ x, y, values }: Trajectory) => {
    const last = values.length - 1;
    return !holds(landscape, [x[last]!, y[last]!]) && values[last]! > values[0]!;
  };
  if (lanes.some(({ run }) => run.ending === "diverged" || gone(run))) found.push("diverged");
  const floor = floorOf(landscape);
  const near = 1e-3 * (landscape.range[1] - landscape.range[0]);
  const arrived = (height: number) => floor !== undefined && height - floor < near;
  if (lanes.some(({ run }) => arrived(run.values[run.values.length - 1]!))) found.push("reached");
  return found;
}

function hide(element: HTMLElement, panels: readonly string[]): void {
  for (const panel of panels) {
    for (const found of element.querySelectorAll<HTMLElement>(`[data-panel="${panel}"]`)) found.hidden = true;
  }
}
