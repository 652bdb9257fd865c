// The frame of a map with its numbers: values evenly across, or by decades.
import type { Point } from "../engine/landscape";
import { plain } from "../engine/number";
import { ticks } from "../landscape/map";
import type { Frame } from "../landscape/projection";
import type { Theme } from "../parts/theme";

/** A number beside an axis, at a share of its length. */
export interface Tick {
  share: number;
  text: string;
}

export function evenly([low, high]: Point, count: number): Tick[] {
  return ticks([low, high], count).map((value) => ({
    share: (value - low) / (high - low),
    text: plain(value).replace("-", "−"),
  }));
}

export function decades([low, high]: Point): Tick[] {
  const [first, last] = [Math.log10(low), Math.log10(high)];
  const powers = Array.from(
    { length: Math.floor(last + 1e-9) - Math.ceil(first - 1e-9) + 1 },
    (_, i) => Math.ceil(first - 1e-9) + i,
  );
  return powers.map((power) => ({
    share: (power - first) / (last - first),
    text: plain(Number((10 ** power).toPrecision(3))),
  }));
}

/** Numbers at fifths of a scale that is neither. */
export function fifths(at: (share: number) => number): Tick[] {
  return [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => ({ share, text: plain(at(share)) }));
}

export function drawAxes(
  context: CanvasRenderingContext2D,
  { left, top, width, height }: Frame,
  across: Tick[],
  up: Tick[],
  theme: Theme,
): void {
  context.font = "12px system-ui, sans-serif";
  context.fillStyle = context.strokeStyle = theme.faint;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1);
  context.textBaseline = "top";
  let free = -Infinity; // where the last text ended: on a narrow map not all have room
  for (const { share, text } of across) {
    const x = left + share * width;
    context.textAlign = share > 0.97 ? "right" : share < 0.03 ? "left" : "center";
    context.fillRect(x - 0.5, top + height, 1, 4);
    const box = context.measureText(text);
    if (x - box.actualBoundingBoxLeft < free) continue;
    context.fillText(text, x, top + height + 7);
    free = x + box.actualBoundingBoxRight + 6;
  }
  context.textAlign = "right";
  for (const { share, text } of up) {
    const y = top + (1 - share) * height;
    context.textBaseline = share > 0.97 ? "top" : share < 0.03 ? "bottom" : "middle";
    context.fillRect(left - 4, y - 0.5, 4, 1);
    context.fillText(text, left - 7, y);
  }
}
