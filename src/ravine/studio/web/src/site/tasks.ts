// Ticks off what a lesson asks of the learner, when the widget in the same figure says that it happened.
import { memory } from "./progress";

/** Widgets dispatch a bubbling CustomEvent "ravine:done" whose detail names what the learner did. */
export function watchTasks(lesson: string): void {
  for (const task of document.querySelectorAll(".task[data-done] b")) task.setAttribute("aria-live", "polite");
  document.addEventListener("ravine:done", (event) => {
    const figure = (event.target as Element).closest("figure");
    const task = figure?.querySelector<HTMLElement>(`.task[data-done="${CSS.escape((event as CustomEvent<string>).detail)}"]`);
    if (!task || task.classList.contains("done")) return;
    memory.finishTask(nameOf(task, lesson));
  });
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
