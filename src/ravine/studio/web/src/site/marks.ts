// Shows on home and on the list of lessons where the learner has been, and lets START go on from there.
import { forget, type Progress, read } from "./progress";

export function showProgress(): void {
  const progress = read();
  const links = [...document.querySelectorAll<HTMLAnchorElement>("a[data-lesson]")];
  for (const link of links) {
    const state = stateOf(link.dataset.lesson!, progress);
    if (state === "") continue;
    const mark = document.createElement("span");
    mark.className = "course-state";
    mark.textContent = state;
    link.append(mark);
  }
  goOn(links, progress);
  offerToForget(progress);
}

export function stateOf(lesson: string, { visited, scores }: Progress): string {
  const score = scores[lesson];
  if (score !== undefined) return `✓ Quiz ${score.right}/${score.of}`;
  return visited.includes(lesson) ? "✓ Visited" : "";
}

/** START becomes CONTINUE, at the first lesson not yet visited. */
function goOn(links: HTMLAnchorElement[], { visited }: Progress): void {
  const start = document.querySelector<HTMLAnchorElement>("a[data-start]");
  const next = links.find((link) => !visited.includes(link.dataset.lesson!));
  if (start === null || visited.length === 0 || next === undefined) return;
  start.textContent = "CONTINUE";
  start.href = next.href;
}

function offerToForget({ visited, done, scores }: Progress): void {
  const button = document.querySelector<HTMLButtonElement>("[data-forget]");
  if (button === null || visited.length + done.length + Object.keys(scores).length === 0) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    forget();
    location.reload();
  });
}
