import { FAR, REST, type Job, type Runs } from "./run";
import { fragment, spelt, VERTEX } from "./shader";
import { fill } from "./table";

const PROGRAMS_KEPT = 12;

/** Runs maps in a fragment shader. Throws where WebGL2 is missing, or a shader is refused. */
export class Graphics {
  private readonly gl: WebGL2RenderingContext;
  private readonly programs = new Map<string, WebGLProgram>();

  constructor() {
    const gl = document.createElement("canvas").getContext("webgl2", { antialias: false, depth: false });
    if (gl === null) throw new Error("WebGL2 is missing");
    this.gl = gl;
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture()); // unit 0: the table
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
    gl.bindRenderbuffer(gl.RENDERBUFFER, gl.createRenderbuffer());
  }

  /** Whether the browser has taken the graphics away; a new Graphics may get them back. */
  get lost(): boolean {
    return this.gl.isContextLost();
  }

  run(job: Job): Runs {
    const { gl } = this;
    const { width, height } = job;
    const program = this.program(fragment(job));
    gl.useProgram(program);
    this.setUniforms(program, job);
    const table = fill(job);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, table.width, table.rows, 0, gl.RGBA, gl.FLOAT, table.numbers);
    // Integers may be drawn everywhere, floats only with an extension: the shader writes the bits of floats.
    gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA32UI, width, height);
    gl.framebufferRenderbuffer(
      gl.FRAMEBUFFER,
      gl.COLOR_ATTACHMENT0,
      gl.RENDERBUFFER,
      gl.getParameter(gl.RENDERBUFFER_BINDING),
    );
    gl.viewport(0, 0, width, height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    const bits = new Uint32Array(4 * width * height);
    gl.readPixels(0, 0, width, height, gl.RGBA_INTEGER, gl.UNSIGNED_INT, bits);
    if (gl.getError() !== gl.NO_ERROR) throw new Error("WebGL2 could not draw the map");
    return unpack(bits, job);
  }

  private setUniforms(program: WebGLProgram, job: Job): void {
    const { gl } = this;
    const at = (name: string) => gl.getUniformLocation(program, name);
    const { domain, parameters } = job.landscape;
    const sides = [domain.x[1] - domain.x[0], domain.y[1] - domain.y[0]] as const;
    gl.uniform1i(at("steps_U"), job.steps);
    gl.uniform2f(at("size_U"), job.width, job.height);
    gl.uniform2fv(at("start_U"), job.over === "starts" ? [0, 0] : job.over.start);
    gl.uniform2fv(at("rates_U"), job.over === "starts" ? [job.settings["lr"] ?? 0, 0] : job.over.rates);
    gl.uniform2f(at("low_U"), domain.x[0], domain.y[0]);
    gl.uniform2f(at("high_U"), domain.x[1], domain.y[1]);
    gl.uniform2f(at("restful_U"), REST * sides[0], REST * sides[1]);
    gl.uniform2f(at("far_U"), FAR * sides[0], FAR * sides[1]);
    for (const [name, value] of Object.entries(parameters)) gl.uniform1f(at(`${spelt(name)}_U`), value);
  }

  private program(source: string): WebGLProgram {
    const { gl, programs } = this;
    const known = programs.get(source);
    if (known !== undefined) return known;
    const program = gl.createProgram();
    for (const [kind, text] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, source],
    ] as const) {
      const shader = gl.createShader(kind)!;
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
      gl.deleteShader(shader); // once the program goes
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      const logs = (gl.getAttachedShaders(program) ?? []).map((shader) => gl.getShaderInfoLog(shader));
      throw new Error(`the map's shader is refused: ${[gl.getProgramInfoLog(program), ...logs].join(" ").trim()}`);
    }
    if (programs.size >= PROGRAMS_KEPT) {
      const [oldest, old] = programs.entries().next().value!;
      gl.deleteProgram(old);
      programs.delete(oldest);
    }
    programs.set(source, program);
    return program;
  }
}

function unpack(bits: Uint32Array, { width, height, steps }: Job): Runs {
  const count = width * height;
  const floats = new Float32Array(bits.buffer);
  const runs: Runs = {
    x: new Float32Array(count),
    y: new Float32Array(count),
    value: new Float32Array(count),
    rest: new Uint16Array(count),
    divergedAt: new Uint16Array(count),
    steps,
    by: "graphics",
    width,
    height,
  };
  for (let i = 0; i < count; i++) {
    runs.x[i] = floats[4 * i]!;
    runs.y[i] = floats[4 * i + 1]!;
    runs.value[i] = floats[4 * i + 2]!;
    runs.rest[i] = bits[4 * i + 3]! & 0xffff;
    runs.divergedAt[i] = bits[4 * i + 3]! >>> 16;
  }
  return runs;
}
