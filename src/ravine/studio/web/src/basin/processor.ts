// The same maps without WebGL2: the engine's own runs, pixel by pixel.
import { walk } from "../engine/descent";
import { FAR, rateAt, REST, share, startAt, type Job, type Runs } from "./run";

export function runOnProcessor(job: Job): Runs {
  const { width, height, over, landscape } = job;
  const count = width * height;
  const runs: Runs = {
    x: new Float32Array(count),
    y: new Float32Array(count),
    value: new Float32Array(count),
    rest: new Uint16Array(count),
    divergedAt: new Uint16Array(count),
    steps: job.steps,
    by: "processor",
    width,
    height,
  };
  const { domain } = landscape;
  const sides = [domain.x[1] - domain.x[0], domain.y[1] - domain.y[0]] as const;
  const middle = [(domain.x[0] + domain.x[1]) / 2, (domain.y[0] + domain.y[1]) / 2] as const;
  for (let pixel = 0; pixel < count; pixel++) {
    const [i, j] = [pixel % width, Math.floor(pixel / width)];
    const settings = { ...job.settings };
    if (over !== "starts") {
      settings["lr"] = rateAt(over.rates, share(i, width));
      if (over.up !== null) settings[over.up.name] = over.up.at(share(j, height));
    }
    const start = over === "starts" ? startAt(landscape, i, j, width, height) : over.start;
    let [x, y] = start;
    let [anchorX, anchorY] = start;
    walk({ ...job, settings, start }, ({ t }, nextX, nextY) => {
      [x, y] = [nextX, nextY];
      const moved = Math.hypot((x - anchorX) / sides[0], (y - anchorY) / sides[1]);
      if (!(moved <= REST)) {
        [anchorX, anchorY] = [nextX, nextY];
        runs.rest[pixel] = t;
      }
      const near = Math.abs(x - middle[0]) <= FAR * sides[0] && Math.abs(y - middle[1]) <= FAR * sides[1];
      if (!near) runs.divergedAt[pixel] = t;
      return near;
    });
    runs.x[pixel] = x;
    runs.y[pixel] = y;
    runs.value[pixel] = landscape.value(x, y);
  }
  return runs;
}
