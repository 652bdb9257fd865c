// How many numbers lie where: bars for the network, an outline for its twin, on one axis.
import { short } from "../parts/elements";
import { FONT, type Inks } from "./sheet";

const BINS = 24;
const MOST = 2048; // numbers that are counted

export interface Bins {
  low: number;
  high: number;
  shares: (Float64Array | null)[]; // of each network, the share of its numbers in each bin
}

/** At most MOST of the numbers, evenly spread over them. */
export function sample(values: Float64Array): Float64Array {
  if (values.length <= MOST) return values;
  const stride = values.length / MOST;
  return Float64Array.from({ length: MOST }, (_, i) => values[Math.floor(i * stride)]!);
}

/** null where there is nothing to count. `symmetric`: the axis has 0 in its middle. */
export function bins(values: readonly (Float64Array | null)[], symmetric: boolean): Bins | null {
  let [low, high] = [Infinity, -Infinity];
  for (const each of values)
    for (const value of each ?? []) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  if (!Number.isFinite(low) || !Number.isFinite(high)) return null;
  if (symmetric) [low, high] = [-Math.max(-low, high), Math.max(-low, high)];
  if (low === high) [low, high] = [low - 1, high + 1];
  const shares = values.map((each) => {
    if (!each || each.length === 0) return null;
    const counts = new Float64Array(BINS);
    for (const value of each) counts[Math.min(BINS - 1, Math.floor(((value - low) / (high - low)) * BINS))]! += 1 / each.length;
    return counts;
  });
  return { low, high, shares };
}

export function drawHistogram(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  inks: Inks,
  { low, high, shares }: Bins,
): void {
  const floor = height - 13;
  const most = Math.max(...shares.flatMap((each) => (each ? [...each] : [])));
  const [x, y] = [(bin: number) => (bin / BINS) * width, (share: number) => floor - (share / most) ** 0.5 * (floor - 2)];
  shares.forEach((each, i) => {
    if (!each) return;
    context.beginPath();
    context.moveTo(0, floor);
    each.forEach((share, bin) => {
      context.lineTo(x(bin), y(share));
      context.lineTo(x(bin + 1), y(share));
    });
    context.lineTo(width, floor);
    context.fillStyle = context.strokeStyle = inks.networks[i]!;
    context.lineWidth = 1.5;
    if (i > 0) return context.stroke();
    context.globalAlpha = 0.55;
    context.fill();
    context.globalAlpha = 1;
  });
  context.strokeStyle = inks.edge;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, floor + 0.5);
  context.lineTo(width, floor + 0.5);
  context.stroke();
  context.font = FONT.replace("12px", "10px");
  context.fillStyle = inks.soft;
  context.textBaseline = "bottom";
  const ends = [brief(low), brief(high)] as const;
  const room = width - 6 - context.measureText(ends[0]).width - context.measureText(ends[1]).width;
  if (room < 0 && low === -high) {
    context.textAlign = "center";
    return context.fillText(`±${ends[1]}`, width / 2, height);
  }
  context.textAlign = "left";
  context.fillText(ends[0], 0, height);
  context.textAlign = "right";
  context.fillText(ends[1], width, height);
}

function brief(value: number): string {
  return short(Number(value.toPrecision(2)));
}
