// What is seen of the networks: their standing, loss and accuracy, what they answer, and each layer.
import { make } from "../parts/elements";
import { Answers } from "./answers";
import { Curves } from "./curves";
import { earlierList } from "./earlier_list";
import type { Foretold } from "./foretold";
import { Layers } from "./layers";
import { differenceOf, legend } from "./legend";
import type { Pair } from "./pair";
import { inksOf } from "./sheet";

const ANSWERED = {
  digits: "Held-out digits it gets wrong",
  curve: "The curve it draws",
  plane: "How it divides the plane",
};

export class Scene {
  readonly layers = new Layers();
  readonly element: HTMLElement;
  private readonly curves: Curves;
  private readonly answers = [new Answers(), new Answers()];
  private readonly answered: HTMLElement[];
  private readonly accuracy: HTMLElement;
  private readonly key = make("div", { class: "network-key" });
  private readonly earlier = make("div", { class: "network-earlier", "data-panel": "curves" });

  constructor(
    private readonly pair: Pair,
    private readonly foretold: Foretold | null,
  ) {
    this.curves = new Curves(foretold);
    this.accuracy = figure("Accuracy", this.curves.accuracy.canvas);
    this.answered = this.answers.map(({ sheet }) => figure("", sheet.canvas));
    const loss = figure("Loss", this.curves.loss.canvas);
    this.element = make(
      "div",
      { class: "network-scene", tabindex: "-1" }, // takes the focus of a button that goes
      this.key,
      make("div", { class: "answered", "data-panel": "answers" }, ...this.answered),
      make("div", { class: "curves", "data-panel": "curves" }, loss, this.accuracy),
      this.earlier,
    );
  }

  /** For other networks. */
  build(): void {
    const { pair } = this;
    const { data } = pair.state.recipe;
    const what = ANSWERED[data === "digits" || data === "curve" ? data : "plane"];
    const both = pair.courses.length > 1;
    this.layers.build(pair);
    this.earlier.replaceChildren(...earlierList(pair, () => this.element.focus()));
    this.element.classList.toggle("both", both);
    this.accuracy.hidden = data === "curve";
    this.answered.forEach((each, i) => {
      each.hidden = i >= Math.max(1, pair.courses.length);
      const title = !both ? what : i === 0 ? `Network: ${lower(what)}` : `Twin, with ${differenceOf(pair.state)}`;
      each.firstElementChild!.textContent = title;
    });
  }

  /** What draws it, piece by piece. */
  paints(root: HTMLElement): (() => void)[] {
    const { pair } = this;
    const inks = inksOf(root);
    return [
      ...pair.courses.map((course, i) => () => this.answers[i]!.draw(course, i, inks)),
      ...this.curves.paints(pair, inks),
      ...this.layers.paints(pair, inks),
      () => this.key.replaceChildren(...legend(pair, this.foretold)), // words last: a canvas that is measured after has all laid out anew
    ];
  }

  /** The larger pictures, row by row. */
  canvases(): HTMLCanvasElement[][] {
    const { loss, accuracy } = this.curves;
    return [
      this.answers.slice(0, this.pair.courses.length).map(({ sheet }) => sheet.canvas),
      [loss.canvas, ...(this.accuracy.hidden ? [] : [accuracy.canvas])],
    ];
  }
}

function figure(title: string, canvas: HTMLCanvasElement): HTMLElement {
  return make("div", { class: "drawn" }, make("p", { class: "drawn-title" }, title), canvas);
}

function lower(words: string): string {
  return words[0]!.toLowerCase() + words.slice(1);
}
