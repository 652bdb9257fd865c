// The two shaders of the surface. A corner knows its place in the domain, its share of the height, and its normal.
export const MOST_LEVELS = 24;

export const VERTEX = `#version 300 es
in vec3 spot;
in vec3 normal;
uniform vec3 eye, right, up, forward;
uniform vec2 scale;
uniform float depth, tall;
out float share;
out float there;
out vec3 facing;
void main() {
  share = max(spot.z, 0.0);
  there = spot.z < 0.0 ? 0.0 : 1.0;
  vec3 place = vec3(2.0 * spot.x - 1.0, depth * (2.0 * spot.y - 1.0), tall * (share - 0.5));
  vec3 seen = place - eye;
  float far = dot(seen, forward);
  facing = normal;
  gl_Position = vec4(scale.x * dot(seen, right), scale.y * dot(seen, up), (20.1 * far - 4.0) / 19.9, far);
}
`;

export const FRAGMENT = `#version 300 es
precision highp float;
in float share;
in float there;
in vec3 facing;
uniform float levels[${MOST_LEVELS}];
uniform vec3 colours[${MOST_LEVELS}];
uniform int count;
uniform vec3 line;
uniform float line_width;
out vec4 colour;
void main() {
  if (there < 0.999) discard; // no height
  int band = 0;
  float nearest = 1e9;
  for (int i = 1; i < ${MOST_LEVELS} - 1; i++) {
    if (i >= count - 1) break;
    if (share >= levels[i]) band = i;
    nearest = min(nearest, abs(share - levels[i]));
  }
  float light = 0.66 + 0.3 * dot(normalize(facing), normalize(vec3(-0.5, -0.35, 0.8)));
  float slope = fwidth(share);
  float pixels = nearest / max(slope, 1e-9);
  float drawn = slope > 1e-7 ? 0.55 * clamp(0.5 + 0.5 * line_width - pixels, 0.0, 1.0) : 0.0; // a plain has no lines
  colour = vec4(mix(colours[band] * light, line, drawn), 1.0);
}
`;
