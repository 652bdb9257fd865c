// The fragment shader of a map: each pixel runs the rule's GLSL on the landscape's.
import type { Job } from "./run";
import { FACTOR, layout, NOISE } from "./table";

export const VERTEX = `#version 300 es
void main() { gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0); }`;

/** Jobs of one text share a program: what a slider changes is a uniform or stands in the table. */
export function fragment(job: Pick<Job, "rule" | "landscape" | "schedule" | "shaken" | "over">): string {
  const { rule, landscape, over } = job;
  const plan = layout(job);
  const { state, names, glsl } = rule.pixel!;
  const [lead, stride] = [Math.ceil(plan.fixed.length / 4), Math.ceil(plan.varying.length / 4)];
  const shape = Object.keys(landscape.parameters);
  const states = Object.keys(state);

  const ofAxis = (axis: string) => states.map((name) => `${spelt(name)}_V.${axis}`);
  const call = (kind: string, first: string[], axis: "x" | "y") =>
    `${rule.functionName}_${kind}(${[...first, ...ofAxis(axis), ...["lr", ...names].map(spelt)].join(", ")})`;
  const ahead = `vec2(${call("Ahead", ["theta_L.x"], "x")}, ${call("Ahead", ["theta_L.y"], "y")})`;
  const place = (names: string[], vector: string) =>
    names.map((name, i) => `float ${spelt(name)} = ${vector}${Math.floor(i / 4)}.${"xyzw"[i % 4]};`);
  const fetch = (vector: string, count: number, first: string) =>
    Array.from(
      { length: count },
      (_, i) => `vec4 ${vector}${i} = texelFetch(table_U, ivec2(${first} + ${i}, row_L), 0);`,
    );
  const start = (value: number | string) =>
    value === "theta" ? "theta_L" : `vec2(${typeof value === "string" ? spelt(value) : float(value)})`;
  const shaped = shape.map((name) => `, ${spelt(name)}_U`).join("");
  const slope = `${functionOf(landscape.glslGradient)}(at_L.x, at_L.y${shaped})`;
  const height = `${functionOf(landscape.glsl)}(theta_L.x, theta_L.y${shaped})`;
  const noise = NOISE.every((name) => plan.varying.includes(name)) ? ` + vec2(${NOISE.map(spelt).join(", ")})` : "";

  // Names of the shader's own lack the prefix: a rule may call its quantities what it likes.
  return `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
${RAVINE.glslPrelude}
${landscape.glsl}
${landscape.glslGradient}
${glsl}
uniform sampler2D table_U;
uniform int steps_U;
uniform vec2 size_U, start_U, rates_U, low_U, high_U, restful_U, far_U;
${shape.map((name) => `uniform float ${spelt(name)}_U;`).join("\n")}
out uvec4 found_L;
void main() {
  vec2 part_L = gl_FragCoord.xy / size_U;
  int row_L = ${over !== "starts" && over.up !== null ? "int(gl_FragCoord.y)" : "0"};
  vec2 theta_L = ${over === "starts" ? "mix(low_U, high_U, part_L)" : "start_U"};
  float rate_L = ${over === "starts" ? "rates_U.x" : "rates_U.x * pow(rates_U.y / rates_U.x, part_L.x)"};
  ${[...fetch("fixed_L", lead, "0"), ...place(plan.fixed, "fixed_L")].join("\n  ")}
  ${Object.entries(state)
    .map(([name, value]) => `vec2 ${spelt(name)}_V = ${start(value)};`)
    .join("\n  ")}
  vec2 middle_L = (low_U + high_U) / 2.0;
  vec2 anchor_L = theta_L;
  int rest_L = 0;
  int ended_L = 0;
  for (int step_L = 1; step_L <= steps_U; step_L++) {
    ${[...fetch("now_L", stride, `${lead} + (step_L - 1) * ${stride}`), ...place(plan.varying, "now_L")].join("\n    ")}
    float ${spelt("lr")} = rate_L${plan.varying.includes(FACTOR) ? ` * ${spelt(FACTOR)}` : ""};
    vec2 at_L = ${rule.looksAhead ? ahead : "theta_L"};
    vec2 g_L = ${slope}${noise};
    theta_L -= vec2(${call("Pixel", ["g_L.x", "theta_L.x"], "x")}, ${call("Pixel", ["g_L.y", "theta_L.y"], "y")});
    vec2 moved_L = (theta_L - anchor_L) / restful_U;
    if (!(dot(moved_L, moved_L) <= 1.0)) { anchor_L = theta_L; rest_L = step_L; }
    vec2 away_L = abs(theta_L - middle_L);
    if (!(away_L.x <= far_U.x && away_L.y <= far_U.y)) { ended_L = step_L; break; }
  }
  found_L = uvec4(floatBitsToUint(theta_L), floatBitsToUint(${height}), uint(rest_L + 65536 * ended_L));
}`;
}

export const spelt = (name: string): string => RAVINE.glslPrefix + name;

function functionOf(glsl: string): string {
  return /(\w+)\(/.exec(glsl)![1]!;
}

function float(value: number): string {
  const text = String(value).replace("e+", "e");
  return /[.e]/.test(text) ? text : `${text}.0`;
}
