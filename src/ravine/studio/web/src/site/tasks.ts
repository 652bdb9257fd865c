// Ticks off what a lesson asks of the learner, when the widget in the same figure says that it happened.
import { finishTask, read } from "./progress";

/** Widgets dispatch a bubbling CustomEvent "ravine:done" whose detail names what the learner did. */
export function watchTasks(lesson: string): void {
  for (const task of document.querySelectorAll<HTMLElement>(".task[data-done]")) {
    task.querySelector("b")?.setAttribute("aria-live", "polite");
    if (read().done.includes(nameOf(task, lesson))) tick(task);
  }
  document.addEventListener("ravine:done", (event) => {
    const figure = (event.target as Element).closest("figure");
    const task = figure?.querySelector<HTMLElement>(`.task[data-done="${CSS.escape((event as CustomEvent<string>).detail)}"]`);
    if (!task || task.classList.contains("done")) return;
    tick(task);
    finishTask(nameOf(task, lesson));
  });
}

function nameOf(task: HTMLElement, lesson: string): string {
  return `${lesson}#${task.closest("figure")?.id ?? ""}`;
}

function tick(task: HTMLElement): void {
  task.classList.add("done");
  const word = task.querySelector("b");
  if (word) word.textContent = "✓ Done.";
}
