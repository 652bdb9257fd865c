// Elements without a template language: make("button", { type: "button" }, "Play").
type Child = Node | string;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function makeSvg(tag: string, attributes: Record<string, string>, ...children: Node[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function button(label: string, press: () => void, attributes: Record<string, string> = {}): HTMLButtonElement {
  const made = make("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", press);
  return made;
}

/** An element of the markup that Ravine itself generates: symbols and formulas as MathML. */
export function markup(html: string): HTMLElement {
  const span = make("span");
  span.innerHTML = html;
  return span;
}

/** How many ids are given out; the scripts of a page share it. */
const given = globalThis as { ravineIds?: number };

/** An id that nothing else on the page has. */
export function freshId(): string {
  given.ravineIds = (given.ravineIds ?? 0) + 1;
  return `control-${given.ravineIds}`;
}

/** Four digits are enough for a person. */
export function short(value: number): string {
  if (Number.isNaN(value)) return "not a number";
  const text =
    value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
      ? value.toExponential(2)
      : String(Number(value.toPrecision(4)));
  return text.replace("-", "−");
}
