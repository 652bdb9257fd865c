// How rules are told apart: the same looks, given out in the same way, as ravine.palette.

/** A look for each rule: the first of a family has the family's own, the others what is free. */
export function looks(rules: readonly RuleFacts[]): Look[] {
  const { looks: all, homes } = RAVINE.palette;
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
    while (taken.has(free)) free++;
    give(place, free);
  });
  return rules.map((_, place) => all[numbers.get(place)! % all.length]!);
}
