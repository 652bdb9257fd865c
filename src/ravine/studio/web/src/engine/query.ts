// How a state is written as a query string.

/** A key, its value, and the value at which it goes without saying; null is none. */
export type Pair = [key: string, value: string | number | null, unless?: string | number];

/** What has to be said, in the order given. Commas stay as they are. */
export function toQuery(pairs: readonly Pair[]): string {
  return pairs
    .filter(([, value, unless]) => value !== null && value !== unless)
    .map(([key, value]) => `${encode(key)}=${encode(String(value))}`)
    .join("&");
}

/** The hyperparameters that are given for rules that take part. */
export function settingPairs(rules: readonly string[], settings: Record<string, Record<string, number>>): Pair[] {
  return Object.entries(settings)
    .filter(([rule]) => rules.includes(rule))
    .flatMap(([rule, given]) => Object.entries(given).map(([name, value]): Pair => [`${rule}.${name}`, value]));
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/%2C/g, ",").replace(/%2F/g, "/").replace(/%3A/g, ":");
}

/** A line for each key that is not known. */
export function unknownKeys(query: URLSearchParams, known: readonly string[]): string[] {
  const others = new Set([...query.keys()].filter((key) => !known.includes(key)));
  return [...others].map((key) => `${key.slice(0, 40)} is left out: there is no such key.`);
}
