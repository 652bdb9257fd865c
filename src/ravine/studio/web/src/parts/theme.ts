// The colours of what is drawn on a canvas, for light and for dark paper. The land is that of ravine.film.

export interface Theme {
  dark: boolean;
  land: [number, number, number][]; // from low to high
  contour: string;
  ink: string;
  faint: string;
  paper: string;
}

const darkness = matchMedia("(prefers-color-scheme: dark)");
let around: boolean | null = null; // whether what a frame stands in is dark; null: as the browser says
let onPaper = false; // which is light, whatever the screen is
const listeners: ((now: boolean) => void)[] = [];

const LIGHT: Theme = {
  dark: false,
  land: ["8fa9bd", "b7c9d6", "dbe5eb", "f3f6f7", "fdfcf8"].map(channels),
  contour: "#5d7486",
  ink: "#20252b",
  faint: "#5c6670",
  paper: "#ffffff",
};

const DARK: Theme = {
  dark: true,
  land: ["0c141c", "16222e", "223343", "304557", "3d5468"].map(channels),
  contour: "#8aa3b5",
  ink: "#f2f4f5",
  faint: "#a3adb6",
  paper: "#1b2128",
};

export function theme(): Theme {
  return isDark() ? DARK : LIGHT;
}

/** `now`: it has to be drawn before the listener returns, for what is printed is what stands there then. */
export function onThemeChange(listener: (now: boolean) => void): void {
  listeners.push(listener);
}

/** Takes the darkness of what the frame stands in, whatever the browser says. */
export function followAround(dark: boolean): void {
  around = dark;
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
  for (const { cssRules } of document.styleSheets) for (const rule of cssRules) turn(rule, dark);
  for (const listener of listeners) listener(false);
}

/** Has the rules for dark screens hold, or not. What was asked for stays behind, so that it can be turned again. */
function turn(rule: CSSRule, dark: boolean): void {
  if (!(rule instanceof CSSMediaRule)) return;
  if (/prefers-color-scheme: *dark/.test(rule.conditionText)) forDark.add(rule);
  if (forDark.has(rule)) rule.media.mediaText = dark ? "screen" : "not all";
}
const forDark = new WeakSet<CSSMediaRule>();

darkness.addEventListener("change", () => listeners.forEach((listener) => listener(false)));
for (const moment of ["beforeprint", "afterprint"]) {
  addEventListener(moment, () => {
    onPaper = moment === "beforeprint";
    document.documentElement.classList.toggle("on-paper", onPaper);
    if (around ?? darkness.matches) for (const listener of listeners) listener(onPaper);
  });
}

function isDark(): boolean {
  return (around ?? darkness.matches) && !onPaper;
}

export function colourOf(look: Look): string {
  return isDark() ? look.dark : look.light;
}

/** The land's colour at a share of the height, from 0 to 1. */
export function landColour({ land }: Theme, share: number): [number, number, number] {
  const place = Math.min(share * (land.length - 1), land.length - 1 - 1e-9);
  const below = Math.floor(place);
  const [low, high] = [land[below]!, land[below + 1]!];
  return [0, 1, 2].map((i) => low[i]! + (high[i]! - low[i]!) * (place - below)) as [number, number, number];
}

export function channels(hex: string): [number, number, number] {
  const value = parseInt(hex.replace("#", ""), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
