// Widgets that stand on no page from the start: a question brings them, with their scripts.
import { make } from "../parts/elements";
import { isHere, load } from "../site/scripts";

/** Starts a widget that stands in the page, at once where its scripts are there; then calls `started`. */
export function summon(widget: HTMLElement, scripts: string[], started: () => void = () => {}): void {
  const begin = () => {
    widget.dispatchEvent(new CustomEvent("ravine:unlocked", { bubbles: true }));
    started();
  };
  const missing = scripts.filter((name) => !isHere(name));
  if (missing.length === 0) begin();
  else
    Promise.all(missing.map(load)).then(begin, ({ message }: Error) =>
      widget.replaceChildren(make("p", { class: "failed-notice", role: "alert" }, message)),
    );
}
