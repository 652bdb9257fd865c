// The quiz of a lesson: five questions at the most, drawn anew in each round. And the final one: ten drawn over all
// lessons, fixed by the seed in the address.
import { memory } from "../site/progress";
import type { Widget } from "../site/start";
import { random, seedOf, spread } from "./draw";
import { button, make } from "../parts/elements";
import { read, type Question } from "./question";
import { play } from "./round";

const FINAL = 10; // questions
const ROUND = 5; // and of one lesson

export const quiz: Widget = (root, state) => {
  const articles = [...root.querySelectorAll<HTMLElement>("article.question")];
  const questions = articles.map(read);
  if (questions.length === 0) return;
  onPaper(root, articles);
  root.classList.add("live");
  const lesson = state.get("lesson");
  if (lesson === null) finalQuiz(root, questions);
  else lessonQuiz(root, questions, lesson);
};

/** All questions as they read without script, answers open, stand in the place of the one that is asked. */
function onPaper(root: HTMLElement, articles: HTMLElement[]): void {
  const list = make("div", { class: "all-questions" });
  addEventListener("beforeprint", () => {
    list.append(...articles);
    for (const fold of list.querySelectorAll("details")) fold.open = true;
    root.append(list);
  });
  addEventListener("afterprint", () => list.remove());
}

function lessonQuiz(root: HTMLElement, questions: Question[], lesson: string): void {
  play(root, spread(questions, ROUND, Math.random), {
    scored: (right, of) => memory.recordScore(lesson, right, of),
    onward: () => [button("Once more", () => again(root, () => lessonQuiz(root, questions, lesson)))],
  });
}

function finalQuiz(root: HTMLElement, questions: Question[]): void {
  const asked = seedOf(location.hash);
  const seed = asked ?? Math.floor(Math.random() * 1e6);
  if (asked === null || asked === undefined) history.replaceState(null, "", `#seed=${seed}`);
  play(root, spread(questions, FINAL, random(seed)), {
    scored: (right, of) => memory.recordScore("final", right, of),
    onward: () => [
      button("Another ten", () => anew(Math.floor(Math.random() * 1e6)), { class: "main" }),
      button("The same again", () => anew(seed)),
      make("p", { class: "again" }, "These ten, to share: ", make("a", { href: `#seed=${seed}` }, `quiz.html#seed=${seed}`)),
    ],
  });
  if (asked === undefined) root.prepend(make("p", { class: "refused", role: "status" }, "The seed in the address is no whole number: here are ten others."));
  window.addEventListener("hashchange", onward, { once: true });

  function onward(): void {
    again(root, () => finalQuiz(root, questions));
  }

  function anew(next: number): void {
    window.removeEventListener("hashchange", onward);
    history.replaceState(null, "", `#seed=${next}`);
    onward();
  }
}

/** Starts a new round and takes the reader to its beginning. */
function again(root: HTMLElement, start: () => void): void {
  start();
  root.querySelector<HTMLElement>(".quiz-position")?.focus();
}
