// The legend of a map, which is its data table and its summary too.
import { make, short } from "../parts/elements";
import { theme } from "../parts/theme";
import { lossColour } from "./ink";
import { type Losses, settingsAt } from "./losses";
import { DIVERGED, type Outcomes, type Share, wordsOf } from "./outcome";
import { paintSample } from "./paint";
import type { Runs } from "./run";
import type { Seen } from "./seen";
import type { Subject } from "./subject";

const ROWS = 9; // more minima than these are summed up in one line

export function basinLegend(outcomes: Outcomes, subject: Subject): HTMLElement {
  const rows = [...outcomes.shares].sort((a, b) => Number(a.outcome < 0) - Number(b.outcome < 0) || b.part - a.part);
  const minima = rows.filter(({ outcome }) => outcome >= 0);
  const shown = rows.filter((row) => row.outcome < 0 || minima.indexOf(row) < ROWS);
  const body = make("tbody", {}, ...shown.map((row) => shareRow(row, outcomes, subject)));
  if (minima.length > ROWS) {
    const rest = minima.slice(ROWS).reduce((sum, { part }) => sum + part, 0);
    const name = make("td", { colspan: "2" }, `${minima.length - ROWS} other minima`);
    body.append(make("tr", {}, name, make("td", { class: "number" }, percent(rest)), make("td", {})));
  }
  const heads = ["ends at", "of starts", "at rest by step"].map((text, i) =>
    make("th", { scope: "col", class: i > 0 ? "number" : "" }, text),
  );
  return make("table", { class: "map-legend" }, make("thead", {}, make("tr", {}, make("td", {}), ...heads)), body);
}

function shareRow({ outcome, part, rest }: Share, { minima }: Outcomes, { landscape }: Subject): HTMLElement {
  const colours = theme();
  const sample = make("canvas", { width: "36", height: "24", class: "map-sample", "aria-hidden": "true" });
  sample.getContext("2d")!.putImageData(paintSample(outcome, 36, 24, colours), 0, 0);
  const settled = outcome >= 0 ? String(rest) : "";
  return make(
    "tr",
    {},
    make("td", {}, sample),
    make("td", {}, named(outcome, minima, landscape)),
    make("td", { class: "number" }, percent(part)),
    make("td", { class: "number" }, settled),
  );
}

function named(outcome: number, minima: Outcomes["minima"], landscape: Subject["landscape"]): string {
  const place = minima[outcome];
  if (place !== undefined) {
    const at = place.map((value) => short(Number(value.toPrecision(3)))).join(", ");
    const height = landscape.value(...place);
    return `minimum ${outcome + 1} at (${at}), height ${short(Math.abs(height) < 1e-12 ? 0 : height)}`;
  }
  return wordsOf(outcome, landscape);
}

export function percent(part: number): string {
  if (part > 0 && part < 0.001) return "<\u00a00.1\u00a0%";
  return `${(100 * part).toFixed(part > 0.995 && part < 1 ? 2 : 1)}\u00a0%`;
}

export function basinSummary({ minima, shares }: Outcomes, subject: Subject): string {
  const many = [...shares].sort((a, b) => b.part - a.part).slice(0, 5);
  const said = many.map(({ outcome, part }) => `${percent(part)} ${named(outcome, minima, subject.landscape)}`);
  const { rule, landscape, steps } = subject;
  return `Where ${rule.title} ends on ${landscape.title} after ${steps} steps, for every start: ${said.join("; ")}.`;
}

/** The ramp with the numbers at its ends, and the best setting in words. */
export function ratesLegend({ losses, runs, rates, up }: Seen & { kind: "rates" }): HTMLElement {
  const ramp = make("canvas", { width: "220", height: "14", class: "map-ramp", "aria-hidden": "true" });
  const context = ramp.getContext("2d")!;
  for (let i = 0; i < 220; i++) {
    context.fillStyle = `rgb(${lossColour(i / 219)
      .map(Math.round)
      .join(" ")})`;
    context.fillRect(i, 0, 1, 14);
  }
  const end = (sign: string, power: number) =>
    make("span", {}, `${sign} 10`, make("sup", {}, String(power).replace("-", "−")));
  const scale = make("div", { class: "map-scale" }, end("≤", losses.span[0]), ramp, end("≥", losses.span[1]));
  const lines = [
    make("p", {}, "Final height above the lowest known"),
    scale,
    make("p", {}, bestLine(losses, runs, rates, up)),
  ];
  if (losses.diverged > 0) {
    const sample = make("canvas", { width: "36", height: "24", class: "map-sample", "aria-hidden": "true" });
    sample.getContext("2d")!.putImageData(paintSample(DIVERGED, 36, 24, theme()), 0, 0);
    lines.push(make("p", { class: "map-lost" }, sample, ` diverged: ${percent(losses.diverged)} of the settings`));
  }
  return make("div", { class: "map-legend" }, ...lines);
}

type Rates = Seen & { kind: "rates" };

function bestLine(losses: Losses, runs: Runs, rates: Rates["rates"], up: Rates["up"]): string {
  if (losses.best === null) return "Every setting diverged.";
  const { lr, other } = settingsAt(losses.best, runs, rates, up);
  const settings = `lr = ${short(lr)}${up === null || other === null ? "" : `, ${up.name} = ${short(other)}`}`;
  return `Ring: the lowest, ${short(runs.value[losses.best]! - losses.floor)}, at ${settings}. Cross: the setting now.`;
}

export function ratesSummary({ losses, runs, rates, up }: Rates, subject: Subject): string {
  const upwards = up === null ? "" : `, ${up.name} from ${short(up.at(0))} to ${short(up.at(1))} upwards`;
  const axes = `lr from ${short(rates[0])} to ${short(rates[1])}${upwards}`;
  const lost = `${percent(losses.diverged)} of the settings diverge.`;
  const { rule, landscape, steps } = subject;
  const mapped = `Final height of ${rule.title} on ${landscape.title} after ${steps} steps, over ${axes}.`;
  return `${mapped} ${bestLine(losses, runs, rates, up)} ${lost}`;
}

/** A map of settings as numbers: the final height at six by six of its points. */
export function ratesTable({ runs, losses, rates, up }: Rates): HTMLElement {
  const places = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const pixel = (across: number, upwards: number) =>
    Math.min(runs.height - 1, Math.floor(upwards * runs.height)) * runs.width +
    Math.min(runs.width - 1, Math.floor(across * runs.width));
  const cell = (at: number) => (runs.divergedAt[at]! > 0 ? "diverged" : short(runs.value[at]! - losses.floor));
  const head = places.map((across) =>
    make("th", { scope: "col", class: "number" }, `lr ${short(settingsAt(pixel(across, 0), runs, rates, up).lr)}`),
  );
  const rows = (up === null ? [0] : [...places].reverse()).map((upwards) => {
    const { other } = settingsAt(pixel(0, upwards), runs, rates, up);
    const label = make("th", { scope: "row" }, up === null || other === null ? "height" : `${up.name} ${short(other)}`);
    return make(
      "tr",
      {},
      label,
      ...places.map((across) => make("td", { class: "number" }, cell(pixel(across, upwards)))),
    );
  });
  return make("table", {}, make("thead", {}, make("tr", {}, make("td", {}), ...head)), make("tbody", {}, ...rows));
}
