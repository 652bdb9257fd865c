// What leaves the page: a link, Python, a picture, a film.
import type { Session } from "../engine/session";
import { write } from "../engine/state";
import { asPython } from "./copy_python";
import { button, make } from "./elements";
import { Recorder } from "./record";
import { savePicture } from "./picture";
import type { Chart } from "./chart";
import type { Player } from "./player";
import type { Stage } from "./stage";

export interface Parts {
  session: Session;
  stage: Stage;
  chart: Chart;
  player: Player;
}

export function sharePanel(parts: Parts, say: (message: string) => void): HTMLElement {
  const { session } = parts;
  // Where a page may not write to the clipboard (file://, or a permission refused), the text is shown to be copied.
  const shown = make("textarea", {
    class: "shown",
    readonly: true,
    hidden: true,
    rows: "6",
    "aria-label": "Text to copy",
    spellcheck: "false",
  });
  const copy = async (text: string, what: string) => {
    shown.value = text;
    try {
      await navigator.clipboard.writeText(text);
      shown.hidden = true;
      say(`${what} copied.`);
    } catch {
      shown.hidden = false;
      shown.focus();
      shown.select();
      say(`${what}: press Ctrl+C to copy.`);
    }
  };
  const box = make(
    "div",
    { class: "outward", "data-panel": "share" },
    button("Copy link", () => void copy(link(session), "Link")),
    button("Copy as Python", () => void copy(asPython(session), "Python")),
    button("Save picture", () => savePicture(parts)),
  );
  if (Recorder.works) box.append(new Recorder(parts, say).button);
  box.append(shown);
  return box;
}

/** The playground with this state; the fragment holds it, which works from file:// too. */
export function link(session: Session): string {
  const root = document.body.dataset.root ?? "";
  return new URL(`${root}playground.html#${write(session.state)}`, location.href).href;
}
