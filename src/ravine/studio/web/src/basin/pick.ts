// A place on a map, in shares of the way across and up: what it means, what is known of it, and choosing it.
import type { Point } from "../engine/landscape";
import type { Session } from "../engine/session";
import { short } from "../parts/elements";
import { percent } from "./legend";
import { NO_HEIGHT, wordsOf } from "./outcome";
import { type Axis, rateAt, type Runs } from "./run";
import type { Seen } from "./seen";
import { type Subject, subject } from "./subject";

/** Where the race stands now: at its start, or at its settings. Beyond the map the share is below 0 or above 1. */
export function homeOf(seen: Seen, { settings, landscape: { domain } }: Subject, start: Point): Point {
  if (seen.kind === "rates") {
    const [low, high] = seen.rates;
    const across = Math.log(settings["lr"]! / low) / Math.log(high / low);
    return [across, seen.up === null ? 0.5 : nearestShare(seen.up, settings[seen.up.name]!)];
  }
  const share = (value: number, [low, high]: Point) => (value - low) / (high - low);
  return [share(start[0], domain.x), share(start[1], domain.y)];
}

/** What the map says of a place, in words: what is there, and what becomes of it. */
export function wordsAt(session: Session, seen: Seen, place: Point): string {
  const pixel = pixelAt(seen.runs, place);
  if (seen.kind === "rates") {
    const height = seen.runs.value[pixel]! - seen.losses.floor;
    const end = seen.runs.divergedAt[pixel]! > 0 ? "diverged" : `final height ${short(height)}`;
    return `${named(settingsAt(seen, place))}: ${end}`;
  }
  const outcome = seen.outcomes.kinds[pixel]!;
  return `(${startAt(session, place).map(short).join(", ")}): ${wordsOf(outcome, session.landscape)}`;
}

/** Sets the start, or the setting, that a place on the map means; what to say of it. */
export function pick(session: Session, seen: Seen, place: Point): string {
  const { rule, settings } = subject(session);
  const own = session.state.settings[rule.name] ?? {};
  if (seen.kind === "rates") {
    const chosen = settingsAt(seen, place);
    session.change({ settings: { ...session.state.settings, [rule.name]: { ...own, ...chosen } } });
    return `${rule.title} now has ${named(chosen)}.`;
  }
  const start = startAt(session, place);
  const { runs, outcomes } = seen;
  const pixel = pixelAt(runs, place);
  const kind = outcomes.kinds[pixel]!;
  if (kind === NO_HEIGHT) return `There is no height at (${start.map(short).join(", ")}): nothing can start there.`;
  // A rate that was picked for the old start is kept, or the choice would change the map itself.
  const kept = settings["lr"] === undefined ? own : { ...own, lr: settings["lr"] };
  session.change({ start, settings: { ...session.state.settings, [rule.name]: kept } });
  const from = `From (${start.map(short).join(", ")})`;
  const part = percent(outcomes.shares.find(({ outcome }) => outcome === kind)?.part ?? 0);
  if (kind < 0) return `${from} it ends at no minimum.`;
  const rest = `and is at rest from step ${runs.rest[pixel]!}`;
  return `${from} it comes to minimum ${kind + 1}, as do ${part} of the starts, ${rest}.`;
}

function pixelAt({ width, height }: Runs, [across, up]: Point): number {
  return Math.min(height - 1, Math.floor(up * height)) * width + Math.min(width - 1, Math.floor(across * width));
}

function startAt({ landscape: { domain } }: Session, [across, up]: Point): Point {
  const at = ([low, high]: Point, share: number) => Number((low + share * (high - low)).toPrecision(4));
  return [at(domain.x, across), at(domain.y, up)];
}

function settingsAt({ rates, up: axis }: Seen & { kind: "rates" }, [across, up]: Point): Record<string, number> {
  const lr = Number(rateAt(rates, across).toPrecision(3));
  return axis === null ? { lr } : { lr, [axis.name]: axis.at(up) };
}

function named(settings: Record<string, number>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${short(value)}`)
    .join(", ");
}

function nearestShare({ at }: Axis, value: number): number {
  const shares = Array.from({ length: 201 }, (_, i) => i / 200);
  return shares.reduce((best, share) => (Math.abs(at(share) - value) < Math.abs(at(best) - value) ? share : best), 0);
}
