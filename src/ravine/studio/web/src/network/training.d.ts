// What static/training.js defines before the bundle of the network runs. Python writes it from the registries
// (studio/training_script.py): loops over whole arrays, in place.

/** See ravine/backends/javascript_arrays.py. K is the numbers of one step. */
interface RuleLoops {
  keywords: string[]; // the first numbers of K: "t" and hyperparameters
  stepState: Record<string, number | string>; // the next ones, with their starts
  state: Record<string, number | string>; // an array each, with its start, which may be "theta"
  size: number; // how many numbers K has
  begin: (K: Float64Array) => void;
  ahead: ((K: Float64Array, theta: Float64Array, out: Float64Array, ...state: Float64Array[]) => void) | null;
  update: (K: Float64Array, theta: Float64Array, g: Float64Array, ...state: Float64Array[]) => void;
}

interface ActivationLoops {
  /** y = f(x) for the first n. */
  value: (x: Float64Array, y: Float64Array, n: number) => void;
  /** d *= f′(x) for the first n. */
  chain: (x: Float64Array, d: Float64Array, n: number) => void;
}

interface ActivationFacts extends ActivationLoops {
  name: string;
  title: string;
  torch: string; // how PyTorch's own module is made
}

type Distribution = "uniform" | "normal" | "truncated" | "signs" | "constant";

/** What a layer's first weights and biases are drawn from, and the size of each by its fans. */
interface InitializerFacts {
  name: string;
  title: string;
  distribution: Distribution;
  biasDistribution: Distribution;
  size: (fanIn: number, fanOut: number) => number;
  biasSize: (fanIn: number, fanOut: number) => number;
}

/** See ravine.symptoms: how strongly a fault shows in what is measured, and what is said of it then. */
interface SymptomFacts {
  name: string;
  title: string;
  evidence: string; // with measurements in braces, as Python formats them: "{loss:.4g}"
  advice: string;
  persists: number; // looks in a row
  weight: "broken" | "fault" | "advice";
  explains: string[];
  contradicts: string[]; // either way: of two such findings, the first is told
  measurements: string[]; // what `strength` takes, in order
  ofALayer: boolean;
  thresholds: Record<string, number>;
  strength: (...measured: number[]) => number; // it is there from 1 on; NaN where something was not measured
}

interface TrainingData {
  rules: Record<string, RuleLoops>;
  activations: Record<string, ActivationFacts>;
  initializers: Record<string, InitializerFacts>;
  symptoms: Record<string, SymptomFacts>; // those that a page can show
}

declare const RAVINE_TRAINING: TrainingData;
