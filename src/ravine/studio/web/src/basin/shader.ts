// The fragment shader of a map: each pixel runs the rule's GLSL on the landscape's.
import type { Job } from "./run";
import { FACTOR, layout, NOISE } from "./table";

export const VERTEX = `#version 300 es
void main() { gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0); }`;

/** Jobs of one text share a program: what a slider changes is a uniform or stands in the table. */
export function fragment(job: Pick<Job, "rule" | "landscape" | "schedule" | "shaken" | "over">): string {
  const { rule, landscape, over } = job;
  const plan = layout(job);
  const [lead, stride] = [Math.ceil(plan.fixed.length / 4), Math.ceil(plan.varying.length / 4)];
  const shape = Object.keys(landscape.parameters);
  const states = Object.keys(rule.pixel.state);

  const ofAxis = (axis: string) => states.map((name) => `${name}_V.${axis}`);
  const call = (kind: string, first: string[], axis: "x" | "y") =>
    `${rule.functionName}_${kind}(${[...first, ...ofAxis(axis), "lr", ...rule.pixel.names].join(", ")})`;
  const ahead = `vec2(${call("ahead", ["theta.x"], "x")}, ${call("ahead", ["theta.y"], "y")})`;
  const place = (names: string[], vector: string) =>
    names.map((name, i) => `float ${name} = ${vector}${Math.floor(i / 4)}.${"xyzw"[i % 4]};`);
  const fetch = (vector: string, count: number, first: string) =>
    Array.from({ length: count }, (_, i) => `vec4 ${vector}${i} = texelFetch(table, ivec2(${first} + ${i}, row), 0);`);
  const start = (value: number | string) => (typeof value === "string" ? value : float(value));
  const slope = `${slopeName(landscape.glslGradient)}(at.x, at.y${shape.map((name) => `, shape_${name}`).join("")})`;
  const height = `${slopeName(landscape.glsl)}(theta.x, theta.y${shape.map((name) => `, shape_${name}`).join("")})`;
  const noise = NOISE.every((name) => plan.varying.includes(name)) ? ` + vec2(${NOISE.join(", ")})` : "";

  return `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
${RAVINE.glslPrelude}
${landscape.glsl}
${landscape.glslGradient}
${rule.pixel.glsl}
uniform sampler2D table;
uniform int steps;
uniform vec2 size, start, rates, low, high, restful, far;
${shape.map((name) => `uniform float shape_${name};`).join("\n")}
out uvec4 found;
void main() {
  vec2 part = gl_FragCoord.xy / size;
  int row = ${over !== "starts" && over.up !== null ? "int(gl_FragCoord.y)" : "0"};
  vec2 theta = ${over === "starts" ? "mix(low, high, part)" : "start"};
  float rate = ${over === "starts" ? "rates.x" : "rates.x * pow(rates.y / rates.x, part.x)"};
  ${[...fetch("fixed", lead, "0"), ...place(plan.fixed, "fixed")].join("\n  ")}
  ${Object.entries(rule.pixel.state)
    .map(([name, value]) => `vec2 ${name}_V = vec2(${start(value)});`)
    .join("\n  ")}
  vec2 middle = (low + high) / 2.0;
  vec2 anchor = theta;
  int rest = 0;
  int ended = 0;
  for (int t = 1; t <= steps; t++) {
    ${[...fetch("now", stride, `${lead} + (t - 1) * ${stride}`), ...place(plan.varying, "now")].join("\n    ")}
    float lr = rate${plan.varying.includes(FACTOR) ? ` * ${FACTOR}` : ""};
    vec2 at = ${rule.looksAhead ? ahead : "theta"};
    vec2 g = ${slope}${noise};
    theta -= vec2(${call("pixel", ["g.x", "theta.x"], "x")}, ${call("pixel", ["g.y", "theta.y"], "y")});
    vec2 moved = (theta - anchor) / restful;
    if (!(dot(moved, moved) <= 1.0)) { anchor = theta; rest = t; }
    vec2 away = abs(theta - middle);
    if (!(away.x <= far.x && away.y <= far.y)) { ended = t; break; }
  }
  found = uvec4(floatBitsToUint(theta), floatBitsToUint(${height}), uint(rest + 65536 * ended));
}`;
}

function slopeName(glsl: string): string {
  return /(\w+)\(/.exec(glsl)![1]!;
}

function float(value: number): string {
  const text = String(value).replace("e+", "e");
  return /[.e]/.test(text) ? text : `${text}.0`;
}
