// A question, read from the page: templates/questions.html writes it so that it can also be read without script.

export interface Option {
  content: DocumentFragment;
  label: string | undefined; // a formula in words
  right: boolean;
  why: DocumentFragment;
}

/** A number that a usual mistake gives. */
export interface Slip {
  value: number;
  why: DocumentFragment;
}

interface Shared {
  name: string; // "adam/first-step", the same for every variant
  lesson: string;
  stem: DocumentFragment; // the text, and the formula or the picture below it
  place: HTMLAnchorElement; // where the lesson explains it
  play: string | undefined; // state of a landscape
}

export type Question = Shared &
  (
    | { kind: "choice" | "several"; options: Option[] }
    | { kind: "number"; key: number; tolerance: number; why: DocumentFragment; slips: Slip[] }
  );

export function read(article: HTMLElement): Question {
  const whys = [...article.querySelectorAll<HTMLElement>(".why")];
  const shared: Shared = {
    name: article.dataset.question ?? "",
    lesson: article.dataset.lesson ?? "",
    stem: copy(article.querySelectorAll(".stem, .shown")),
    place: found(article, ".again a") as HTMLAnchorElement,
    play: article.dataset.play,
  };
  const kind = article.dataset.kind;
  if (kind === "number") {
    const [first, ...others] = whys;
    return {
      ...shared,
      kind,
      key: Number(first?.dataset.key),
      tolerance: Number(first?.dataset.tolerance),
      why: inside(first),
      slips: others.map((why) => ({ value: Number(why.dataset.value), why: inside(why) })),
    };
  }
  const options = [...article.querySelectorAll<HTMLElement>(".options > li")];
  return {
    ...shared,
    kind: kind === "several" ? kind : "choice",
    options: options.map((option, number) => ({
      content: inside(option),
      label: option.dataset.label,
      right: whys[number]?.dataset.right === "yes",
      why: inside(whys[number]),
    })),
  };
}

function found(root: Element, selector: string): Element {
  const element = root.querySelector(selector);
  if (element === null) throw new Error(`a question without ${selector}`);
  return element;
}

function copy(nodes: Iterable<Node>): DocumentFragment {
  const fragment = new DocumentFragment();
  for (const node of nodes) fragment.append(node.cloneNode(true));
  return fragment;
}

/** What an element holds, without the word ("Right.", "Wrong.") that the quiz says itself. */
function inside(element: Element | undefined): DocumentFragment {
  return copy([...(element?.childNodes ?? [])].filter((node) => !(node instanceof Element && node.matches(".word"))));
}
