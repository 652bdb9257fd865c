import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, inWords, plain, readNumber, type Wanted } from "./number";
import { readNumbers, writeNumbers } from "./number_list";

const TAKEN: [text: string, value: number][] = [
  ["0.05", 0.05], [" 0.05 ", 0.05], ["0,05", 0.05], [".05", 0.05], [",05", 0.05], ["5.", 5], ["+5", 5],
  ["5e-2", 0.05], ["5E-2", 0.05], ["5,5e-2", 0.055], ["1e3", 1000], ["1e+3", 1000], ["1E3", 1000],
  ["−2", -2], ["–2", -2], ["-,5", -0.5], ["−0,125", -0.125], ["0,125", 0.125], ["0.125", 0.125], ["1234,567", 1234.567],
  ["1,0000", 1], ["12,34", 12.34], ["16.000", 16], ["123456.789", 123456.789], ["16000", 16000], ["007", 7],
  ["1/4", 0.25], ["1 / 3", 1 / 3], ["-1/4", -0.25], ["0,5/2", 0.25], ["½", 0.5], ["¾", 0.75], ["⅛", 0.125],
  ["25 %", 0.25], ["25%", 0.25], ["0,1 %", 0.001], ["99.9 %", 0.999],
  ["10^-3", 0.001], ["10**-3", 0.001], ["10⁻³", 0.001], ["2·10⁻³", 0.002], ["2 × 10^-3", 0.002], ["2,5*10^(3)", 2500],
  ["-10^2", -100], ["10^−8", 1e-8], ["3e-8", 3e-8], ["0", 0], ["0,0", 0], ["0e5", 0], ["0/3", 0],
]; // prettier-ignore

const REFUSED: [text: string, why: RegExp][] = [
  ["", /^write a number, such as/], [" ", /^write a number/], ["ten", /^ten is no number/], ["1.5 s", /is no number/],
  ["16,000", /may mean 16000 or 16\.000/], ["-1,234", /may mean -1234 or -1\.234/], ["1,500e3", /may mean/],
  ["1,234,567", /separators between its digits: write 1234567/], ["1.234.567", /write 1234567/], ["1,234.5", /write 1234\.5/],
  ["1.234,5", /write 1234\.5/], ["16 000", /write 16000/], ["16'000", /write 16000/], ["16’000.5", /write 16000\.5/],
  ["16_000", /write 16000/], ["16\u00a0000", /write 16000/], ["16\u202f000", /write 16000/],
  ["0x10", /written for machines: write 16/], ["0b11", /write 3/], ["0o17", /write 15/], ["-0x10", /machines/],
  ["Infinity", /infinite/], ["∞", /infinite/], ["NaN", /no number/], ["1e999", /more than/], ["1e-999", /count as 0/],
  ["1/0", /divided by 0/], ["1/2/3", /no number/], ["1/", /no number|write a number/], ["/2", /no number/], ["16,000/2", /may mean/],
  ["%", /no number/], ["a %", /no number/], ["10^", /no number/], ["10^0.5", /no number/], ["1,2,3", /no number/],
  ["1..2", /no number/], ["--1", /no number/], ["1 2", /no number/], ["e5", /no number/], [".", /no number/], [",", /no number/],
  ["-", /no number/], ["2x", /no number/], ["1e5.5", /no number/], ["1½", /no number/], ["<b>", /no number/],
]; // prettier-ignore

test("a number is taken in every way that means one number", () => {
  for (const [text, value] of TAKEN) assert.deepEqual(readNumber(text), { value, trouble: null }, text);
});

test("what may mean another number, or none, is refused and says what to write", () => {
  for (const [text, why] of REFUSED) {
    const { value, trouble } = readNumber(text);
    assert.equal(value, null, text);
    assert.match(trouble!, why, text);
  }
});

test("what is shown is what is used: every double comes back from its own digits", () => {
  const values = [0, 1e-5, 1e-4, 0.1, 1 / 3, 123456.789, 1e21, 5e-324, 1.7976931348623157e308, 2 ** 53, -2.5e-7];
  for (let i = 0; i < 2000; i++) values.push((Math.random() - 0.5) * 10 ** Math.floor(40 * Math.random() - 20));
  for (const value of values) assert.equal(readNumber(plain(value)).value, value, plain(value));
});

const COUNT: Wanted = { low: 1, high: 5000, whole: true };
const BETA: Wanted = { low: 0, high: 1, holdsHigh: false };
const RATE: Wanted = { low: 0, holdsLow: false, high: Infinity };

test("a range is said in words, and nothing is brought into it", () => {
  assert.equal(inWords(COUNT), "a whole number from 1 to 5000");
  assert.equal(inWords(BETA), "a number of at least 0 and below 1");
  assert.equal(inWords(RATE), "a number above 0");
  assert.equal(inWords({ high: -1e-9 }), "a number of at most -1e-9");
  assert.equal(inWords({}), "a number");
  assert.equal(readNumber("1e9", COUNT).trouble, "a whole number from 1 to 5000 is wanted, not 1e9");
  assert.equal(readNumber("1.5", COUNT).trouble, "a whole number from 1 to 5000 is wanted, not 1.5");
  assert.equal(readNumber("1", BETA).trouble, "a number of at least 0 and below 1 is wanted, not 1");
  assert.equal(readNumber("0", RATE).trouble, "a number above 0 is wanted, not 0");
  assert.equal(readNumber("5000", COUNT).value, 5000);
  assert.equal(readNumber("0", BETA).value, 0);
  assert.ok(fits(BETA, 0.5) && !fits(BETA, NaN) && !fits(RATE, Infinity) && !fits(COUNT, 0));
});

test("a count is written without a point and is no percentage", () => {
  assert.match(readNumber("5.000", COUNT).trouble!, /may mean 5000/);
  assert.match(readNumber("50 %", COUNT).trouble!, /no count/);
});

test("a further condition says why", () => {
  const even: Wanted = { also: (value) => (value % 2 === 0 ? null : `${value} is odd`) };
  assert.equal(readNumber("3", even).trouble, "3 is odd");
  assert.equal(readNumber("4", even).value, 4);
  assert.ok(fits(even, 2) && !fits(even, 1));
});

test("a list is read with its commas, and what may be one number or two is not", () => {
  const read: [string, number[]][] = [
    ["1, -1, 2", [1, -1, 2]], ["1,-1,2", [1, -1, 2]], ["1,2,3", [1, 2, 3]], ["1 -1 2", [1, -1, 2]], ["0,5; 1", [0.5, 1]], ["0,5;", [0.5]],
    ["0,5, 1", [0.5, 1]], ["0,5 1", [0.5, 1]], ["−1, 1/4", [-1, 0.25]], ["0.5", [0.5]], ["1, ", [1]], ["1,-1", [1, -1]], ["2 , 3", [2, 3]],
  ]; // prettier-ignore
  for (const [text, list] of read) assert.deepEqual(readNumbers(text, 5), { list, trouble: null }, text);
  assert.match(readNumbers("1,5", 5).trouble!, /may be one number or two: write 1, 5 with a space, or 1\.5/);
  for (const text of ["", " , ", "1, x", "1 2 3 4 5 6", "0x10, 2"]) assert.equal(readNumbers(text, 5).list, null, text);
  assert.deepEqual(readNumbers(writeNumbers([0.5, -1e-7, 3]), 5).list, [0.5, -1e-7, 3]);
});
