// The kinds of prediction: one of several, a number, or a line that is drawn.
import { numberField } from "../parts/number_input";
import { freshId, make, short } from "../parts/elements";
import { memory } from "./progress";
import { sketch } from "./sketch";

/** What asks: its element, whether an answer is there by now, what the learner answered, and what is so. */
export interface Asked {
  element: HTMLElement;
  ready: () => boolean;
  told: () => Node[];
  /** What is so, and whether the learner said it; null where that is to be seen only once it has been played. */
  judged: () => { right: boolean; is: Node[] } | null;
}

export function askedBy(root: HTMLElement, place: HTMLElement, figure: HTMLElement, widget: HTMLElement | null): Asked {
  if (place.dataset.draw !== undefined) return drawn(place, figure, widget);
  return root.dataset.answer === undefined ? choice(place) : number(root, place);
}

function choice(list: HTMLElement): Asked {
  const options = [...list.querySelectorAll<HTMLElement>("li")];
  const name = freshId();
  const boxes = options.map(() => make("input", { type: "radio", name }));
  const labels = options.map((option, place) => make("label", { class: "check" }, boxes[place]!, make("span", {}, ...copies(option))));
  const element = make("div", { class: "choices", role: "radiogroup", "aria-label": "Your prediction" }, ...labels);
  const chosen = () => options[boxes.findIndex((box) => box.checked)];
  const right = options.find((option) => option.dataset.right !== undefined)!;
  return {
    element,
    ready: () => chosen() !== undefined,
    told: () => copies(chosen()!),
    judged: () => ({ right: chosen() === right, is: copies(right) }),
  };
}

function number(root: HTMLElement, place: HTMLElement): Asked {
  const [key, within] = [Number(root.dataset.answer), Number(root.dataset.within)];
  const unit = () => copies(place.querySelector(".unit")!);
  let given: number | null = null;
  const field = numberField({
    name: "Your prediction",
    wanted: () => ({}),
    held: () => given ?? NaN,
    take: (value) => (given = value),
  });
  field.input.value = "";
  field.element.append(make("span", {}, ...unit()));
  const near = () => given !== null && given > 0 && Math.max(given / key, key / given) <= within;
  const written = (value: number) => [document.createTextNode(`${short(value)} `), ...unit()];
  return {
    element: field.element,
    ready: () => given !== null,
    told: () => written(given!),
    judged: () => ({ right: near(), is: written(key) }),
  };
}

/** A line, which the browser remembers, and which the network of the figure draws beside what happens. */
function drawn(place: HTMLElement, figure: HTMLElement, widget: HTMLElement | null): Asked {
  const name = `${document.body.dataset.lesson ?? ""}#${figure.id}`;
  const { line, show, said, foretold } = sketch(place);
  const before = memory.read().drawn[name];
  const how = make("p", { class: "soft sketch-how" }, "Draw with the mouse or a finger. By keyboard: up and down move a point, left and right go to the next.");
  if (before) {
    show(before.line);
    how.prepend("This is what you drew before; draw over it as you like. ");
  }
  place.append(how);
  return {
    element: place,
    ready: () => line() !== null,
    told: () => {
      const through = line()!;
      memory.draw(name, through);
      if (widget) widget.dataset.foretold = foretold(through);
      return [document.createTextNode(`a line from ${said(through[0]!)} to ${said(through.at(-1)!)}.`)];
    },
    judged: () => null,
  };
}

function copies(element: Element): Node[] {
  return [...element.childNodes].map((node) => node.cloneNode(true));
}
