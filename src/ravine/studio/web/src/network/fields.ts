// Everything about a network that can be changed, each with one text: in a link, in a control, and for a twin.
import { type Wanted, plain, readNumber } from "../engine/number";
import { DATASETS, type Dataset, MOST_EXAMPLES, MOST_POINTS, SCALES } from "./datasets";
import { DECAYS, type Recipe, settingsOf } from "./recipe";

export const WIDEST = 256;
export const DEEPEST = 12;
export const MOST_STEPS = 20_000;
const LARGEST_SEED = 2 ** 32 - 1;

export type Group = "data" | "network" | "start" | "regularisation" | "training";

export interface Field {
  key: string; // in a link
  label: string;
  group: Group;
  placeholder?: string; // what an empty text means
  /** What can be chosen, with its words; without, it is typed. */
  options?: () => [text: string, words: string][];
  /** What a number has to be; with neither it is a list. */
  wanted?: (recipe: Recipe) => Wanted;
  read: (recipe: Recipe) => string;
  /** Puts the text into the recipe and returns null, or says what is wanted instead. */
  write: (recipe: Recipe, text: string) => string | null;
}

type Chosen = "data" | "scale" | "activation" | "init" | "rule" | "decay" | "schedule";

function choice(key: string, name: Chosen, label: string, group: Group, options: () => [string, string][]): Field {
  return {
    key,
    label,
    group,
    options,
    read: (recipe) => recipe[name],
    write: (recipe, text) => {
      const meant = text.trim();
      if (!options().some(([value]) => value === meant))
        return `${options().map(([value]) => value).join(", ")} are what there is`;
      (recipe as Record<Chosen, string>)[name] = meant;
      return null;
    },
  };
}

function number(
  key: string,
  label: string,
  group: Group,
  wanted: (recipe: Recipe) => Wanted,
  get: (recipe: Recipe) => number,
  set: (recipe: Recipe, value: number) => void,
): Field {
  return {
    key,
    label,
    group,
    wanted,
    read: (recipe) => plain(get(recipe)),
    write: (recipe, text) => {
      const { value, trouble } = readNumber(text, wanted(recipe));
      if (value !== null) set(recipe, value);
      return trouble;
    },
  };
}

const DATA: Record<Dataset, string> = {
  digits: "handwritten digits",
  moons: "two moons",
  circles: "circles",
  spiral: "spiral",
  xor: "XOR",
  curve: "a noisy curve",
};
const SCALE_WORDS = { unit: "about 0 to 1", standard: "standardised", "255": "times 255" };
const DECAY_WORDS = { none: "none", l2: "L2: λθ in the gradient", decoupled: "decoupled: lr·λθ off the step" };

const titles = (facts: Record<string, { title: string }>): [string, string][] =>
  Object.entries(facts).map(([name, { title }]) => [name, title]);

