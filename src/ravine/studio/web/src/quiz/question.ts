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

/** One change of a sick run, "init=he_uniform". */
export interface Cure extends Option {
  change: string;
}

interface Shared {
  name: string; // "adam/first-step", the same for every variant
  lesson: string;
  stem: DocumentFragment; // the text, and the formula or the picture below it, unless that lives
  place: HTMLAnchorElement; // where the lesson explains it
  play: string | undefined; // state of a landscape
  scripts: string[]; // of the widget that the question brings
}

export type Question = Shared &
  (
    | { kind: "choice" | "several"; options: Option[] }
    | { kind: "diagnose"; run: string; options: Option[]; cures: Cure[] }
    | { kind: "number"; key: number; tolerance: number; why: DocumentFragment; slips: Slip[] }
  );

export function read(article: HTMLElement): Question {
  const whys = [...article.querySelectorAll<HTMLElement>(".why")];
  const shared: Shared = {
    name: article.dataset.question ?? "",
    lesson: article.dataset.lesson ?? "",
    stem: copy(article.querySelectorAll(article.dataset.run === undefined ? ".stem, .shown" : ".stem")),
    place: found(article, ".again a") as HTMLAnchorElement,
    play: article.dataset.play,
    scripts: (article.dataset.scripts ?? "").split(" ").filter((name) => name !== ""),
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
  const options = pairs(article, ".options > li", ".why").map(([option, why]) => optionOf(option, why));
  if (kind !== "diagnose") return { ...shared, kind: kind === "several" ? kind : "choice", options };
  const cures = pairs(article, ".cures > li", ".of-cure").map(([cure, why]) => ({
    ...optionOf(cure, why),
    change: cure.dataset.change ?? "",
  }));
  return { ...shared, kind, run: article.dataset.run ?? "", options, cures };
}

/** Each option with the element that says why. */
function pairs(article: HTMLElement, options: string, whys: string): [HTMLElement, HTMLElement | undefined][] {
  const said = [...article.querySelectorAll<HTMLElement>(whys)];
  return [...article.querySelectorAll<HTMLElement>(options)].map((option, number) => [option, said[number]]);
}

function optionOf(option: HTMLElement, why: HTMLElement | undefined): Option {
  return { content: inside(option), label: option.dataset.label, right: why?.dataset.right === "yes", why: inside(why) };
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
