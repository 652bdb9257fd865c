// Choosing the start: by a click or a tap anywhere, by dragging, or with the arrow keys on its handle.
import type { Point } from "../engine/landscape";
import type { Session } from "../engine/session";
import { arrowMove } from "../parts/arrows";
import { make, short } from "../parts/elements";
import type { Projection } from "./projection";

const SLIP = 4; // pixels that a finger may slip and still mean a tap

export function startHandle(
  stage: HTMLElement,
  session: Session,
  projection: () => Projection | null,
  choose: (start: Point) => void,
  turn: (dx: number, dy: number) => boolean,
): { button: HTMLButtonElement; place: () => void } {
  const button = make("button", { type: "button", class: "start-handle" });
  const under = (event: PointerEvent): Point | null => {
    const box = stage.getBoundingClientRect();
    return projection()?.toPlane(event.clientX - box.left, event.clientY - box.top) ?? null;
  };
  const chooseUnder = (event: PointerEvent) => {
    const point = under(event);
    if (point) choose(rounded(session, point));
  };

  let pressed: { id: number; x: number; y: number; moves: "start" | "view" | "page"; slipped: boolean } | null = null;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const onHandle = event.target === button;
    const moves =
      onHandle || (event.pointerType === "mouse" && session.state.view === "contours")
        ? "start"
        : session.state.view === "surface"
          ? "view"
          : "page";
    pressed = { id: event.pointerId, x: event.clientX, y: event.clientY, moves, slipped: false };
    // A finger on the map scrolls the page; a finger on the handle, or on the surface, does not.
    if (moves !== "page") stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    if (pressed?.id !== event.pointerId) return;
    const [dx, dy] = [event.clientX - pressed.x, event.clientY - pressed.y];
    if (!pressed.slipped && Math.hypot(dx, dy) <= SLIP) return;
    pressed.slipped = true;
    if (pressed.moves === "start") chooseUnder(event);
    if (pressed.moves === "view" && turn(dx / 150, dy / 150)) {
      pressed.x = event.clientX;
      pressed.y = event.clientY;
    }
  });
  stage.addEventListener("pointerup", (event) => {
    if (pressed?.id !== event.pointerId) return;
    if (!pressed.slipped && event.target !== button) chooseUnder(event);
    pressed = null;
  });
  stage.addEventListener("pointercancel", () => (pressed = null));

  button.addEventListener("keydown", (event) => {
    const move = arrowMove(event);
    if (!move) return;
    const { toward, share } = move;
    if (event.altKey && turn(toward[0] / 8, -toward[1] / 8)) return;
    const { x, y } = session.landscape.domain;
    const inside = (value: number, [low, high]: Point) => Math.min(Math.max(value, low), high);
    const [startX, startY] = session.start;
    choose(
      rounded(session, [
        inside(startX + toward[0] * share * (x[1] - x[0]), x),
        inside(startY + toward[1] * share * (y[1] - y[0]), y),
      ]),
    );
  });

  return {
    button,
    place() {
      const [left, top] = projection()!.toScreen(...session.start);
      button.style.setProperty("transform", `translate(${left}px, ${top}px) translate(-50%, -50%)`);
      const [x, y] = session.start.map(short);
      button.setAttribute("aria-label", `Start at (${x}, ${y}); the arrow keys move it, with Shift in larger steps`);
    },
  };
}

/** As many digits as a pixel is worth, so that links stay short. */
function rounded({ landscape: { domain } }: Session, [x, y]: Point): Point {
  const round = (value: number, [low, high]: Point) => {
    const digits = Math.max(0, Math.ceil(-Math.log10((high - low) / 1000)));
    return Math.min(Math.max(Number(value.toFixed(Math.min(digits, 15))), low), high);
  };
  return [round(x, domain.x), round(y, domain.y)];
}
