// The landscape as a surface: a shaded mesh with its contour lines, in WebGL2. Paths are drawn over it by projection.
import { camera, depthOf, lift, solid, TALL } from "./camera";
import { make } from "../parts/elements";
import type { Projection } from "./projection";
import { heightAt, type Relief } from "./relief";
import { FRAGMENT, MOST_LEVELS, VERTEX } from "./surface_shaders";
import { channels, landColour, type Theme } from "../parts/theme";

const CELLS = 200; // squares along each side of the mesh
const FLATTEST = 0.12; // radians over the horizon
const STEEPEST = 1.5;

export class Surface {
  readonly canvas = make("canvas", { class: "surface", "aria-hidden": "true" });
  private around = -0.55;
  private above = 0.75;
  private gl: WebGL2RenderingContext | null = null;
  private program: WebGLProgram | null = null;
  private mesh: Relief | null = null;
  private vertices: WebGLBuffer | null = null;
  private lost = false;

  constructor(private readonly changed: () => void) {
    this.canvas.hidden = true;
    this.canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.lost = true;
      this.gl = null;
      this.mesh = null;
      changed();
    });
    this.canvas.addEventListener("webglcontextrestored", () => {
      this.lost = false;
      changed();
    });
  }

  /** Whether this browser draws surfaces at all. */
  get works(): boolean {
    return this.context() !== null;
  }

  turn(dx: number, dy: number): void {
    this.around -= dx;
    this.above = Math.min(Math.max(this.above + dy, FLATTEST), STEEPEST);
    this.changed();
  }

  projection(land: Relief, width: number, height: number): Projection {
    return solid(land, camera(land.landscape, this.around, this.above, width, height), width, height);
  }

  /** Draws the surface; false where the browser cannot. */
  draw(land: Relief, width: number, height: number, ratio: number, theme: Theme): boolean {
    const gl = this.context();
    if (!gl) return false;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    if (this.mesh !== land) this.load(gl, land);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.useProgram(this.program);
    const place = (name: string) => gl.getUniformLocation(this.program!, name);
    const { eye, right, up, forward, unit } = camera(land.landscape, this.around, this.above, width, height);
    gl.uniform3fv(place("eye"), eye);
    gl.uniform3fv(place("right"), right);
    gl.uniform3fv(place("up"), up);
    gl.uniform3fv(place("forward"), forward);
    gl.uniform2f(place("scale"), unit / (width / 2), unit / (height / 2));
    gl.uniform1f(place("depth"), depthOf(land.landscape));
    gl.uniform1f(place("tall"), TALL);
    gl.uniform3fv(
      place("line"),
      channels(theme.contour).map((value) => value / 255),
    );
    gl.uniform1f(place("line_width"), 0.9 * ratio);
    const { levels } = land;
    gl.uniform1i(place("count"), levels.length);
    gl.uniform1fv(place("levels"), padded(levels, MOST_LEVELS));
    const colours = levels
      .slice(1)
      .flatMap((_, i) => landColour(theme, i / Math.max(1, levels.length - 2)).map((v) => v / 255));
    gl.uniform3fv(place("colours"), padded(colours, 3 * MOST_LEVELS));
    gl.drawElements(gl.TRIANGLES, 6 * CELLS * CELLS, gl.UNSIGNED_INT, 0);
    return true;
  }

  private context(): WebGL2RenderingContext | null {
    if (this.gl || this.lost) return this.gl;
    // Pictures and films copy the canvas after it was drawn.
    const gl = this.canvas.getContext("webgl2", { antialias: true, preserveDrawingBuffer: true });
    if (!gl) {
      this.lost = true;
      return null;
    }
    this.program = link(gl);
    this.vertices = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.vertices);
    for (const [name, size, offset] of [
      ["spot", 3, 0],
      ["normal", 3, 12],
    ] as const) {
      const at = gl.getAttribLocation(this.program, name);
      gl.enableVertexAttribArray(at);
      gl.vertexAttribPointer(at, size, gl.FLOAT, false, 24, offset);
    }
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles(), gl.STATIC_DRAW);
    this.gl = gl;
    return gl;
  }

  private load(gl: WebGL2RenderingContext, land: Relief): void {
    gl.bindBuffer(gl.ARRAY_BUFFER, this.vertices);
    gl.bufferData(gl.ARRAY_BUFFER, vertices(land), gl.STATIC_DRAW);
    this.mesh = land;
  }
}

/** (u, v, share of the height) and the normal of each corner of the mesh; a share of -1 where there is no height. */
function vertices(land: Relief): Float32Array {
  const { domain } = land.landscape;
  const side = CELLS + 1;
  const share = (column: number, row: number) => {
    const x = domain.x[0] + ((domain.x[1] - domain.x[0]) * column) / CELLS;
    const y = domain.y[0] + ((domain.y[1] - domain.y[0]) * row) / CELLS;
    const height = heightAt(land, x, y);
    return Number.isNaN(height) ? -1 : height;
  };
  const shares = Float32Array.from({ length: side * side }, (_, i) => share(i % side, Math.floor(i / side)));
  const at = (column: number, row: number) =>
    lift(Math.max(0, shares[Math.min(Math.max(row, 0), CELLS) * side + Math.min(Math.max(column, 0), CELLS)]!));
  const depth = depthOf(land.landscape);
  const data = new Float32Array(6 * side * side);
  for (let row = 0, i = 0; row < side; row++) {
    for (let column = 0; column < side; column++, i++) {
      const slopeX = ((at(column + 1, row) - at(column - 1, row)) * CELLS) / 4;
      const slopeY = ((at(column, row + 1) - at(column, row - 1)) * CELLS) / (4 * depth);
      const length = Math.hypot(slopeX, slopeY, 1);
      data.set([column / CELLS, row / CELLS, shares[i]!, -slopeX / length, -slopeY / length, 1 / length], 6 * i);
    }
  }
  return data;
}

function triangles(): Uint32Array {
  const indices = new Uint32Array(6 * CELLS * CELLS);
  for (let row = 0, i = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++, i += 6) {
      const corner = row * (CELLS + 1) + column;
      indices.set([corner, corner + 1, corner + CELLS + 1, corner + 1, corner + CELLS + 2, corner + CELLS + 1], i);
    }
  }
  return indices;
}

function padded(values: number[], size: number): Float32Array {
  const filled = new Float32Array(size);
  filled.set(values.slice(0, size));
  return filled;
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? "no program");
  return program;
}
