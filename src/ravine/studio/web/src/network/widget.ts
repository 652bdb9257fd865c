// The living network: a perceptron that learns in the page, with a twin beside it that differs in one thing.
import { hasPages, isShared, linkTo, startOf } from "../engine/address";
import { keep } from "../engine/keeping";
import { isInNotebook, tellNotebook } from "../engine/notebook";
import { copier } from "../parts/clipboard";
import { button, make } from "../parts/elements";
import { teller } from "../parts/tell";
import { onThemeChange } from "../parts/theme";
import { undoButtons } from "../parts/undo";
import { fitIn } from "../site/around";
import type { Widget } from "../site/start";
import { asPython } from "./copy_python";
import { findingLines } from "./finding_lines";
import { Foretold } from "./foretold";
import { divergence, summary } from "./legend";
import { numbersPanel } from "./numbers";
import { Pacer } from "./pacer";
import { Pair } from "./pair";
import { savePicture } from "./picture";
import { player } from "./player";
import { Scene } from "./scene";
import { settingsPanel } from "./settings_panel";
import { result } from "./result";
import { read, write } from "./state";

const BESIDE = 900; // pixels from which settings stand beside what is seen; below they are folded, at first
const HINT = "Press Play: it learns here, in this page.";

export const network: Widget = (root, query) => {
  const whole = isShared(root) && !isInNotebook(root);
  const { state, refused } = read(startOf(root, query));
  const tell = teller(root);
  const pair = new Pair(state);
  const message = make("p", { class: "message", role: "status" });
  const say = (text: string) => (message.textContent = text);
  const told = make("p", { class: "unseen", role: "status" }); // what is seen, in words, once it stands still

  const scene = new Scene(pair, Foretold.of(root));
  const findings = findingLines(pair);
  const pacer = new Pacer(root, pair, () => [...scene.paints(root), controls.follow, findings.follow]);
  const controls = player(pair, pacer, (what) => tell({ control: what, value: pair.step }));
  const settings = settingsPanel(pair, (name, text) => {
    tell({ control: name, value: text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text });
  });
  const numbers = numbersPanel(pair);
  const trail = isShared(root)
    ? keep(
        root,
        () => write(state),
        (link) => {
          const found = read(link.size > 0 ? link : query);
          if (write(found.state) !== write(state)) pair.take({ ...found.state, hide: state.hide });
          if (found.refused.length > 0) say(found.refused.join(" "));
        },
      )
    : null;

  pair.on((change) => {
    controls.follow();
    if (pair.trouble) say(pair.trouble);
    else if (change === "moved") say("");
    if (change === "changed") trail?.changed(true);
    if (change === "new") {
      scene.build();
      settings.follow();
      if (!pair.trouble && !pair.playing) say(HINT);
    }
    if (change === "new" || change === "stop") findings.follow();
    if (change === "stop") {
      if (pair.step > 0) told.textContent = summary(pair);
      const trouble = pair.courses.map(divergence).filter((line) => line !== "");
      if (trouble.length > 0) say(`${trouble.join(" ")} Reset, and take smaller steps, weights or inputs.`);
      numbers.fill();
      trail?.changed(false);
      tellNotebook(root, { results: pair.courses.map(result) });
      happened();
    }
  });
  const happened = () => {
    pair.courses.forEach((course, i) => {
      const { latest } = course;
      if (divergence(course, i) !== "") tell({ happened: "diverged", of: "" });
      if (latest?.train.accuracy === 1) tell({ happened: "learned", of: "" });
    });
    if (pair.step > 0 && pair.step >= pair.steps) tell({ happened: "played", of: "" });
  };

  const { copy, shown } = copier(say);
  const python = () => void copy(asPython(state.recipe, pair.step || pair.steps), "Python");
  const share = make(
    "div",
    { class: "network-share", "data-panel": "share" },
    ...(hasPages() ? [button("Copy link", () => void copy(linkTo("network.html", write(state)), "Link"))] : []),
    button("Copy as Python", python),
    button("Save picture", () => savePicture(root, pair, scene.canvases())),
    ...(trail ? [undoButtons(pair, trail)] : []),
    shown,
  );
  const wide = whole && root.clientWidth >= BESIDE;
  const fold = (words: string, name: string, content: HTMLElement, open: boolean) =>
    make("details", { class: name, open }, make("summary", {}, words), content);
  const element = make(
    "div",
    { class: whole ? "network-widget whole" : "network-widget" },
    make("div", { class: "watched" }, controls.element, scene.element, message, findings.element, told),
    fold("Settings, and a twin", "network-world", settings.element, wide),
    fold("Layer by layer", "network-layers", scene.layers.element, wide || !whole), // a lesson that has no use for it hides it
    share,
    numbers.element,
  );
  const layers = element.querySelector<HTMLDetailsElement>(".network-layers")!;
  layers.dataset.panel = "layers";
  for (const panel of state.hide)
    for (const found of element.querySelectorAll<HTMLElement>(`[data-panel="${panel}"]`)) found.hidden = true;
  const world = element.querySelector<HTMLElement>(".network-world")!;
  world.hidden = [...settings.element.children].every((group) => (group as HTMLElement).hidden);
  root.replaceChildren(element);
  scene.build();
  new ResizeObserver(() => pacer.redraw()).observe(element);
  onThemeChange((now) => (now ? pacer.drawNow() : pacer.redraw()));
  element.addEventListener("toggle", () => pacer.redraw(), true);
  say([...refused, pair.trouble].join(" ").trim() || HINT);
  fitIn(root);
  root.dataset.ready = "";
};
