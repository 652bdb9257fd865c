// Numbers in a sentence as Python's format has them, for the few forms that symptoms use: .4g, .0%, ,.0f, .2f.

/** The sentence with `{name:form}` filled in. */
export function fill(sentence: string, values: Readonly<Record<string, number | string>>): string {
  return sentence.replace(/\{(\w+)(?::([^}]*))?\}/g, (_, name: string, form = "") => {
    const value = values[name] ?? NaN;
    return typeof value === "string" ? value : format(value, form);
  });
}

export function format(value: number, form: string): string {
  const [, comma, digits, kind] = /^(,?)(?:\.(\d+))?([gf%]?)$/.exec(form) ?? ["", "", "", ""];
  if (!Number.isFinite(value)) return (Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf") + (kind === "%" ? "%" : "");
  const places = Number(digits ?? 6);
  if (kind === "%") return `${fixed(100 * value, places)}%`;
  if (kind === "g") return general(value, Math.max(places, 1));
  if (kind === "f") return grouped(fixed(value, places), comma === ",");
  return grouped(String(value), comma === ",");
}

const EXACT = 60; // digits after which no number of a sentence goes on

/** Halves go to the even digit, as in Python. */
function fixed(value: number, places: number): string {
  const [whole, rest] = Math.abs(value).toFixed(places + EXACT).split(".") as [string, string];
  if (!/^50*$/.test(rest.slice(places))) return value.toFixed(places);
  const below = `${whole}${places > 0 ? "." : ""}${rest.slice(0, places)}`;
  return Number(below.at(-1)) % 2 === 0 ? (value < 0 ? "-" : "") + below : value.toFixed(places);
}

function general(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < digits) return shorn(value.toFixed(Math.max(0, digits - 1 - power)));
  return `${shorn(mantissa)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

function shorn(number: string): string {
  return number.includes(".") ? number.replace(/\.?0+$/, "") : number;
}

function grouped(number: string, commas: boolean): string {
  return commas ? number.replace(/\B(?=(\d{3})+(?!\d))/g, ",") : number;
}
