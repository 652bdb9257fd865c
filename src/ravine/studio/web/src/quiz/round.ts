// One round of a quiz: its questions one at a time, told right or wrong at once, then the score.
import { choose, chooseSeveral } from "./choice";
import { button, make } from "../parts/elements";
import { diagnose } from "./diagnose";
import { typeIn } from "./number";
import type { Question } from "./question";
import { summon } from "./summon";

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
    const position = make("p", { class: "quiz-position", tabindex: "-1" }, `Question ${number + 1} of ${questions.length}`);
    const answers = make("div", { class: "answers" });
    const verdict = make("div", { class: "verdict", role: "status" });
    const onward = make("div", { class: "onward" }, verdict);
    root.replaceChildren(make("div", { class: "question" }, position, question.stem.cloneNode(true), answers, onward));
    if (focus) position.focus();
    for (const part of [answers, onward]) {
      part.addEventListener("keydown", onlyOnce);
      part.addEventListener("click", onlyOnce, { capture: true });
    }

    // What is `watched` takes the room in which the reasons stand, so that the reason goes with the verdict.
    const answered = (right: boolean, why: Node | null, watched?: HTMLElement): void => {
      if (!right) missed.push(question);
      onward.classList.add("answered", right ? "right" : "wrong");
      verdict.append(make("b", {}, right ? "Correct." : "Wrong."));
      if (why !== null) verdict.append(make("span", { class: watched ? "why" : "unseen" }, " ", why)); // else shown beside the answer
      const last = number + 1 === questions.length;
      const next = last
        ? button("Submit", () => score(), { class: "main" })
        : button(`Next (${number + 2}/${questions.length})`, () => ask(number + 1, true), { class: "main" });
      onward.append(next, make("p", { class: "again" }, "In the lesson: ", question.place.cloneNode(true)));
      if (question.play !== undefined) replay(question.play, question.scripts, onward);
      next.focus({ preventScroll: true });
      if (watched) watched.scrollIntoView({ block: "start" });
      else reveal(answers, onward);
    };
    if (question.kind === "number") typeIn(answers, question, answered);
    else if (question.kind === "diagnose") diagnose(answers, question, answered);
    else (question.kind === "several" ? chooseSeveral : choose)(answers, question.options, (right, why) => answered(right, why));
  }

  function score(): void {
    const right = questions.length - missed.length;
    ending.scored(right, questions.length);
    const heading = make("p", { class: "score", tabindex: "-1" }, make("b", {}, `${right}/${questions.length}`), ` ${comment(right)}`);
    const end = make("div", { class: "question end" }, heading);
    if (missed.length > 0) {
      const places = new Map(missed.map((question) => [question.place.href, question.place]));
      const links = [...places.values()].map((place) => make("li", {}, place.cloneNode(true)));
      end.append(make("p", {}, "Have another look at:"), make("ul", { class: "look-again" }, ...links));
    }
    end.append(make("div", { class: "onward" }, ...ending.onward()));
    root.replaceChildren(end);
    heading.focus();
  }

  function comment(right: number): string {
    if (right === questions.length) return "All right.";
    return right > questions.length / 2 ? "Nearly there." : "Worth another round.";
  }
}

/** A key that is held, or a double click, answers or goes on: it does not skip the reason, nor answer what nobody has read. */
function onlyOnce(event: KeyboardEvent | MouseEvent): void {
  const again = event instanceof KeyboardEvent ? event.repeat && [" ", "Enter"].includes(event.key) : event.detail > 1;
  if (!again || (event instanceof MouseEvent && !(event.target as Element).closest("button"))) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Brings what was said about the reader's own answer into view, above the bar that goes on; what is in view stays. */
function reveal(answers: HTMLElement, bar: HTMLElement): void {
  const own = [".wrong.chosen", ".right:not(.chosen)", ".chosen"].map((kind) => answers.querySelector(`.settled${kind}`));
  const wrong = bar.classList.contains("wrong");
  const judged = (wrong ? (own[0] ?? own[1]) : own[2]) ?? answers;
  // What matters most comes last: it has the last word where not all have room.
  for (const part of [answers, judged, judged.querySelector(".why")]) {
    if (!(part instanceof HTMLElement)) continue;
    part.style.setProperty("scroll-margin", `8px 0 ${bar.offsetHeight + 8}px`);
    part.scrollIntoView({ block: "nearest" });
  }
}

/** All that a prediction needs is the race and the player. */
const WATCH = "&step=0&hide=landscape,rules,start,noise,schedule,chart,share";

/** The landscape of a "predict, then watch" question, once it is answered. */
function replay(state: string, scripts: string[], above: HTMLElement): void {
  const widget = make("div", { "data-widget": "landscape", "data-state": state + WATCH });
  const words = make("figcaption", {}, "Play it, and compare with what you said.");
  above.after(make("figure", { class: "replay" }, words, widget));
  summon(widget, scripts, () => {
    for (const settings of widget.querySelectorAll<HTMLDetailsElement>("[data-panel=settings] details")) settings.open = false;
  });
}
