// The arrow keys, as moves over a picture.
import type { Point } from "../engine/landscape";

const TOWARD: Record<string, Point> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Which way an arrow key points, to the right and up, and what share of the picture it moves; else null. The key is
 * then taken: the page does not scroll. */
export function arrowMove(event: KeyboardEvent): { toward: Point; share: number } | null {
  const toward = TOWARD[event.key];
  if (!toward) return null;
  event.preventDefault();
  return { toward, share: event.shiftKey ? 0.05 : 0.01 };
}
