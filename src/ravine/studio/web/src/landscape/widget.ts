// The landscape widget: rules race over a landscape, and everything about the race can be changed.
import { anatomyPanel } from "../anatomy/panel";
import { hasPages, isShared, startOf, type Trail } from "../engine/address";
import { keep as keepState } from "../engine/keeping";
import { isInNotebook } from "../engine/notebook";
import { ownLandscape } from "../engine/own_landscape";
import { Session } from "../engine/session";
import { parse } from "../engine/link";
import { shared } from "../engine/shared";
import { type State, write } from "../engine/state";
import { fitIn } from "../site/around";
import type { Widget } from "../site/start";
import { Chart } from "./chart";
import { button, make } from "../parts/elements";
import { teller } from "../parts/tell";
import { classLink } from "./class_link";
import { deedsOf } from "./deeds";
import { lanesPanel } from "./lanes";
import { Player } from "./player";
import { rulesPanel } from "./rules_panel";
import { sharePanel } from "./share";
import { Stage } from "./stage";
import { standings } from "./summary";
import { tablePanel } from "./table";
import { undoButtons } from "../parts/undo";
import { landscapePanel, runPanel, startPanel } from "./world_panel";

const HINT = "Click or tap for a new start, or drag it.";
const BOXES = ".panel:not([data-panel]), .world, .turned, .side, .watched, .folded, .share"; // what holds parts that may be hidden
const FLAT_ONLY = "This browser does not draw in 3-D (WebGL2 is missing or switched off): the contours are shown.";

export const landscape: Widget = (root, query) => {
  const inAddress = isShared(root) && !isInNotebook(root);
  const { state, refused } = parse(startOf(root, query));
  const session = new Session(state, ownLandscape);
  const message = make("p", { class: "message", role: "status" });
  const say = (text: string) => {
    if (message.textContent !== text) message.textContent = text;
  };
  // What was said holds until the race is another, or the player moves on.
  session.on((change) => change !== "look" && say(change === "race" ? session.trouble || HINT : ""));
  say([...refused, session.trouble].join(" ").trim() || HINT);
  const tell = teller(root);
  const deeds = deedsOf(session, tell);

  const player = new Player(session, (deed) => {
    say(`Step ${session.step} of ${session.state.steps}. ${standings(session.lanes, session.step)}`);
    if (deed !== null) tell(deed);
  });
  const change = (patch: Partial<State>) => {
    session.change(patch);
    deeds.did();
  };
  const stage = new Stage(session, (start) => change({ start }));
  const chart = new Chart(session);
  const race = { session, stage, chart, player };
  const reset = () => {
    player.pause();
    session.change({ ...parse(query).state, hide: session.state.hide });
    deeds.skip();
    say("Everything is as it was.");
  };

  const chartBox = make("div", { "data-panel": "chart" }, chart.element);
  const playerBox = make("div", { "data-panel": "player" }, player.element);
  const lanes = lanesPanel(session, deeds.did);
  const seen = make("div", { class: "seen" }, stage.element, viewSwitch(change, session, stage, say), playerBox, message);
  const groups = make(
    "div",
    { class: "world" },
    landscapePanel(session, change),
    make("div", { class: "panel" }, startPanel(session, change), ...runPanel(session, change)),
  );
  const settings = make("details", { class: "panel", open: inAddress }, make("summary", {}, "Settings of the race"), groups);
  const rules = rulesPanel(session, deeds.did, inAddress);
  const guest = anatomyPanel(session, tell);
  const numbers = tablePanel(session);
  const share = make("div", { class: "share" }, sharePanel(race, say), button("Reset", reset));
  const element = make("div", { class: "landscape-widget" });
  if (inAddress) {
    // On its own page all that can be turned stands beside the picture.
    element.classList.add("whole");
    const watched = make("div", { class: "watched" }, seen, chartBox);
    element.append(watched, make("div", { class: "turned" }, settings, lanes, rules), guest, share, numbers, ...(hasPages() ? [classLink(session, say)] : []));
  } else {
    // A lesson folds all but the race, and what is folded takes a line; so does a notebook.
    const side = make("div", { class: "side" }, chartBox, lanes);
    element.append(seen, side, make("div", { class: "folded" }, rules, settings, guest, numbers, share));
  }
  if (isShared(root)) share.append(undoButtons(session, keep(root, session, query, say)));
  hide(element, session.state.hide);
  root.replaceChildren(element);
  fitIn(root);
  root.dataset.ready = "";
};

/** Keeps the session where the widget's state has its place; other widgets of the page join it. */
function keep(root: HTMLElement, session: Session, usual: URLSearchParams, say: (text: string) => void): Trail {
  shared.session = session;
  const trail = keepState(
    root,
    () => write(session.state),
    (link) => {
      const { state, refused } = parse(link.size > 0 ? link : usual);
      if (write(state) !== write(session.state)) session.enter(state);
      if (refused.length > 0) say([...refused, session.trouble].join(" "));
    },
  );
  session.on((change) => trail.changed(change === "race"));
  return trail;
}

/** The switch between map and surface; while the surface is seen, buttons turn it. */
function viewSwitch(change: (patch: Partial<State>) => void, session: Session, stage: Stage, say: (text: string) => void): HTMLElement {
  const flat = button("Contours", () => change({ view: "contours" }));
  const solid = button("3-D", () => {
    if (stage.works) change({ view: "surface" });
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

function hide(element: HTMLElement, panels: readonly string[]): void {
  for (const panel of panels) {
    for (const found of element.querySelectorAll<HTMLElement>(`[data-panel="${panel}"]`)) found.hidden = true;
  }
  // Nor does a box stay of which nothing is left but its heading; the inner ones first.
  for (const box of [...element.querySelectorAll<HTMLElement>(BOXES)].reverse()) {
    if ([...box.children].every((part) => part.matches("summary, [hidden]"))) box.hidden = true;
  }
}
