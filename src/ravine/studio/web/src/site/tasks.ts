// Ticks off what a lesson asks of the learner, when the widget in the same figure tells that just this was done.
import { DEED, type Deed } from "../parts/tell";
import { memory } from "./progress";

type Clause = [name: string, sign: "" | "<=" | ">=" | "<" | ">" | "=", value: number | string];

/** One after the other; of each any alternative; of that every clause. Written by ravine/lessons/task.py. */
type Steps = Clause[][][];

/** How far a task has come: which of its steps is next, and how the learner has set each control by now. */
export class Attempt {
  private readonly turned = new Map<string, number | string>();
  private next = 0;

  constructor(private readonly steps: Steps) {}

  get done(): boolean {
    return this.next >= this.steps.length;
  }

  hear(deed: Deed): void {
    if ("control" in deed) this.turned.set(deed.control, deed.value);
    const step = this.steps[this.next];
    if (step?.some((every) => every.every((clause) => this.holds(clause, deed)))) this.next++;
  }

  private holds([name, sign, value]: Clause, deed: Deed): boolean {
    const found = "happened" in deed && deed.happened === name ? deed.of : this.turned.get(name);
    if (found === undefined) return false;
    if (sign === "") return true;
    if (sign === "=" || typeof value === "string" || typeof found === "string") return sign === "=" && found === value;
    return { "<=": found <= value, ">=": found >= value, "<": found < value, ">": found > value }[sign];
  }
}

export function watchTasks(lesson: string): void {
  for (const task of document.querySelectorAll<HTMLElement>(".task[data-done]")) {
    task.querySelector("b")?.setAttribute("aria-live", "polite");
    const attempt = new Attempt(JSON.parse(task.dataset.done!) as Steps);
    task.closest("figure")?.addEventListener(DEED, (event) => {
      attempt.hear((event as CustomEvent<Deed>).detail);
      if (attempt.done && !task.classList.contains("done")) memory.finishTask(nameOf(task, lesson));
    });
  }
}

/** Ticks off what was done before, here or in another tab. */
export function showTasks(): void {
  const { lesson } = document.body.dataset;
  if (lesson === undefined) return;
  const { done } = memory.read();
  for (const task of document.querySelectorAll<HTMLElement>(".task[data-done]")) tick(task, done.includes(nameOf(task, lesson)));
}

function nameOf(task: HTMLElement, lesson: string): string {
  return `${lesson}#${task.closest("figure")?.id ?? ""}`;
}

function tick(task: HTMLElement, done: boolean): void {
  task.classList.toggle("done", done);
  const word = task.querySelector("b");
  if (word) word.textContent = done ? "✓ Done." : "Try it.";
}
