// A race as a page holds it: the state, what follows from it, and who wants to know when it changes.
import { type Course, descend, type Settings, shakenBy, type Trajectory } from "./descent";
import { holds, known, type Landscape, nowhere, type Point } from "./landscape";
import { looks } from "./palette";
import { bestRate } from "./rates";
import type { State } from "./state";

export interface Lane {
  rule: RuleFacts;
  settings: Settings; // every hyperparameter in force
  chosen: boolean; // whether the learning rate was picked and not given
  look: Look;
  course: Course;
  run: Trajectory;
}

/** "race": paths changed; "step": the player moved; "look": only what is shown of them. */
export type Change = "race" | "step" | "look";

/** The learner's own formula as a landscape, null where it cannot be read; and what is wrong with it, if anything. */
export type FormulaReader = (text: string, domain: State["domain"]) => { landscape: Landscape | null; trouble: string };

export class Session {
  lanes: Lane[] = [];
  landscape: Landscape = nowhere("");
  /** Where the player stands; between two steps while it plays slowly. */
  position: number;
  /** What is wrong with the formula, or with the start; empty if nothing is. */
  trouble = "";
  private formula: Landscape | null = null; // as it could be read last: it stays while one types
  private readonly listeners: ((change: Change) => void)[] = [];
  private readonly rates = new Map<string, number>();

  constructor(
    public state: State,
    private readonly readFormula: FormulaReader,
  ) {
    this.position = state.steps;
    this.rerun();
    this.position = Math.min(state.step ?? state.steps, state.steps);
  }

  on(listener: (change: Change) => void): void {
    this.listeners.push(listener);
  }

  get start(): Point {
    return this.state.start ?? this.landscape.start;
  }

  get step(): number {
    return Math.floor(this.position);
  }

  get atEnd(): boolean {
    return this.position >= this.state.steps;
  }

  /** Takes over what is given; paths are run again where they depend on it. */
  change(patch: Partial<State>): void {
    const ended = this.atEnd;
    this.state = { ...this.state, ...patch };
    if (onlyLooks(patch)) return this.tell("look");
    this.rerun();
    this.position = ended ? this.state.steps : Math.min(this.position, this.state.steps);
    this.state.step = ended ? null : this.step;
    this.tell("race");
  }

  /** Takes over another state as a whole, as that of a link: nothing stays of this one. */
  enter(state: State): void {
    this.formula = null;
    this.change(state);
  }

  /** One hyperparameter of one rule; undefined gives it back its default, or the rate that is picked. */
  set(rule: string, name: string, value: number | undefined): void {
    const { [name]: _, ...others } = this.state.settings[rule] ?? {};
    const settings = { ...this.state.settings, [rule]: value === undefined ? others : { ...others, [name]: value } };
    this.change({ settings });
  }

  stand(position: number): void {
    this.position = Math.min(Math.max(0, position), this.state.steps);
    this.state.step = this.atEnd ? null : this.step;
    this.tell("step");
  }

  private tell(change: Change): void {
    for (const listener of this.listeners) listener(change);
  }

  private rerun(): void {
    const { state } = this;
    this.trouble = "";
    this.landscape = this.land();
    let start = this.start;
    const starts = (point: Point) => holds(this.landscape, point) && Number.isFinite(this.landscape.value(...point));
    if (!starts(start)) {
      this.trouble ||= `(${start.join(", ")}) is not on this landscape; the start is its own.`;
      state.start = null;
      start = this.landscape.start;
    }
    const shaken = shakenBy(state.noise, state.seed, state.steps);
    const rules = starts(start) ? state.rules.map((name) => RAVINE.rules[name]!) : []; // where nothing can start, none runs
    const appearance = looks(rules);
    this.lanes = rules.map((rule, place) => {
      const settings: Settings = {};
      for (const { name, default: usual } of Object.values(rule.hyperparameters)) {
        settings[name] = state.settings[rule.name]?.[name] ?? usual;
      }
      const { landscape } = this;
      const course = { rule, settings, landscape, start, steps: state.steps, schedule: state.schedule, shaken };
      const chosen = "lr" in settings && state.settings[rule.name]?.lr === undefined;
      if (chosen) settings.lr = this.picked(course);
      return { rule, settings, chosen, look: appearance[place]!, course, run: descend(course) };
    });
  }

  private land(): Landscape {
    const { state } = this;
    if (state.landscape !== "formula") {
      this.formula = null;
      return known(RAVINE.landscapes[state.landscape]!, state.shape);
    }
    const { landscape, trouble } = this.readFormula(state.formula, state.domain);
    this.trouble = trouble;
    this.formula = landscape ?? this.formula;
    return this.formula ?? nowhere(state.formula);
  }

  /** The picked rate; remembered, since most changes leave most rates as they are. */
  private picked(course: Course): number {
    const { lr: _, ...fixed } = course.settings;
    const { state, landscape } = this;
    const land = [landscape.name, state.formula, state.domain, landscape.parameters];
    const key = JSON.stringify([course.rule.name, fixed, course.start, course.steps, land]);
    let rate = this.rates.get(key);
    if (rate === undefined) {
      if (this.rates.size > 500) this.rates.clear();
      rate = bestRate(course);
      this.rates.set(key, rate);
    }
    return rate;
  }
}

const LOOKS = new Set<keyof State>(["view", "log", "hide", "anatomy", "map", "mapRule", "mapAgainst"]);

function onlyLooks(patch: Partial<State>): boolean {
  return (Object.keys(patch) as (keyof State)[]).every((key) => LOOKS.has(key));
}
