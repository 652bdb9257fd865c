// What is seen as one picture: the curves, what the networks answer, and their numbers.
import { download } from "../landscape/picture";
import { inksOf } from "./sheet";
import { summary } from "./legend";
import type { Pair } from "./pair";

const WIDTH = 1280;
const LINE = 24;

/** `rows`: canvases that stand side by side. */
export function savePicture(root: HTMLElement, pair: Pair, rows: readonly (readonly HTMLCanvasElement[])[]): void {
  const inks = inksOf(root);
  const heights = rows.map((row) => Math.max(0, ...row.map((canvas) => scaled(canvas, row.length))));
  const words = summary(pair).split(/(?<=\.) (?=Network|Twin)/);
  const picture = document.createElement("canvas");
  picture.width = WIDTH;
  picture.height = 40 + words.length * LINE + heights.reduce((sum, height) => sum + height + 20, 0);
  const context = picture.getContext("2d")!;
  context.fillStyle = inks.paper;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = inks.ink;
  context.font = "17px system-ui, sans-serif";
  words.forEach((line, i) => context.fillText(line, 24, 36 + i * LINE, WIDTH - 48));
  let top = 36 + words.length * LINE;
  rows.forEach((row, r) => {
    row.forEach((canvas, i) => {
      if (canvas.width === 0) return;
      const width = (WIDTH - 24 * (row.length + 1)) / row.length;
      context.drawImage(canvas, 24 + i * (width + 24), top, width, scaled(canvas, row.length));
    });
    top += heights[r]! + 20;
  });
  picture.toBlob((blob) => blob && download(blob, `ravine-network-${pair.state.recipe.data}.png`), "image/png");
}

function scaled({ width, height }: HTMLCanvasElement, count: number): number {
  return width === 0 ? 0 : (((WIDTH - 24 * (count + 1)) / count) * height) / width;
}
