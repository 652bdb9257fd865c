// Threefry-2x32 with 20 rounds (Salmon et al. 2011), as ravine.networks.threefry: a number is a function of where it
// stands, so Python draws the same masks, and two networks side by side draw them without sharing anything.

export const STREAM = { points: 1, labels: 2, weights: 3, batches: 4, dropout: 5 } as const;

const PARITY = 0x1bd11bda;

let x = 0;
let y = 0;

/** Leaves the two words of a counter in x and y. */
function block(key0: number, key1: number, counter0: number, counter1: number): void {
  const key2 = PARITY ^ key0 ^ key1;
  let a = (counter0 + key0) | 0;
  let b = (counter1 + key1) | 0;
  a = (a + b) | 0, b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0, b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0, b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0, b = ((b << 6) | (b >>> 26)) ^ a;
  a = (a + key1) | 0, b = (b + key2 + 1) | 0;
  a = (a + b) | 0, b = ((b << 17) | (b >>> 15)) ^ a;
  a = (a + b) | 0, b = ((b << 29) | (b >>> 3)) ^ a;
  a = (a + b) | 0, b = ((b << 16) | (b >>> 16)) ^ a;
  a = (a + b) | 0, b = ((b << 24) | (b >>> 8)) ^ a;
  a = (a + key2) | 0, b = (b + key0 + 2) | 0;
  a = (a + b) | 0, b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0, b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0, b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0, b = ((b << 6) | (b >>> 26)) ^ a;
  a = (a + key0) | 0, b = (b + key1 + 3) | 0;
  a = (a + b) | 0, b = ((b << 17) | (b >>> 15)) ^ a;
  a = (a + b) | 0, b = ((b << 29) | (b >>> 3)) ^ a;
  a = (a + b) | 0, b = ((b << 16) | (b >>> 16)) ^ a;
  a = (a + b) | 0, b = ((b << 24) | (b >>> 8)) ^ a;
  a = (a + key1) | 0, b = (b + key2 + 4) | 0;
  a = (a + b) | 0, b = ((b << 13) | (b >>> 19)) ^ a;
  a = (a + b) | 0, b = ((b << 15) | (b >>> 17)) ^ a;
  a = (a + b) | 0, b = ((b << 26) | (b >>> 6)) ^ a;
  a = (a + b) | 0, b = ((b << 6) | (b >>> 26)) ^ a;
  x = (a + key2) >>> 0;
  y = (b + key0 + 5) >>> 0;
}

/** Words of a part of a stream (of a layer, an epoch, a step) into `out`; `from`, even, is where they begin. */
export function words(out: Uint32Array, seed: number, stream: number, part: number, from = 0, count = out.length): void {
  for (let i = 0; i < count; i += 2) {
    block(seed, stream, (from + i) >>> 1, part);
    out[i] = x;
    if (i + 1 < count) out[i + 1] = y;
  }
}

/** Numbers strictly between 0 and 1. */
export function uniform(seed: number, stream: number, part: number, count: number): Float64Array {
  const drawn = new Uint32Array(count);
  words(drawn, seed, stream, part);
  return Float64Array.from(drawn, (word) => (word + 0.5) / 2 ** 32);
}

/** Standard normal numbers (Box & Muller 1958). */
export function normal(seed: number, stream: number, part: number, count: number): Float64Array {
  const pairs = uniform(seed, stream, part, count + (count % 2));
  for (let i = 0; i < pairs.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(pairs[i]!));
    const angle = 2 * Math.PI * pairs[i + 1]!;
    pairs[i] = radius * Math.cos(angle);
    pairs[i + 1] = radius * Math.sin(angle);
  }
  return pairs.subarray(0, count);
}

/** The numbers from 0 to count − 1 in the order of an epoch: sorted by their words. */
export function shuffled(order: Uint32Array, seed: number, epoch: number): void {
  const count = order.length;
  words(order, seed, STREAM.batches, epoch);
  // A word and its place in one exact number: 32 and 21 bits.
  const keys = Float64Array.from(order, (word, place) => word * 2 ** 21 + place).sort();
  for (let i = 0; i < count; i++) order[i] = keys[i]! % 2 ** 21;
}
