// Which line is whose, with the numbers of this moment.
import { make, makeSvg, short } from "../parts/elements";
import type { Course } from "./course";
import { FORETOLD_DASH, nameOf, percent } from "./curves";
import { fieldOf } from "./fields";
import { FORETOLD, type Foretold } from "./foretold";
import type { Pair } from "./pair";
import type { State } from "./state";

const LINES: [name: string, dash: string][] = [
  ["trained on", ""],
  ["held out", "5 4"],
];

export function legend({ courses, state }: Pair, foretold: Foretold | null): Node[] {
  const penalised = courses.some(({ trainer }) => trainer.penalised > 0);
  const lines = [...LINES, ...(penalised ? [["penalty", "1 4"] as [string, string]] : [])];
  if (foretold) lines.push([[FORETOLD, foretold.compared(courses[0]?.readings ?? [])].filter(Boolean).join(", "), FORETOLD_DASH.join(" ")]);
  const keys = make("p", { class: "keys" }, ...lines.map(([name, dash]) => make("span", {}, stroke(dash), name)));
  return [...courses.map((course, i) => standing(course, i, state)), keys];
}

function standing({ latest, trainer }: Course, i: number, state: State): HTMLElement {
  const name = i === 0 ? nameOf(0) : `${nameOf(1)}: ${differenceOf(state)}`;
  const { failure } = trainer;
  const numbers = failure ? `at step ${failure.step} ${failure.where} ${verb(failure.where)} no number any more` : latest ? scores(latest) : "";
  const line = make("p", { class: i === 0 ? "of-network" : "of-twin" }, make("b", {}, name), " ", numbers);
  if (failure) line.classList.add("sick");
  return line;
}

function scores({ train, heldOut }: NonNullable<Course["latest"]>): string {
  const accuracy = Number.isNaN(train.accuracy)
    ? ""
    : `, accuracy ${percent(train.accuracy)} and ${percent(heldOut.accuracy)} held out`;
  return `loss ${short(train.loss)} and ${short(heldOut.loss)} held out${accuracy}`;
}

/** In what the twin differs: "Activation ReLU". */
export function differenceOf({ twin }: State): string {
  if (twin === null) return "";
  const field = fieldOf(twin.key)!;
  const words = field.options?.().find(([value]) => value === twin.text)?.[1] ?? twin.text;
  return `${field.label} ${words || (field.placeholder ?? "")}`;
}

function stroke(dash: string): SVGElement {
  const path = makeSvg("path", { d: "M1 6H29", stroke: "currentColor", "stroke-width": "2", "stroke-dasharray": dash });
  return makeSvg("svg", { viewBox: "0 0 30 12", width: "30", height: "12", "aria-hidden": "true" }, path);
}

/** All of it in words, for the line that a screen reader says when it stands still. */
export function summary(pair: Pair): string {
  const each = pair.courses.map(({ latest, trainer }, i) => {
    if (trainer.failure) return divergence(pair.courses[i]!, i);
    return latest ? `${nameOf(i)}: ${scores(latest)}.` : "";
  });
  return [`Step ${pair.step} of ${pair.steps}.`, ...each].join(" ");
}

const GROWN = 2; // times its first loss: what learns comes nowhere near it

/** That it has diverged, in words; empty where it has not. */
export function divergence({ trainer, latest, reports }: Course, i: number): string {
  const { failure } = trainer;
  if (failure) return `${nameOf(i)}: at step ${failure.step} ${failure.where} ${verb(failure.where)} no number any more.`;
  const [first, now] = [reports[0]?.objective ?? NaN, latest?.objective ?? NaN];
  return now > GROWN * first ? `${nameOf(i)}: the loss is ${short(now / first)} times what it was at first.` : "";
}

function verb(where: string): string {
  return where === "the loss" ? "is" : "are";
}
