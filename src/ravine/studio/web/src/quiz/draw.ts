// Which questions are asked: the same for the same seed, in every browser.

/** Numbers in [0, 1) that follow from a seed: a counter, mixed (Steele, Lea & Flood 2014, in 32 bits). */
export function random(seed: number): () => number {
  let counter = seed | 0;
  return () => {
    counter = (counter + 0x9e3779b9) | 0;
    let mixed = counter ^ (counter >>> 16);
    mixed = Math.imul(mixed, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    mixed ^= mixed >>> 16;
    return (mixed >>> 0) / 4294967296;
  };
}

export interface Named {
  name: string;
  lesson: string;
}

/** One of each name, in order: where a question has variants, one of them. */
function oneOfEach<T extends Named>(questions: readonly T[], next: () => number): T[] {
  return [...grouped(questions, (question) => question.name).values()].map((variants) => pick(variants, next));
}

/** `count` questions spread over the lessons as evenly as can be, in the order of the course. */
export function spread<T extends Named>(questions: readonly T[], count: number, next: () => number): T[] {
  const lessons = [...grouped(oneOfEach(questions, next), (question) => question.lesson).values()];
  const left = lessons.map((lesson) => shuffled(lesson, next));
  const chosen = new Set<T>();
  while (chosen.size < count && left.some((lesson) => lesson.length > 0)) {
    for (const lesson of shuffled(left, next)) {
      const question = lesson.pop();
      if (question !== undefined && chosen.size < count) chosen.add(question);
    }
  }
  return questions.filter((question) => chosen.has(question));
}

/** The seed in a fragment such as "#seed=7"; null if there is none, undefined if it is not a whole number. */
export function seedOf(fragment: string): number | null | undefined {
  const text = new URLSearchParams(fragment.replace(/^#/, "")).get("seed");
  if (text === null) return null;
  const seed = /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  return seed;
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

function pick<T>(items: readonly T[], next: () => number): T {
  return items[Math.floor(next() * items.length)] as T;
}

function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