export const FIELDS: readonly Field[] = [
  choice("data", "data", "Data", "data", () => DATASETS.map((name) => [name, DATA[name]])),
  number(
    "examples",
    "Examples to train on",
    "data",
    ({ data }) => ({ low: 2, high: MOST_EXAMPLES[data], whole: true }),
    (recipe) => recipe.examples,
    (recipe, value) => (recipe.examples = value),
  ),
  number(
    "random",
    "Share of random labels",
    "data",
    () => ({ low: 0, high: 1 }),
    (recipe) => recipe.random,
    (recipe, value) => (recipe.random = value),
  ),
  choice("inputs", "scale", "Inputs", "data", () => SCALES.map((name) => [name, SCALE_WORDS[name]])),
  {
    key: "layers",
    label: "Hidden layers",
    placeholder: "none",
    group: "network",
    read: ({ widths }) => widths.join(","),
    write: (recipe, text) => {
      const parts = text.split(/[\s,;]+/).filter((part) => part !== "");
      if (parts.length > DEEPEST) return `at most ${DEEPEST} hidden layers are wanted, not ${parts.length}`;
      const widths = parts.map((part) => readNumber(part, { low: 1, high: WIDEST, whole: true }));
      const trouble = widths.find((width) => width.trouble !== null)?.trouble;
      if (trouble) return `of each hidden layer ${trouble}`;
      recipe.widths = widths.map(({ value }) => value!);
      return null;
    },
  },
  choice("activation", "activation", "Activation", "network", () => titles(RAVINE_TRAINING.activations)),
  choice("init", "init", "First weights", "start", () => titles(RAVINE_TRAINING.initializers)),
  number(
    "gain",
    "times",
    "start",
    () => ({}),
    (recipe) => recipe.gain,
    (recipe, value) => (recipe.gain = value),
  ),
  {
    key: "bias",
    label: "Biases",
    placeholder: "as the first weights say",
    group: "start",
    read: ({ bias }) => (bias === null ? "" : plain(bias)),
    write: (recipe, text) => {
      if (text.trim() === "") return (recipe.bias = null);
      const { value, trouble } = readNumber(text);
      if (value !== null) recipe.bias = value;
      return trouble;
    },
  },
  number(
    "dropout.inputs",
    "Dropout of inputs",
    "regularisation",
    () => ({ low: 0, high: 1, holdsHigh: false }),
    (recipe) => recipe.dropout.inputs,
    (recipe, value) => (recipe.dropout = { ...recipe.dropout, inputs: value }),
  ),
  number(
    "dropout",
    "Dropout of hidden units",
    "regularisation",
    () => ({ low: 0, high: 1, holdsHigh: false }),
    (recipe) => recipe.dropout.hidden,
    (recipe, value) => (recipe.dropout = { ...recipe.dropout, hidden: value }),
  ),
  choice("decay", "decay", "Weight decay", "regularisation", () => DECAYS.map((name) => [name, DECAY_WORDS[name]])),
  number(
    "lambda",
    "λ",
    "regularisation",
    () => ({ low: 0 }),
    (recipe) => recipe.lambda,
    (recipe, value) => (recipe.lambda = value),
  ),
  choice("rule", "rule", "Optimizer", "training", () =>
    Object.values(RAVINE.rules)
      .filter(({ name }) => !name.includes("+") && Object.hasOwn(RAVINE_TRAINING.rules, name))
      .map(({ name, title, main, dialect }) => [name, main ? title : `${title} (${dialect})`]),
  ),
  {
    key: "batch",
    label: "Batch",
    group: "training",
    read: ({ batch }) => String(batch),
    write: (recipe, text) => {
      if (text.trim().toLowerCase() === "all") {
        recipe.batch = "all";
        return null;
      }
      const { value, trouble } = readNumber(text, { low: 1, high: MOST_POINTS, whole: true });
      if (value !== null) recipe.batch = value;
      return trouble && `${trouble}; all is the whole set`;
    },
  },
  choice("schedule", "schedule", "Schedule", "training", () => titles(RAVINE.schedules)),
  number(
    "steps",
    "Steps",
    "training",
    () => ({ low: 1, high: MOST_STEPS, whole: true }),
    (recipe) => recipe.steps,
    (recipe, value) => (recipe.steps = value),
  ),
  number(
    "seed",
    "Seed",
    "training",
    () => ({ low: 0, high: LARGEST_SEED, whole: true }),
    (recipe) => recipe.seed,
    (recipe, value) => (recipe.seed = value),
  ),
];

/** The field of a hyperparameter of a rule, "adam.lr"; null where there is none. */
export function settingField(key: string): Field | null {
  const [rule = "", name = ""] = key.split(".");
  const known = Object.hasOwn(RAVINE.rules, rule) ? RAVINE.rules[rule]!.hyperparameters : {};
  const hyperparameter = Object.hasOwn(known, name) ? known[name]! : null;
  if (hyperparameter === null) return null;
  return number(
    key,
    name === "lr" ? "Learning rate" : name,
    "training",
    () => hyperparameter,
    (recipe) => (recipe.rule === rule ? settingsOf(recipe)[name]! : hyperparameter.default),
    (recipe, value) => {
      if (recipe.rule !== rule) return;
      const { [name]: _, ...others } = recipe.settings;
      recipe.settings = value === hyperparameter.default ? others : { ...others, [name]: value };
    },
  );
}

export function fieldOf(key: string): Field | null {
  return FIELDS.find((field) => field.key === key) ?? settingField(key);
}

const withoutHidden = ({ widths }: Recipe) => (widths.length === 0 ? "There is no hidden layer." : null);

/** Why a field makes no difference to such a network. */
const IDLE: Record<string, (recipe: Recipe) => string | null> = {
  activation: withoutHidden,
  dropout: withoutHidden,
  lambda: ({ decay }) => (decay === "none" ? "Choose a weight decay first." : null),
};

/** Why turning it changes none of these networks, in words; null where it does. */
export function idle({ key }: Field, recipes: readonly Recipe[]): string | null {
  const reasons = recipes.map((recipe) => IDLE[key]?.(recipe) ?? null);
  return reasons.includes(null) ? null : reasons[0]!;
}

/** What cannot be together, in words; null where all can. */
export function conflict(recipe: Recipe): string | null {
  const { data, examples, rule, decay } = recipe;
  const most = MOST_EXAMPLES[data];
  if (examples > most) return `there are ${most} examples to train on`;
  if (decay !== "none" && !Object.hasOwn(RAVINE_TRAINING.rules, `${rule}+${decay}`))
    return `${RAVINE.rules[rule]!.title} ${"weight_decay" in RAVINE.rules[rule]!.hyperparameters ? "has weight decay of its own" : "has no such decay"}`;
  return null;
}
