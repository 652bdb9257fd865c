// The shapes at the head of a path, by matplotlib's names: SVG and Canvas share them.
export function markerPath(marker: string): string {
  return RAVINE.palette.markers[marker]!;
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
