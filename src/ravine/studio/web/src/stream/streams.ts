// Streams of gradients of one parameter, the same as ravine.studio.streams.
import { standardNormal } from "../engine/noise";

interface Stream {
  title: string;
  gradients: (steps: number, seed: number, own: readonly number[]) => number[];
}

const byStep = (gradient: (t: number) => number) => (steps: number) =>
  Array.from({ length: steps }, (_, i) => gradient(i + 1));

export const STREAMS: Record<string, Stream> = {
  constant: { title: "constant: 1 in every step", gradients: byStep(() => 1) },
  impulse: { title: "impulse: 1 once, then 0", gradients: byStep((t) => (t === 1 ? 1 : 0)) },
  sparse: { title: "sparse: 1 in every tenth step", gradients: byStep((t) => (t % 10 === 0 ? 1 : 0)) },
  alternating: { title: "alternating: 1, −1, 1, …", gradients: byStep((t) => (t % 2 === 1 ? 1 : -1)) },
  noisy: {
    title: "noisy: 1, with noise of 2",
    gradients: (steps, seed) => [...standardNormal(seed, steps)].map((noise) => 1 + 2 * noise),
  },
  reddi: { title: "Reddi’s case: 3, −1, −1, 3, …", gradients: byStep((t) => (t % 3 === 1 ? 3 : -1)) },
  own: {
    title: "your own list, over and over",
    gradients: (steps, _, own) => byStep((t) => own[(t - 1) % own.length]!)(steps),
  },
};
