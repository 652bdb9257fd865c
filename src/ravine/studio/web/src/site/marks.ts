// Shows where the learner has been: on home and on the list of lessons, and at the button that goes on from there.
import { button, make } from "../parts/elements";
import { memory, type Progress, type Score } from "./progress";
import { onPlatform } from "./store";

/** Draws the marks; again whenever this page or another learned something. */
export function showProgress(): void {
  const progress = memory.read();
  const links = [...document.querySelectorAll<HTMLAnchorElement>("a[data-lesson]")];
  for (const link of links) {
    const { lesson, tasks } = link.dataset;
    const state = stateOf(lesson!, Number(tasks ?? 0), progress);
    link.querySelector(".course-state")?.remove();
    if (state !== "") link.append(make("span", { class: "course-state" }, state));
  }
  goOn(links, progress);
  offerToForget(progress);
  const keeper = document.querySelector("[data-keeper]");
  if (keeper !== null && onPlatform()) keeper.textContent = "your learning platform remembers where you were";
  for (const line of document.querySelectorAll<HTMLElement>("[data-best]")) {
    const score = progress.scores[line.dataset.best!];
    line.textContent = score === undefined ? "" : `Your best so far: ${shown(score)}.`;
  }
}

/** As in "✓ Visited · tasks 1/2 · quiz 4/5"; empty where nobody has been. */
export function stateOf(lesson: string, tasks: number, { visited, done, scores }: Progress): string {
  if (lesson === "final") return scores.final === undefined ? "" : `✓ Best ${shown(scores.final)}`;
  const tasksDone = Math.min(tasks, done.filter((task) => task.startsWith(`${lesson}#`)).length);
  const parts = [
    ...(tasksDone > 0 ? [`tasks ${tasksDone}/${tasks}`] : []),
    ...(scores[lesson] === undefined ? [] : [`quiz ${shown(scores[lesson])}`]),
  ];
  if (parts.length === 0 && !visited.includes(lesson)) return "";
  return ["✓ Visited", ...parts].join(" · ");
}

function shown({ right, of }: Score): string {
  return `${right}/${of}`;
}

/** START goes on: at the first stop of the course where the learner has not been, and in the end to the playground. */
function goOn(links: HTMLAnchorElement[], progress: Progress): void {
  const start = document.querySelector<HTMLAnchorElement>("a[data-start]");
  if (start === null) return;
  start.dataset.from ??= start.href;
  const been = links.filter((link) => stateOf(link.dataset.lesson!, 0, progress) !== "");
  const next = links.find((link) => !been.includes(link));
  start.textContent = been.length === 0 ? "START" : next === undefined ? "PLAY ON" : "CONTINUE";
  start.href = been.length === 0 ? start.dataset.from : (next?.href ?? start.dataset.end!);
  const where = document.querySelector<HTMLElement>("[data-start-where]");
  if (where === null) return;
  const title = next?.querySelector(".course-title")?.textContent ?? "";
  where.textContent = been.length === 0 ? "" : next === undefined ? "You have been everywhere." : `Next: ${title}`;
}

function offerToForget({ visited, done, scores, drawn }: Progress): void {
  const place = document.querySelector<HTMLElement>("[data-forget]");
  if (place === null) return;
  const finals = Object.keys(scores).length;
  const known = [count(visited.length, "page visited", "pages visited"), count(done.length, "task", "tasks"), count(finals, "score", "scores"), count(Object.keys(drawn).length, "line drawn", "lines drawn")];
  const listed = known.filter((words) => words !== "").join(", ");
  place.hidden = listed === "";
  if (place.hidden || place.querySelector("dialog[open]") !== null) return;
  const dialog = make("dialog", { "aria-labelledby": "forget-question" });
  const close = () => dialog.close();
  dialog.append(
    make("p", { id: "forget-question" }, make("b", {}, "Forget your progress?")),
    make("p", {}, `${onPlatform() ? "Your learning platform" : "This browser"} remembers ${listed}. What is forgotten cannot be brought back.`),
    make(
      "p",
      { class: "choice" },
      button("Keep it", close, { class: "main" }),
      button("Forget it all", () => {
        close();
        memory.forget();
      }),
    ),
  );
  place.replaceChildren(button("Forget my progress …", () => dialog.showModal()), dialog);
}

function count(number: number, one: string, more: string): string {
  return number === 0 ? "" : `${number} ${number === 1 ? one : more}`;
}
