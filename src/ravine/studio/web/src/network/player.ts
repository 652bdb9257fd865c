// Play, pause, one step, one epoch, back to the start, another seed, and how fast.
import { button, freshId, make } from "../parts/elements";
import { icon, ICONS } from "../parts/icons";
import type { Pacer } from "./pacer";
import type { Pair } from "./pair";

const SLOWEST = 1; // steps a second
const FASTEST = 3000; // beyond, it is as fast as it goes

export interface Player {
  element: HTMLElement;
  follow: () => void;
}

/** `pressed` hears what the learner did: "play", "pause", "step", "epoch", "reset", "seed". */
export function player(pair: Pair, pacer: Pacer, pressed: (what: string) => void): Player {
  const press = (what: string, act: () => void) => () => {
    act();
    pressed(what);
  };
  const [drawing, words] = [icon(ICONS.play), make("span")];
  const toggle = () => (pair.playing ? press("pause", () => pair.pause()) : press("play", () => pair.play()))();
  const play = button("", toggle, { class: "play main" });
  play.append(drawing, words);
  const clock = make("output", { class: "clock" });
  const progress = make("progress", { "aria-hidden": "true" });
  const follow = () => {
    const label = pair.playing ? "Pause" : "Play";
    if (words.textContent !== label) {
      words.textContent = label;
      drawing.firstElementChild!.setAttribute("d", pair.playing ? ICONS.pause : ICONS.play);
    }
    clock.value = `step ${pair.step} of ${pair.steps}, epoch ${Math.ceil(pair.step / pair.epoch)}`;
    progress.max = pair.steps;
    progress.value = pair.step;
  };
  const element = make(
    "div",
    { class: "player", role: "group", "aria-label": "Player", "data-panel": "player" },
    play,
    button("Step", press("step", () => pair.go(1)), { title: "One step of the optimizer" }),
    button("Epoch", press("epoch", () => pair.go(pair.epoch)), { title: "Once through the examples" }),
    button("Reset", press("reset", () => pair.reset()), { title: "Back to the same first weights" }),
    button("New seed", press("seed", () => void pair.change("seed", String((pair.state.recipe.seed + 1) % 2 ** 32))), {
      title: "Other points, first weights, batches and masks",
    }),
    speedSlider(pacer),
    clock,
    progress,
  );
  follow();
  return { element, follow };
}

function speedSlider(pacer: Pacer): HTMLElement {
  const slider = make("input", { type: "range", min: "0", max: "1", step: "0.01", id: freshId() });
  const tell = () => {
    const words = pacer.speed === null ? "as fast as it goes" : `${Math.round(pacer.speed)} steps a second`;
    slider.setAttribute("aria-valuetext", words);
    slider.title = words;
  };
  slider.value = "1";
  slider.addEventListener("input", () => {
    const share = Number(slider.value);
    pacer.speed = share >= 1 ? null : SLOWEST * (FASTEST / SLOWEST) ** share;
    tell();
  });
  tell();
  return make("span", { class: "speed" }, make("label", { for: slider.id }, "Speed"), slider);
}
