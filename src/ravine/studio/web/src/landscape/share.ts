// What leaves the page: a link, Python, a picture, a film.
import { hasPages, linkTo } from "../engine/address";
import { write } from "../engine/state";
import { copier } from "../parts/clipboard";
import { asPython } from "./copy_python";
import { button, make } from "../parts/elements";
import { Recorder } from "./record";
import { savePicture } from "./picture";
import type { RaceView } from "./race_view";

export function sharePanel(race: RaceView, say: (message: string) => void): HTMLElement {
  const { session } = race;
  const { copy, shown } = copier(say);
  session.on((change) => change === "race" && (shown.hidden = true)); // it is no longer what is seen
  const box = make(
    "div",
    { class: "outward", "data-panel": "share" },
    ...(hasPages() ? [button("Copy link", () => void copy(linkTo("playground.html", write(session.state)), "Link"))] : []),
    button("Copy as Python", () => void copy(asPython(session), "Python")),
    button("Save picture", () => savePicture(race)),
  );
  if (Recorder.works) box.append(new Recorder(race, say).button);
  box.append(shown);
  return box;
}
