// Asks every symptom about what was measured, and puts the cause before what follows from it, as ravine.monitor.diagnosis.
import type { Trainer } from "../network/trainer";
import { type Measured, ofLayers, ofTheRun } from "./measure";
import { fill } from "./python_format";
import type { Watch } from "./watch";

export interface Finding {
  name: string;
  title: string;
  evidence: string;
  advice: string;
  because: string; // the title of the finding that explains this one, or ""
}

const WEIGHTS = ["broken", "fault", "advice"];
const BACK = 100; // looks through which a finding is traced back to where it began

type Strengths = Map<string, number>; // by layer, or under "" for the training as a whole
interface Present {
  symptom: SymptomFacts;
  layers: string[]; // all that show it, the worst first
  step: number; // since when
  strength: number;
}

export class Diagnosis {
  private readonly past: Map<string, Strengths>[] = []; // at each look, by symptom

  constructor(
    private readonly watch: Watch,
    private readonly trainer: Trainer,
  ) {}

  /** Once for each look. */
  note(): void {
    this.past.push(this.ask().strengths);
  }

  /** What is wrong now, the cause first. */
  get findings(): Finding[] {
    if (this.watch.looks.length === 0) return [];
    const { run, layers, strengths } = this.ask();
    const present = Object.values(RAVINE_TRAINING.symptoms).flatMap((symptom) => this.present(symptom, strengths));
    const found = ordered(consistent(ordered(present).map(([one]) => one)));
    return found.map(([one, because]) => {
      const words = { ...run, ...layers.get(one.layers[0]!), ...this.places(one) };
      const { name, title, advice, thresholds } = one.symptom;
      return { name, title, advice, because, evidence: fill(one.symptom.evidence, { ...thresholds, ...words }) };
    });
  }

  private ask(): { run: Measured; layers: Map<string, Measured>; strengths: Map<string, Strengths> } {
    const run = ofTheRun(this.watch, this.trainer);
    const layers = ofLayers(this.watch.looks, this.trainer);
    const strengths = new Map<string, Strengths>();
    for (const symptom of Object.values(RAVINE_TRAINING.symptoms)) {
      const asked = symptom.ofALayer ? [...layers] : [["", {}] as [string, Measured]];
      const told = asked.map(([name, layer]): [string, number] => [name, strengthOf(symptom, { ...run, ...layer })]);
      strengths.set(symptom.name, new Map(told.filter(([, strength]) => !Number.isNaN(strength))));
    }
    return { run, layers, strengths };
  }

  private present(symptom: SymptomFacts, now: ReadonlyMap<string, Strengths>): Present[] {
    const { past } = this;
    const before = past.slice(past.length - symptom.persists, -1);
    if (past.length < symptom.persists) return [];
    const strengths = [...now.get(symptom.name)!].map(([layer, strength]): [string, number] => {
      return [layer, Math.min(strength, ...before.map((look) => look.get(symptom.name)!.get(layer) ?? 0))];
    });
    const shown = strengths.filter(([, strength]) => strength >= 1).sort(([, a], [, b]) => b - a);
    if (shown.length === 0) return [];
    const [worst, strength] = shown[0]!;
    let since = past.length;
    while (since > Math.max(1, past.length - BACK) && past[since - 2]!.get(symptom.name)!.get(worst)! >= 1) since--;
    const { failure } = this.trainer;
    const step = failure !== null && symptom.weight === "broken" ? failure.step : this.watch.looks[since - 1]!.step;
    return [{ symptom, layers: shown.map(([layer]) => layer), step, strength }];
  }

  /** The words of a sentence that are no measurements. */
  private places({ layers, step }: Present): Record<string, string | number> {
    const more = layers.length - 1;
    const bad = this.trainer.gradients.flatMap(({ weights, biases }, l) => [
      ...(weights.every(Number.isFinite) ? [] : [`${l + 1}.weight`]),
      ...(biases.every(Number.isFinite) ? [] : [`${l + 1}.bias`]),
    ]);
    return {
      layer: layers[0] || "the network",
      others: more < 1 ? "" : more === 1 ? " and of one more layer" : ` and of ${more} more layers`,
      step,
      where: bad.slice(0, 3).join(", ") + (bad.length > 3 ? " and others" : ""),
    };
  }
}

function strengthOf({ measurements, strength }: SymptomFacts, measured: Measured): number {
  return strength(...measurements.map((name) => measured[name] ?? NaN));
}

/** Without what contradicts a finding that comes before it. */
function consistent(found: readonly Present[]): Present[] {
  const kept: Present[] = [];
  for (const one of found) {
    const { name, contradicts } = one.symptom;
    if (!kept.some(({ symptom }) => contradicts.includes(symptom.name) || symptom.contradicts.includes(name)))
      kept.push(one);
  }
  return kept;
}

/** By weight, then by when it began; but what another finding explains comes after that one, and says so. */
function ordered(found: readonly Present[]): [Present, because: string][] {
  const rank = (one: Present) => WEIGHTS.indexOf(one.symptom.weight);
  const sorted = [...found].sort((a, b) => rank(a) - rank(b) || a.step - b.step || b.strength - a.strength);
  const put = new Map<string, [Present, string]>();
  const place = (one: Present, above: readonly string[]): void => {
    const { name } = one.symptom;
    const causes = sorted.filter(({ symptom }) => symptom.explains.includes(name) && !above.includes(symptom.name));
    for (const cause of causes) if (!put.has(cause.symptom.name)) place(cause, [...above, name]);
    if (!put.has(name)) put.set(name, [one, causes[0]?.symptom.title ?? ""]);
  };
  for (const one of sorted) place(one, [one.symptom.name]);
  return [...put.values()];
}
