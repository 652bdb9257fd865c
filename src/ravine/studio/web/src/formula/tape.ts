// A formula as a list of instructions over registers: equal parts are computed once, and nothing is ever eval-ed.
import { integerPower, type Expression } from "./expression";

/** Register `to` gets `operation` of the registers `a`, `b` and `c` (0 where it takes fewer). */
export interface Instruction {
  operation: string;
  to: number;
  a: number;
  b: number;
  c: number;
}

export interface Tape {
  names: readonly string[]; // registers 0, 1, … hold these on entry
  constants: ReadonlyMap<number, number>; // register → number
  instructions: readonly Instruction[];
  results: readonly number[]; // the registers of the results
  size: number;
}

/** The instructions that compute `results` from `names`. */
export function record(results: readonly Expression[], names: readonly string[]): Tape {
  const registers = new Map<string, number>(names.map((name, i) => [name, i]));
  const constants = new Map<number, number>();
  const instructions: Instruction[] = [];
  const known = new Map<Expression, number>();

  const register = (key: string, fill: (to: number) => void): number => {
    let found = registers.get(key);
    if (found === undefined) {
      found = registers.size;
      registers.set(key, found);
      fill(found);
    }
    return found;
  };
  const emit = (operation: string, a: number, b = 0, c = 0): number =>
    register(`${operation} ${a} ${b} ${c}`, (to) => instructions.push({ operation, to, a, b, c }));
  const place = (e: Expression): number => {
    let at = known.get(e);
    if (at === undefined) known.set(e, (at = fresh(e)));
    return at;
  };
  const fresh = (e: Expression): number => {
    if (e.kind === "name") return registers.get(e.name)!;
    if (e.kind === "number") {
      // -0 is not 0: 1/x tells them apart.
      return register(`#${Object.is(e.value, -0) ? "-0" : e.value}`, (to) => constants.set(to, e.value));
    }
    const power = integerPower(e);
    if (power !== null) return emit(`power${power[1]}`, place(power[0]));
    if (e.operation !== "where") return emit(e.operation, ...(e.parts.map(place) as [number, number]));
    const [condition, then, otherwise] = e.parts as [Expression, Expression, Expression];
    return emit("where", place(condition), place(then), place(otherwise));
  };
  const places = results.map(place);
  return { names, constants, instructions, results: places, size: registers.size };
}

const CODES = (
  "+ - * / ** neg < <= > >= == != sqrt abs exp log sin cos sign floor maximum minimum where power2 power3 power4 " +
  "tanh erf erfc expm1 log1p"
).split(" ");

/** Runs a tape: numbers in the order of its names → its results, in one array that the next call overwrites. */
export function compile(tape: Tape): (...numbers: number[]) => Float64Array {
  const codes = Uint8Array.from(tape.instructions, ({ operation }) => CODES.indexOf(operation));
  const places = Uint16Array.from(tape.instructions.flatMap(({ to, a, b, c }) => [to, a, b, c]));
  const r = new Float64Array(tape.size);
  for (const [register, value] of tape.constants) r[register] = value;
  const out = new Float64Array(tape.results.length);
  return (...numbers) => {
    for (let i = 0; i < numbers.length; i++) r[i] = numbers[i]!;
    for (let i = 0, p = 0; i < codes.length; i++, p += 4) {
      const a = r[places[p + 1]!]!;
      const b = r[places[p + 2]!]!;
      r[places[p]!] = operate(codes[i]!, a, b, r[places[p + 3]!]!);
    }
    for (let i = 0; i < out.length; i++) out[i] = r[tape.results[i]!]!;
    return out;
  };
}

function operate(code: number, a: number, b: number, c: number): number {
  switch (code) {
    case 0:
      return a + b;
    case 1:
      return a - b;
    case 2:
      return a * b;
    case 3:
      return a / b;
    case 4:
      // IEEE 754 and C, where JavaScript says NaN: 1**NaN, and ±1 to an infinite power.
      return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b;
    case 5:
      return -a;
    case 6:
      return a < b ? 1 : 0;
    case 7:
      return a <= b ? 1 : 0;
    case 8:
      return a > b ? 1 : 0;
    case 9:
      return a >= b ? 1 : 0;
    case 10:
      return a === b ? 1 : 0;
    case 11:
      return a !== b ? 1 : 0;
    case 12:
      return Math.sqrt(a);
    case 13:
      return Math.abs(a);
    case 14:
      return Math.exp(a);
    case 15:
      return Math.log(a);
    case 16:
      return Math.sin(a);
    case 17:
      return Math.cos(a);
    case 18:
      return Math.sign(a);
    case 19:
      return Math.floor(a);
    case 20:
      return Math.max(a, b);
    case 21:
      return Math.min(a, b);
    case 22:
      return a !== 0 ? b : c;
    case 23:
      return a * a;
    case 24:
      return a * a * a;
    case 25:
      return a * a * (a * a);
    case 26:
      return Math.tanh(a);
    case 27:
      return RAVINE.functions.erf(a);
    case 28:
      return RAVINE.functions.erfc(a);
    case 29:
      return Math.expm1(a);
    default:
      return Math.log1p(a);
  }
}
