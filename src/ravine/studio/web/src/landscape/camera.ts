// Where the surface is seen from. The landscape stands in a box about the origin: x across, y deep, heights up.
import { holds, type Landscape, type Point } from "../engine/landscape";
import type { Projection } from "./projection";
import { heightAt, type Relief } from "./relief";

type Vector = [number, number, number];

export const TALL = 0.62; // the height of the box, whose width is 2
const DISTANCE = 4.2;
const FOCAL = 4.5;

export interface Camera {
  eye: Vector;
  right: Vector;
  up: Vector;
  forward: Vector;
  unit: number; // pixels that a length of 1 at a depth of 1 has
}

/** `around` is the angle about the vertical, `above` the one over the horizon, in radians. The box fills the view. */
export function camera(landscape: Landscape, around: number, above: number, width: number, height: number): Camera {
  const [ca, sa, ce, se] = [Math.cos(around), Math.sin(around), Math.cos(above), Math.sin(above)];
  const eye: Vector = [DISTANCE * ce * sa, -DISTANCE * ce * ca, DISTANCE * se];
  return {
    eye,
    right: [ca, sa, 0],
    up: [-se * sa, se * ca, ce],
    forward: [-ce * sa, ce * ca, -se],
    unit: (FOCAL * Math.min(width / 1.3, height)) / 2 / Math.hypot(1, depthOf(landscape)),
  };
}

/** Half the depth of the box: the domain's own proportion, within what still looks like a landscape. */
export function depthOf({ domain }: Landscape): number {
  return Math.min(1, Math.max(0.6, (domain.y[1] - domain.y[0]) / (domain.x[1] - domain.x[0])));
}

/** A share of the range, from 0 to 1, as a height in the box. */
export function lift(share: number): number {
  return TALL * (share - 0.5);
}

export function solid(land: Relief, view: Camera, width: number, height: number): Projection {
  const { landscape } = land;
  const { domain } = landscape;
  const depth = depthOf(landscape);
  const share = ([low, high]: Point, value: number) => (value - low) / (high - low);
  const surfaceAt = (x: number, y: number) => lift(heightAt(land, x, y) || 0); // in a hole: on the floor
  const place = (x: number, y: number): Vector => [
    2 * share(domain.x, x) - 1,
    depth * (2 * share(domain.y, y) - 1),
    surfaceAt(x, y),
  ];
  const plane = ([px, py]: Vector): Point => [
    domain.x[0] + ((px + 1) / 2) * (domain.x[1] - domain.x[0]),
    domain.y[0] + ((py / depth + 1) / 2) * (domain.y[1] - domain.y[0]),
  ];
  const above = ([px, py, pz]: Vector) => {
    if (Math.abs(px) > 1 || Math.abs(py) > depth) return Infinity;
    return pz - surfaceAt(...plane([px, py, pz]));
  };
  return {
    frame: { left: 0, top: 0, width, height },
    toScreen(x, y) {
      const from = minus(place(x, y), view.eye);
      const far = Math.max(dot(from, view.forward), 0.1);
      return [
        width / 2 + (view.unit * dot(from, view.right)) / far,
        height / 2 - (view.unit * dot(from, view.up)) / far,
      ];
    },
    toPlane(left, top) {
      const [a, b] = [(left - width / 2) / view.unit, (height / 2 - top) / view.unit];
      const ray = [0, 1, 2].map((i) => view.forward[i]! + a * view.right[i]! + b * view.up[i]!) as Vector;
      const hit = firstBelow(view.eye, ray, DISTANCE - 1.8, DISTANCE + 1.8, 240, above);
      return hit && plane(hit);
    },
    beyond: (x, y) => !holds(landscape, [x, y]),
    hides(x, y) {
      const point = place(x, y);
      point[2] += 0.02; // a path lies on the ground, not in it
      return firstBelow(point, minus(view.eye, point), 0.01, 0.5, 28, above) !== null;
    },
  };
}

/** The first point of a ray that lies below the surface, in `count` strides from `near` to `far`. */
function firstBelow(
  from: Vector,
  ray: Vector,
  near: number,
  far: number,
  count: number,
  above: (point: Vector) => number,
): Vector | null {
  for (let i = 0; i <= count; i++) {
    const along = near + ((far - near) * i) / count;
    const point: Vector = [from[0] + along * ray[0], from[1] + along * ray[1], from[2] + along * ray[2]];
    if (above(point) < 0) return point;
  }
  return null;
}

function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
