// One round of a quiz: its questions one at a time, told right or wrong at once, then the score.
import { landscape } from "../landscape/widget";
import { choose, chooseSeveral } from "./choice";
import { button, element } from "./elements";
import { typeIn } from "./number";
import type { Question } from "./question";

export interface Ending {
  scored(right: number, of: number): void;
  /** What may be done after the score: buttons and links. */
  onward(): Node[];
}

export function play(root: HTMLElement, questions: Question[], ending: Ending): void {
  const missed: Question[] = [];
  ask(0);

  function ask(number: number, focus = false): void {
    const question = questions[number] as Question;
    const position = element("p", { class: "quiz-position", tabindex: "-1" }, `Question ${number + 1} of ${questions.length}`);
    const answers = element("div", { class: "answers" });
    const verdict = element("div", { class: "verdict-line", role: "status" });
    const onward = element("div", { class: "onward" });
    const stem = element("div", { class: "stem-block" }, question.stem.cloneNode(true));
    root.replaceChildren(element("div", { class: "question" }, position, stem, answers, verdict, onward));
    if (focus) position.focus();

    const answered = (right: boolean, why: Node | null): void => {
      if (!right) missed.push(question);
      verdict.classList.add(right ? "right" : "wrong");
      verdict.append(element("b", {}, right ? "Correct." : "Wrong."));
      if (why !== null) verdict.append(element("span", { class: "unseen" }, " ", why)); // shown beside the answer
      const last = number + 1 === questions.length;
      const next = last
        ? button("Submit", () => score(), "main")
        : button(`Next (${number + 2}/${questions.length})`, () => ask(number + 1, true), "main");
      onward.append(next, element("p", { class: "again" }, "In the lesson: ", question.place.cloneNode(true)));
      if (question.play !== undefined) onward.before(replay(question.play));
      next.focus();
    };
    if (question.kind === "number") typeIn(answers, question, answered);
    else (question.kind === "several" ? chooseSeveral : choose)(answers, question.options, answered);
  }

  function score(): void {
    const right = questions.length - missed.length;
    ending.scored(right, questions.length);
    const heading = element("p", { class: "score", tabindex: "-1" }, element("b", {}, `${right}/${questions.length}`), ` ${comment(right)}`);
    const end = element("div", { class: "question end" }, heading);
    if (missed.length > 0) {
      const places = new Map(missed.map((question) => [question.place.href, question.place]));
      const links = [...places.values()].map((place) => element("li", {}, place.cloneNode(true)));
      end.append(element("p", {}, "Have another look at:"), element("ul", { class: "look-again" }, ...links));
    }
    end.append(element("div", { class: "onward" }, ...ending.onward()));
    root.replaceChildren(end);
    heading.focus();
  }

  function comment(right: number): string {
    if (right === questions.length) return "All right.";
    return right > questions.length / 2 ? "Nearly there." : "Worth another round.";
  }
}

/** The landscape of a "predict, then watch" question, once it is answered. */
function replay(state: string): HTMLElement {
  const widget = element("div", { "data-widget": "landscape", "data-state": state });
  const figure = element("figure", { class: "widget-frame replay" }, element("figcaption", {}, "Play it, and compare with what you said."), widget);
  landscape(widget, new URLSearchParams(state));
  return figure;
}
