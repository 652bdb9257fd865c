// What a step does to a circle: an ellipse whose half axes are the singular values.
import { makeSvg } from "../parts/elements";
import type { MatrixState } from "./state";
import { along, type Matrix, orthogonalized, singularValues } from "./two_by_two";

const REACH = 1.35; // from the middle to the edge, in units of the circle
const POINTS = 96;

/** The circle, what the gradient (divided by its norm) makes of it, and what is made after the passes. */
export function drawCircle(svg: SVGElement, gradient: Matrix, state: MatrixState, size: number): void {
  const scale = size / 2 / REACH;
  const place = (x: number, y: number): string => `${(size / 2 + scale * x).toFixed(1)} ${(size / 2 - scale * y).toFixed(1)}`;
  const closed = (points: string[]): string => `M${points.join("L")}Z`;
  const image = (matrix: Matrix): string =>
    closed(
      Array.from({ length: POINTS }, (_, i) => {
        const [c, s] = [Math.cos((2 * Math.PI * i) / POINTS), Math.sin((2 * Math.PI * i) / POINTS)];
        return place(matrix[0] * c + matrix[1] * s, matrix[2] * c + matrix[3] * s);
      }),
    );
  const before = orthogonalized(gradient, 0);
  const after = orthogonalized(gradient, state.passes);
  const angle = (state.turn * Math.PI) / 180;
  const axes = along(after, state.turn).map((length, square) => {
    const direction = angle + (square * Math.PI) / 2;
    return [Math.cos(direction) * length, Math.sin(direction) * length] as const;
  });
  const labels = axes.map(([x, y], square) => {
    const [far, pointed] = [Math.hypot(x, y), angle + (square * Math.PI) / 2];
    const [out, aside] = [Math.max(0.3, far / 2), pointed + Math.PI / 2]; // beside the middle of its axis
    const [left, top] = place(Math.cos(pointed) * out + Math.cos(aside) * 0.13, Math.sin(pointed) * out + Math.sin(aside) * 0.13).split(" ") as [string, string];
    return makeSvg("text", { x: left, y: String(Number(top) + 4), "text-anchor": "middle" }, document.createTextNode(far.toFixed(2)));
  });
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("width", String(size));
  svg.setAttribute("height", String(size));
  svg.replaceChildren(
    makeSvg("path", { class: "unit", d: image([1, 0, 0, 1]) }),
    makeSvg("path", { class: "gradient", d: image(before) }),
    makeSvg("path", { class: "orthogonal filled", d: image(after) }),
    ...axes.map(([x, y]) => makeSvg("path", { class: "axis", d: `M${place(0, 0)}L${place(x, y)}` })),
    ...labels,
  );
  const [larger, smaller] = singularValues(after).map((value) => value.toFixed(2));
  svg.setAttribute("aria-label", `What the step makes of a circle: an ellipse with half axes of ${larger} and ${smaller}.`);
}
