// What maps are painted with: a colour and a pattern for each outcome, and a ramp for losses.
import { channels, type Theme } from "../parts/theme";
import { DIVERGED, ELSEWHERE, NO_HEIGHT, OUTSIDE } from "./outcome";

type Colour = [number, number, number];

/** From the palette of the rules: it keeps apart what colour-blind eyes see. */
export function colourOf(outcome: number, theme: Theme): Colour {
  if (outcome >= 0) {
    const { light, dark } = RAVINE.palette.looks[outcome % RAVINE.palette.colours]!;
    return channels(theme.dark ? dark : light);
  }
  if (outcome === ELSEWHERE) return theme.dark ? [70, 80, 90] : [200, 202, 204];
  return theme.dark ? [16, 20, 26] : [250, 249, 246];
}

/** Whether a device pixel is part of the outcome's pattern: colour is never the only difference. */
export function patterned(outcome: number, i: number, j: number): boolean {
  if (outcome === DIVERGED) return (i + j) % 8 < 2;
  if (outcome === OUTSIDE) return i % 8 < 2 && j % 8 < 2;
  if (outcome === ELSEWHERE || outcome === NO_HEIGHT) return false;
  switch (Math.floor(outcome / RAVINE.palette.colours) % 5) {
    case 1:
      return (i + j) % 10 < 2;
    case 2:
      return i % 8 < 2 && j % 8 < 2;
    case 3:
      return j % 8 < 2;
    case 4:
      return (i - j + 100000) % 10 < 2;
    default:
      return false;
  }
}

export function patternOf(outcome: number, theme: Theme): Colour {
  if (outcome < 0) return theme.dark ? [125, 135, 145] : [120, 126, 134];
  return theme.dark ? [20, 24, 29] : [255, 255, 255];
}

export function mix(a: Colour, b: Colour, share: number): Colour {
  return [0, 1, 2].map((i) => a[i]! + (b[i]! - a[i]!) * share) as Colour;
}

const RAMP = ["#fdf3a7", "#bfd97c", "#6db587", "#348b8d", "#2d5f86", "#2c3568", "#1d1637"].map(channels);

/** From 0, the lowest loss, which is the brightest, to 1. */
export function lossColour(share: number): Colour {
  const place = Math.min(Math.max(share, 0), 1) * (RAMP.length - 1);
  const below = Math.min(Math.floor(place), RAMP.length - 2);
  return mix(RAMP[below]!, RAMP[below + 1]!, place - below);
}
