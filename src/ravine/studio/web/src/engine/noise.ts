// The stream of numpy.random.default_rng(seed).standard_normal(), so that a page shakes as Python does: SeedSequence
// (O'Neill's seed_seq), PCG64 (O'Neill 2014, XSL-RR) and the ziggurat (Marsaglia & Tsang 2000) of 256 layers.

const WORD = (1n << 64n) - 1n;
const LONG = (1n << 128n) - 1n;
const MULTIPLIER = (2549297995355413924n << 64n) | 4865540595714422341n;

/** Four 64-bit words from a seed below 2³². */
function seedWords(seed: number): bigint[] {
  let hashed = 0x43b0d7e5;
  const hash = (value: number): number => {
    value = (value ^ hashed) >>> 0;
    hashed = Math.imul(hashed, 0x931e8875) >>> 0;
    value = Math.imul(value, hashed) >>> 0;
    return (value ^ (value >>> 16)) >>> 0;
  };
  const mix = (x: number, y: number): number => {
    const mixed = (Math.imul(x, 0xca01f9dd) - Math.imul(y, 0x4973f715)) >>> 0;
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  const pool = [seed, 0, 0, 0].map(hash);
  for (let from = 0; from < 4; from++)
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mix(pool[to]!, hash(pool[from]!));

  let drawn = 0x8b51f9dd;
  const words = Array.from({ length: 8 }, (_, i) => {
    let value = (pool[i % 4]! ^ drawn) >>> 0;
    drawn = Math.imul(drawn, 0x58f38ded) >>> 0;
    value = Math.imul(value, drawn) >>> 0;
    return BigInt((value ^ (value >>> 16)) >>> 0);
  });
  return [0, 2, 4, 6].map((i) => words[i]! | (words[i + 1]! << 32n));
}

/** The 64-bit outputs of PCG64. */
function pcg64(seed: number): () => bigint {
  const [a, b, c, d] = seedWords(seed) as [bigint, bigint, bigint, bigint];
  const increment = ((((c << 64n) | d) << 1n) | 1n) & LONG;
  const advance = (state: bigint) => (state * MULTIPLIER + increment) & LONG;
  let state = advance(increment + ((a << 64n) | b));
  return () => {
    state = advance(state);
    const mixed = (state >> 64n) ^ (state & WORD);
    const turn = state >> 122n;
    return ((mixed >> turn) | (mixed << (64n - turn))) & WORD;
  };
}

const TAIL = 3.6541528853610088; // where the lowest layer ends, and the area of each layer
const AREA = 0.004928673233974658;
const SCALE = 2 ** 52;

/** Widths, relative widths of the layer above, and heights of the ziggurat's layers. */
function layers(): { width: Float64Array; inside: Float64Array; height: Float64Array } {
  const [width, inside, height] = [new Float64Array(256), new Float64Array(256), new Float64Array(256)];
  const density = (x: number) => Math.exp(-0.5 * x * x);
  let x = TAIL;
  inside[0] = Math.floor((TAIL * density(TAIL) * SCALE) / AREA);
  width[0] = AREA / density(TAIL) / SCALE;
  width[255] = TAIL / SCALE;
  height[0] = 1;
  height[255] = density(TAIL);
  for (let i = 254; i >= 1; i--) {
    const next = Math.sqrt(-2 * Math.log(AREA / x + density(x)));
    inside[i + 1] = Math.floor((next / x) * SCALE);
    x = next;
    width[i] = x / SCALE;
    height[i] = density(x);
  }
  return { width, inside, height };
}

/** `count` standard normal numbers, the first that NumPy draws with this seed; to 1e-12. */
export function standardNormal(seed: number, count: number): Float64Array {
  const { width, inside, height } = layers();
  const next = pcg64(seed);
  const uniform = () => Number(next() >> 11n) / 2 ** 53;
  const draw = (): number => {
    for (;;) {
      const bits = next();
      const layer = Number(bits & 0xffn);
      const negative = (bits >> 8n) & 1n;
      const size = (bits >> 9n) & 0xfffffffffffffn;
      const x = Number(size) * width[layer]! * (negative ? -1 : 1);
      if (Number(size) < inside[layer]!) return x;
      if (layer === 0) {
        for (;;) {
          const beyond = -Math.log1p(-uniform()) / TAIL;
          const y = -Math.log1p(-uniform());
          if (y + y > beyond * beyond) return (size >> 8n) & 1n ? -(TAIL + beyond) : TAIL + beyond;
        }
      }
      if ((height[layer - 1]! - height[layer]!) * uniform() + height[layer]! < Math.exp(-0.5 * x * x)) return x;
    }
  };
  return Float64Array.from({ length: count }, draw);
}
