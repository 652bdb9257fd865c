// The numbers behind the pictures, made when they are asked for.
import { make, short } from "../parts/elements";
import { nameOf, percent } from "./curves";
import type { Report } from "./examination";
import type { Pair } from "./pair";

const ROWS = 40;

export interface Numbers {
  element: HTMLElement;
  fill: () => void;
}

export function numbersPanel(pair: Pair): Numbers {
  const box = make("div", { class: "scrolling", tabindex: "0", role: "region", "aria-label": "Numbers of the training" });
  const element = make("details", { class: "numbers", "data-panel": "numbers" }, make("summary", {}, "The numbers"), box);
  const fill = () => {
    if (element.open) box.replaceChildren(...pair.courses.flatMap(({ reports, latest }, i) => [byStep(reports, i), byLayer(latest, i)]));
  };
  element.addEventListener("toggle", fill);
  return { element, fill };
}

function table(caption: string, heads: string[], rows: string[][]): HTMLTableElement {
  return make(
    "table",
    {},
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
    make(
      "tbody",
      {},
      ...rows.map(([first, ...rest]) =>
        make("tr", {}, make("th", { scope: "row" }, first!), ...rest.map((cell) => make("td", { class: "number" }, cell))),
      ),
    ),
  );
}

function byStep(reports: readonly Report[], i: number): HTMLTableElement {
  const every = Math.max(1, Math.ceil(reports.length / ROWS));
  const shown = reports.filter((_, place) => place % every === 0 || place === reports.length - 1);
  const rows = shown.map(({ step, train, heldOut, penalty, objective }) => [
    String(step),
    ...[train.loss, heldOut.loss].map(short),
    ...[train.accuracy, heldOut.accuracy].map(percent),
    ...[penalty, objective].map(short),
  ]);
  const heads = ["Step", "Loss", "Loss, held out", "Accuracy", "Accuracy, held out", "Penalty", "Loss and penalty"];
  return table(`${nameOf(i)} by step`, heads, rows);
}

function byLayer(latest: Report | null, i: number): HTMLTableElement {
  const rows = (latest?.layers ?? []).map(({ gradientNorm, updateRatio, health }, l) => [
    String(l + 1),
    Number.isNaN(gradientNorm) ? "–" : short(gradientNorm),
    Number.isNaN(updateRatio) ? "–" : short(updateRatio),
    ...(health ? [health.dead, health.saturated, health.off].map(percent) : ["–", "–", "–"]),
  ]);
  const heads = ["Layer", "Norm of the gradient", "Step over weights", "Dead units", "Saturated", "Off"];
  return table(`${nameOf(i)} by layer, at step ${latest?.step ?? 0}`, heads, rows);
}
