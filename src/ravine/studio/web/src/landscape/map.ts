// The landscape seen from above: contours with their axes, minima and saddles. Drawn once, and again when it changes.
import type { Landscape, Point } from "../engine/landscape";
import { contours } from "./contours";
import { drawMarker } from "./markers";
import type { Frame, Projection } from "./projection";
import type { Relief } from "./relief";
import type { Theme } from "../parts/theme";

export const MARGIN = { left: 40, right: 10, top: 10, bottom: 26 };

export function frameOf(width: number, height: number): Frame {
  return {
    left: MARGIN.left,
    top: MARGIN.top,
    width: Math.max(1, width - MARGIN.left - MARGIN.right),
    height: Math.max(1, height - MARGIN.top - MARGIN.bottom),
  };
}

/** Draws onto a context whose unit is a CSS pixel, `ratio` device pixels wide. */
export function drawMap(
  context: CanvasRenderingContext2D,
  land: Relief,
  projection: Projection,
  theme: Theme,
  ratio: number,
): void {
  const { frame } = projection;
  const [width, height] = [Math.round(frame.width * ratio), Math.round(frame.height * ratio)];
  const picture = document.createElement("canvas");
  picture.width = width;
  picture.height = height;
  picture.getContext("2d")!.putImageData(contours(land, width, height, theme, ratio), 0, 0);
  context.drawImage(picture, frame.left, frame.top, frame.width, frame.height);
  drawAxes(context, land.landscape, projection, theme);
  drawPlaces(context, land.landscape, projection, theme);
}

function drawAxes(
  context: CanvasRenderingContext2D,
  { domain }: Landscape,
  { frame, toScreen }: Projection,
  theme: Theme,
): void {
  context.font = "12px system-ui, sans-serif";
  context.fillStyle = theme.faint;
  context.strokeStyle = theme.faint;
  context.lineWidth = 1;
  context.strokeRect(frame.left + 0.5, frame.top + 0.5, frame.width - 1, frame.height - 1);
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const x of ticks(domain.x, Math.max(3, frame.width / 70))) {
    const [left] = toScreen(x, domain.y[0]);
    context.fillRect(left - 0.5, frame.top + frame.height, 1, 4);
    context.fillText(tickText(x), left, frame.top + frame.height + 7);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const y of ticks(domain.y, Math.max(2, frame.height / 60))) {
    const [, top] = toScreen(domain.x[0], y);
    context.fillRect(frame.left - 4, top - 0.5, 4, 1);
    context.fillText(tickText(y), frame.left - 7, top);
  }
}

/** Minima and saddles, told apart by shape. */
export function drawPlaces(
  context: CanvasRenderingContext2D,
  landscape: Landscape,
  projection: Projection,
  theme: Theme,
): void {
  const size = Math.min(Math.max(projection.frame.width / 60, 4.5), 8);
  const visible = ([x, y]: Point) => !projection.hides(x, y);
  for (const place of landscape.minima.filter(visible)) {
    drawMarker(
      context,
      "*",
      projection.toScreen(...place),
      size,
      theme.dark ? "#ffe08a" : "#ffffff",
      theme.dark ? "#0c141c" : theme.ink,
    );
  }
  context.strokeStyle = theme.ink;
  context.lineWidth = 1.8;
  const arm = 0.6 * size;
  for (const place of landscape.saddles.filter(visible)) {
    const [left, top] = projection.toScreen(...place);
    context.beginPath();
    context.moveTo(left - arm, top - arm);
    context.lineTo(left + arm, top + arm);
    context.moveTo(left + arm, top - arm);
    context.lineTo(left - arm, top + arm);
    context.stroke();
  }
}

/** Round numbers within the range, about `count` of them. */
export function ticks([low, high]: Point, count: number): number[] {
  const rough = (high - low) / count;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 5].find((digit) => digit * unit >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

function tickText(value: number): string {
  return String(value).replace("-", "−");
}
