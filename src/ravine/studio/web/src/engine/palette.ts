// How rules are told apart: the same looks, given out in the same way, as ravine.film.palette.
export interface Look {
  colour: string; // on light paper
  dark: string; // on dark paper
  marker: string; // "o", "s", "^", … as matplotlib calls them
  dashed: boolean;
}

/** A look for each rule: the first of a family has the family's own, the others what is free. */
export function looks(rules: readonly RuleFacts[]): Look[] {
  const { count, homes } = RAVINE.palette;
  const numbers = new Map<number, number>(); // place in `rules` → number
  const taken = new Set<number>();
  const give = (place: number, number: number) => {
    numbers.set(place, number);
    taken.add(number);
  };
  rules.forEach((rule, place) => {
    const home = homes[rule.family];
    if (home !== undefined && !taken.has(home)) give(place, home);
  });
  rules.forEach((_, place) => {
    if (numbers.has(place)) return;
    let free = 0;
    while (taken.has(free) && free < count) free++;
    give(place, free);
  });
  return rules.map((_, place) => look(numbers.get(place)!));
}

function look(number: number): Look {
  const { light, dark, markers } = RAVINE.palette;
  const turn = <T>(list: readonly T[]): T => list[number % list.length]!;
  return { colour: turn(light), dark: turn(dark), marker: turn(markers), dashed: number >= light.length };
}
