// Lists of numbers as people write them, where a comma may part two numbers or a number's own digits.
import { plain, readNumber } from "./number";

export type List = { list: number[]; trouble: null } | { list: null; trouble: string };

/** As in "1, -0.5, 2", "1 -0,5 2", "1; 2" and, where no comma can be a decimal one, "1,-1,2". */
export function readNumbers(text: string, most: number): List {
  const parts = partsOf(text);
  if (parts === null) {
    const [left, right] = text.trim().split(",");
    return { list: null, trouble: `${text.trim()} may be one number or two: write ${left}, ${right} with a space, or ${left}.${right}` };
  }
  if (parts.length === 0 || parts.length > most) return { list: null, trouble: `1 to ${most} numbers are wanted` };
  const list: number[] = [];
  for (const part of parts) {
    const { value, trouble } = readNumber(part);
    if (value === null) return { list: null, trouble };
    list.push(value);
  }
  return { list, trouble: null };
}

/** As `readNumbers` takes it back. */
export function writeNumbers(list: readonly number[]): string {
  return list.map(plain).join(", ");
}

/** The texts of the numbers; null where a comma may be either. */
function partsOf(text: string): string[] | null {
  const loose = text.trim().split(/\s*;\s*|\s*,\s+|\s+,?\s*/).filter((part) => part !== "");
  if (loose.length !== 1 || text.includes(";")) return loose;
  const tight = loose[0]!.split(",");
  if (tight.length === 2 && /\d$/.test(tight[0]!) && /^\d/.test(tight[1]!)) return null;
  return tight.filter((part) => part !== "");
}
