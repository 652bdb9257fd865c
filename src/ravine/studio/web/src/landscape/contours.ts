// Filled contours as an image: every pixel takes the colour of its band, and a line runs where two bands meet. Where
// there is no height it is hatched.
import { SIDE, type Relief } from "./relief";
import { channels, landColour, type Theme } from "../parts/theme";

export function contours(
  { heights, levels }: Relief,
  width: number,
  height: number,
  theme: Theme,
  ratio: number,
): ImageData {
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const bands = Array.from({ length: levels.length - 1 }, (_, i) =>
    landColour(theme, i / Math.max(1, levels.length - 2)),
  );
  const line = channels(theme.contour);
  const [perX, perY] = [(SIDE - 1) / width, (SIDE - 1) / height];
  const paper = channels(theme.paper);
  const stripe = 8 * ratio;
  const half = 0.35 * ratio + 0.5; // half the line's width, and half a pixel of its soft edge
  for (let j = 0, pixel = 0; j < height; j++) {
    const row = Math.min((height - j - 0.5) * perY, SIDE - 1.001);
    const below = Math.floor(row) * SIDE;
    const v = row - Math.floor(row);
    for (let i = 0; i < width; i++, pixel++) {
      const column = Math.min((i + 0.5) * perX, SIDE - 1.001);
      const corner = below + Math.floor(column);
      const u = column - Math.floor(column);
      const [a, b, c, d] = [
        heights[corner]!,
        heights[corner + 1]!,
        heights[corner + SIDE]!,
        heights[corner + SIDE + 1]!,
      ];
      const [low, high] = [a + (b - a) * u, c + (d - c) * u];
      const value = low + (high - low) * v;
      if (Number.isNaN(value)) {
        const [red, green, blue] = (i + j) % stripe < 1.2 * ratio ? line : paper;
        pixels[pixel] = 0xff000000 | (blue << 16) | (green << 8) | red;
        continue;
      }
      const band = bandOf(levels, value);
      const nearest = value - levels[band]! < levels[band + 1]! - value ? band : band + 1;
      let share = 0;
      if (nearest > 0 && nearest < levels.length - 1) {
        // How many pixels away the level is, by the slope here.
        const slope = Math.hypot(((b - a) * (1 - v) + (d - c) * v) * perX, (high - low) * perY);
        if (slope > 0) share = 0.6 * Math.min(1, Math.max(0, half - Math.abs(value - levels[nearest]!) / slope));
      }
      const [red, green, blue] = bands[band]!;
      pixels[pixel] =
        0xff000000 |
        ((blue + (line[2] - blue) * share) << 16) |
        ((green + (line[1] - green) * share) << 8) |
        (red + (line[0] - red) * share);
    }
  }
  return image;
}

/** The band that holds the value: levels[band] ≤ value < levels[band + 1]. */
function bandOf(levels: number[], value: number): number {
  let [low, high] = [0, levels.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value >= levels[middle]!) low = middle;
    else high = middle;
  }
  return low;
}
