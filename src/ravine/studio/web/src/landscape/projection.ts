// From the plane to the picture and back, in CSS pixels of the stage.
import type { Landscape, Point } from "../engine/landscape";

export interface Projection {
  /** Where a point of the plane is seen. */
  toScreen: (x: number, y: number) => Point;
  /** The point of the plane that is seen there; null beside the landscape. */
  toPlane: (left: number, top: number) => Point | null;
  /** Whether hills hide the point. */
  hides: (x: number, y: number) => boolean;
  /** Whether the point is beyond the edge of the ground that is drawn, and so has no place in the picture. */
  beyond: (x: number, y: number) => boolean;
  /** What is drawn is cut off at this rectangle. */
  frame: Frame;
}

export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

const FAR = 1e6; // beyond it canvases lose their way

/** The map: the domain fills the frame. */
export function flat({ domain }: Landscape, frame: Frame): Projection {
  const [acrossX, acrossY] = [domain.x[1] - domain.x[0], domain.y[1] - domain.y[0]];
  const near = (value: number) => Math.min(Math.max(value, -FAR), FAR);
  return {
    frame,
    toScreen: (x, y) => [
      near(frame.left + ((x - domain.x[0]) / acrossX) * frame.width),
      near(frame.top + ((domain.y[1] - y) / acrossY) * frame.height),
    ],
    toPlane: (left, top) => {
      const [u, v] = [(left - frame.left) / frame.width, (top - frame.top) / frame.height];
      if (u < 0 || u > 1 || v < 0 || v > 1) return null;
      return [domain.x[0] + u * acrossX, domain.y[1] - v * acrossY];
    },
    hides: () => false,
    beyond: () => false, // it lies outside the frame, where nothing is drawn
  };
}
