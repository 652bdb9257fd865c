// Pictures on buttons.
import { button, makeSvg } from "./elements";

export const ICONS = {
  play: "M5 3L14 8L5 13Z",
  pause: "M4 3H7V13H4ZM9 3H12V13H9Z",
  first: "M3 3H5V13H3ZM13 3L5.5 8L13 13Z",
  back: "M11 3L4 8L11 13ZM12 3H13.5V13H12Z",
  forward: "M5 3L12 8L5 13ZM2.5 3H4V13H2.5Z",
};

export function icon(path: string): SVGElement {
  return makeSvg(
    "svg",
    { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" },
    makeSvg("path", { d: path, fill: "currentColor" }),
  );
}

export function iconButton(label: string, path: string, press: () => void): HTMLButtonElement {
  const made = button("", press, { class: "icon-button", "aria-label": label, title: label });
  made.append(icon(path));
  return made;
}
