// The map by keyboard: a cursor that the arrow keys move over it, and Enter takes the place under it.
import type { Point } from "../engine/landscape";
import { arrowMove } from "../parts/arrows";
import { button } from "../parts/elements";
import { MARGIN } from "./picture";

export interface Cursor {
  button: HTMLButtonElement;
  /** After a map is drawn: where the race stands on it, in shares of the way across and up. */
  follow: (home: Point) => void;
}

/** `words` says what is under it; `moved` and `chosen` are told of the place. */
export function mapCursor(
  words: (place: Point) => string,
  moved: (place: Point) => void,
  chosen: (place: Point) => void,
): Cursor {
  let place: Point = [0.5, 0.5];
  const cross = button("", () => chosen(place), { class: "map-cursor" });
  const show = () => {
    cross.style.setProperty("left", along(MARGIN.left, place[0], MARGIN.right));
    cross.style.setProperty("top", along(MARGIN.top, 1 - place[1], MARGIN.bottom));
    cross.setAttribute(
      "aria-label",
      `Cursor at ${words(place)}; the arrow keys move it, with Shift in larger steps, and Enter chooses what is under it`,
    );
  };
  cross.addEventListener("keydown", (event) => {
    const move = arrowMove(event);
    if (!move) return;
    place = inside([place[0] + move.toward[0] * move.share, place[1] + move.toward[1] * move.share]);
    show();
    moved(place);
  });
  return {
    button: cross,
    follow(home) {
      // While somebody moves it, it stays; else it waits where the race stands.
      if (document.activeElement !== cross) place = inside(home);
      show();
    },
  };
}

/** A share of the way between two margins, whatever the canvas measures. */
function along(before: number, share: number, after: number): string {
  return `calc(${before}px + ${share} * (100% - ${before + after}px))`;
}

function inside(place: Point): Point {
  return place.map((share) => (Number.isFinite(share) ? Math.min(Math.max(share, 0), 1) : 0.5)) as Point;
}
