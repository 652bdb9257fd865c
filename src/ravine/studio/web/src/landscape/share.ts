// What leaves the page: a link, Python, a picture, a film.
import { linkTo } from "../engine/address";
import type { Session } from "../engine/session";
import { write } from "../engine/state";
import { copier } from "../parts/clipboard";
import { asPython } from "./copy_python";
import { button, make } from "../parts/elements";
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
  const { copy, shown } = copier(say);
  const box = make(
    "div",
    { class: "outward", "data-panel": "share" },
    button("Copy link", () => void copy(linkTo("playground.html", write(session.state)), "Link")),
    button("Copy as Python", () => void copy(asPython(session), "Python")),
    button("Save picture", () => savePicture(parts)),
  );
  if (Recorder.works) box.append(new Recorder(parts, say).button);
  box.append(shown);
  return box;
}
