// Numbers as people write them: taken where only one number can be meant, else refused in words that say what to write.

/** What a number has to be; an end that is not given is open. */
export interface Wanted {
  low?: number;
  high?: number;
  holdsLow?: boolean; // whether the end itself is taken: yes, unless it says no
  holdsHigh?: boolean;
  whole?: boolean;
  /** What else: why the value will not do, or null. */
  also?: (value: number) => string | null;
}

export type Reading = { value: number; trouble: null } | { value: null; trouble: string };

/** The number that a text means, if it is one that is wanted; else what is wrong, without a full stop. */
export function readNumber(text: string, wanted: Wanted = {}): Reading {
  const { value, trouble } = read(text.trim().replace(/^[−–]/, "-"), wanted.whole === true);
  if (value === null) return { value, trouble };
  const refusal = refusalOf(wanted, value);
  if (refusal === null) return { value, trouble };
  return refuse(refusal === "" ? `${inWords(wanted)} is wanted, not ${shorten(text)}` : refusal);
}

/** Whether the value is one that is wanted. */
export function fits(wanted: Wanted, value: number): boolean {
  return refusalOf(wanted, value) === null;
}

/** As in "a number of at least 0 and below 1", "a whole number from 1 to 5000". */
export function inWords({ low = -Infinity, high = Infinity, holdsLow, holdsHigh, whole }: Wanted): string {
  const noun = whole ? "a whole number" : "a number";
  const [ends, opens] = [high < Infinity, low > -Infinity];
  if (opens && ends && holdsLow !== false && holdsHigh !== false) return `${noun} from ${plain(low)} to ${plain(high)}`;
  const above = opens ? [holdsLow === false ? `above ${plain(low)}` : `of at least ${plain(low)}`] : [];
  const below = ends ? [holdsHigh === false ? `below ${plain(high)}` : `of at most ${plain(high)}`] : [];
  return [noun, [...above, ...below].join(" and ")].join(" ").trim();
}

/** A number as people type it, with every digit that it has: 0.001, and 1e-8 where zeros would have to be counted. */
export function plain(value: number): string {
  const text = value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential() : String(value);
  return text.replace("e+", "e");
}

/** null: it is wanted; "": it is out of range; else why it will not do. */
function refusalOf(wanted: Wanted, value: number): string | null {
  const { low = -Infinity, high = Infinity, holdsLow, holdsHigh, whole, also } = wanted;
  const above = holdsLow === false ? value > low : value >= low;
  const below = holdsHigh === false ? value < high : value <= high;
  if (!(Number.isFinite(value) && above && below) || (whole && !Number.isInteger(value))) return "";
  return also?.(value) ?? null;
}

const EXAMPLES = "write a number, such as 0.05, 5e-2 or 1/20";
const DECIMAL = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const POWER = /^(?:(.+?)\s*[·×*]\s*)?([-+]?)10(?:(?:\^|\*\*)\s*\(?\s*([-+−]?\d+)\s*\)?|([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))$/;
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function read(text: string, whole: boolean): Reading {
  if (text === "") return refuse(EXAMPLES);
  if (/^[-+]?0[xob][\da-f]+$/i.test(text)) {
    return refuse(`${shorten(text)} is written for machines: write ${plain(Number(text.replace(/^[-+]/, "")))}`);
  }
  if (/^[¼½¾⅐-⅞]$/.test(text)) return fraction(...(text.normalize("NFKC").split("⁄") as [string, string]));
  const [, share] = /^(.+?)\s*[%٪]$/.exec(text) ?? [];
  if (share !== undefined) {
    if (whole) return refuse("a percentage is no count: write the number itself");
    return scaled(decimal(share, false), "e-2");
  }
  const [, above, below] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (above !== undefined) return fraction(above, below!);
  const [, factor, sign, exponent, raised] = POWER.exec(text) ?? [];
  if (exponent !== undefined || raised !== undefined) {
    const power = (exponent ?? lowered(raised!)).replace("−", "-");
    return scaled(decimal(factor ?? `${sign}1`, false), `e${power}`);
  }
  return decimal(text, whole);
}

/** One number without a sign of operation: here commas are told apart. */
function decimal(text: string, whole: boolean): Reading {
  const [digits] = /^[-+]?[\d.,]*/.exec(text)!;
  const grouped = text.trim().replace(/(?<=\d)[\s_'’\u00a0\u2009\u202f](?=\d{3}(?!\d))/g, "");
  if (grouped !== text.trim() && DECIMAL.test(grouped.replaceAll(",", ""))) return separated(text, grouped.replaceAll(",", ""));
  const [commas, points] = [digits.split(",").length - 1, digits.split(".").length - 1];
  const bare = text.trim().replace(/[.,](?=\d{3}(?!\d))/g, "");
  if (commas > 1 || points > 1 || (commas === 1 && points === 1)) {
    return DECIMAL.test(bare.replace(",", ".")) ? separated(text, bare.replace(",", ".")) : refuse(noNumber(text));
  }
  // Three digits after a comma, and one to three before it: sixteen, or sixteen thousand?
  if (/^[-+]?[1-9]\d{0,2},\d{3}(?!\d)/.test(digits)) {
    return refuse(`${shorten(text)} may mean ${bare} or ${text.trim().replace(",", ".")}: write it without the comma, or with a point`);
  }
  if (whole && /^[-+]?[1-9]\d{0,2}\.\d{3}$/.test(text)) {
    return refuse(`${shorten(text)} may mean ${bare}: write whole numbers without a point`);
  }
  const plainly = text.trim().replace(",", ".");
  return DECIMAL.test(plainly) ? finite(Number(plainly), plainly) : refuse(noNumber(text));
}

function fraction(above: string, below: string): Reading {
  const [top, bottom] = [decimal(above.trim(), false), decimal(below.trim(), false)];
  if (top.value === null) return top;
  if (bottom.value === null) return bottom;
  return bottom.value === 0 ? refuse("nothing can be divided by 0") : finite(top.value / bottom.value, above);
}

/** Times a power of ten, to the digit: 0.1 % is 0.001. */
function scaled(reading: Reading, power: string): Reading {
  if (reading.value === null) return reading;
  const [digits, before = "0"] = reading.value.toExponential().split("e");
  return finite(Number(`${digits}e${Number(before) + Number(power.slice(1))}`), digits!);
}

/** Refuses what a double cannot hold; `digits` tells a nought that was meant from one that is left. */
function finite(value: number, digits: string): Reading {
  if (!Number.isFinite(value)) return refuse("that is more than this page can compute with");
  if (value === 0 && /[1-9]/.test(digits.split(/e/i)[0]!)) return refuse("that is so small that it would count as 0");
  return { value, trouble: null };
}

function separated(text: string, bare: string): Reading {
  return refuse(`${shorten(text)} has separators between its digits: write ${bare}`);
}

function noNumber(text: string): string {
  return /^[-+]?(∞|inf|infinity)$/i.test(text) ? "an infinite number is of no use here" : `${shorten(text)} is no number: ${EXAMPLES}`;
}

function lowered(raised: string): string {
  return [...raised].map((sign) => (sign === "⁻" ? "-" : sign === "⁺" ? "+" : RAISED.indexOf(sign))).join("");
}

function refuse(trouble: string): Reading {
  return { value: null, trouble };
}

function shorten(text: string): string {
  const line = text.trim();
  return line.length > 24 ? `${line.slice(0, 23)}…` : line;
}
