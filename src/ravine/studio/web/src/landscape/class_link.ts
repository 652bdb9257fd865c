// For teachers: the race as it stands, with controls hidden, as a link, as a frame and as the block of a lesson.
import { linkTo } from "../engine/address";
import type { Session } from "../engine/session";
import { PANELS, write } from "../engine/state";
import { copier } from "../parts/clipboard";
import { button, make } from "../parts/elements";

const WORDS: Record<(typeof PANELS)[number], string> = {
  landscape: "landscape",
  rules: "which rules run",
  settings: "settings of the rules",
  start: "start",
  noise: "steps and noise",
  schedule: "rate over time",
  player: "player",
  chart: "chart of heights",
  view: "map or surface",
  share: "sharing",
  anatomy: "one step taken apart",
  map: "map of starts or rates",
};

export function classLink(session: Session, say: (text: string) => void): HTMLElement {
  const summary = make("summary", {}, "For a class: this race with parts hidden");
  const fold = make("details", { class: "panel", "data-panel": "share" }, summary);
  fold.addEventListener("toggle", () => fold.append(...builder(session, say)), { once: true });
  return fold;
}

/** What to hide, and what to copy. */
function builder(session: Session, say: (text: string) => void): HTMLElement[] {
  const { copy, shown } = copier(say);
  session.on((change) => change === "race" && (shown.hidden = true));
  const boxes = PANELS.map((panel) => {
    const box = make("input", { type: "checkbox", value: panel, "aria-label": `Hide: ${WORDS[panel]}` });
    box.checked = session.state.hide.includes(panel);
    return { box, label: make("label", {}, box, make("span", {}, WORDS[panel])) };
  });
  const state = () => write({ ...session.state, hide: boxes.filter(({ box }) => box.checked).map(({ box }) => box.value) });
  const frame = () => {
    const attribute = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    const address = attribute(linkTo("playground.html?embed", state()));
    return `<iframe src="${address}" width="100%" height="720" title="${attribute(session.landscape.title)}"></iframe>`;
  };
  return [
    make("p", { class: "note" }, "What is ticked is hidden from whoever follows the link; here all stays."),
    make("ul", { class: "rule-list" }, ...boxes.map(({ label }) => make("li", {}, label))),
    make(
      "div",
      { class: "share" },
      button("Copy class link", () => void copy(linkTo("playground.html", state()), "Link for a class")),
      button("Copy frame", () => void copy(frame(), "Frame for a page of yours")),
      button("Copy lesson block", () => void copy(block(state(), session.landscape.title), "Block of a lesson")),
      shown,
    ),
  ];
}

/** The widget as a lesson's file has it: docs/studio.md. */
function block(state: string, title: string): string {
  const caption = JSON.stringify(`${title}: say what is to be seen.`); // a string of JSON is one of TOML
  return ["```widget landscape", `state = "${state}"`, `caption = ${caption}`, 'task = "What the learner does."', "```", ""].join("\n");
}
