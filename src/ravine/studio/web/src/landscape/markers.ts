// The shapes at the head of a path, by matplotlib's names, with a radius of 1: SVG and Canvas share them.
function polygon(corners: number, inner = 1): string {
  const points = Array.from(
    { length: inner === 1 ? corners : 2 * corners },
    (_, i, all = inner === 1 ? corners : 2 * corners) => {
      const radius = 1.15 * (i % 2 === 0 || inner === 1 ? 1 : inner);
      const angle = (2 * Math.PI * i) / all - Math.PI / 2;
      return `${(radius * Math.cos(angle)).toFixed(3)} ${(radius * Math.sin(angle)).toFixed(3)}`;
    },
  );
  return `M${points.join("L")}Z`;
}

const SHAPES: Record<string, string> = {
  o: "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
  s: "M-.88 -.88H.88V.88H-.88Z",
  "^": "M0 -1.15L1.08 .85H-1.08Z",
  v: "M0 1.15L1.08 -.85H-1.08Z",
  "<": "M-1.15 0L.85 -1.08V1.08Z",
  ">": "M1.15 0L-.85 -1.08V1.08Z",
  D: "M0 -1.2L1.2 0L0 1.2L-1.2 0Z",
  P: "M-.4 -1.1H.4V-.4H1.1V.4H.4V1.1H-.4V.4H-1.1V-.4H-.4Z",
  X: "M0 -.5L.6 -1.1L1.1 -.6L.5 0L1.1 .6L.6 1.1L0 .5L-.6 1.1L-1.1 .6L-.5 0L-1.1 -.6L-.6 -1.1Z",
  "*": polygon(5, 0.42),
  h: polygon(6),
  p: polygon(5),
};

export function markerPath(marker: string): string {
  return SHAPES[marker] ?? SHAPES.o!;
}

const drawn = new Map<string, Path2D>();

/** Draws a filled marker with a rim, `radius` pixels from its middle to its edge. */
export function drawMarker(
  context: CanvasRenderingContext2D,
  marker: string,
  [x, y]: readonly [number, number],
  radius: number,
  fill: string,
  rim: string,
): void {
  let path = drawn.get(marker);
  if (!path) drawn.set(marker, (path = new Path2D(markerPath(marker))));
  context.save();
  context.translate(x, y);
  context.scale(radius, radius);
  context.lineWidth = 2.4 / radius;
  context.lineJoin = "round";
  context.strokeStyle = rim;
  context.stroke(path);
  context.fillStyle = fill;
  context.fill(path);
  context.restore();
}
