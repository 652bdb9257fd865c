// Hyperparameters as a person turns them: what a slider's position means.

/** A slider from 0 to 1 over a hyperparameter's useful values. */
export interface Scale {
  toValue: (position: number) => number;
  toPosition: (value: number) => number;
}

/**
 * The scale of a hyperparameter: decades for rates and eps, decades of 1 − value for what must stay below 1 (a beta of
 * 0.99 is as far from 0.9 as 0.999 from 0.99), and plain for the rest. Where 0 is allowed it is the lower end.
 */
export function scaleOf(known: Hyperparameter): Scale {
  if (known.high === Infinity && known.low >= 0) return decades(...decadesOf(known), known.holdsLow);
  if (known.low === 0 && known.high === 1 && !known.holdsHigh) return complement(5);
  const low = Number.isFinite(known.low) ? known.low : known.default - 10;
  const high = Number.isFinite(known.high) ? known.high : known.default + 10;
  return linear(low, high);
}

/** The decades that a slider spans: those of the rates for a rate, else some around the default. */
function decadesOf(known: Hyperparameter): [number, number] {
  const rates = RAVINE.rates;
  if (known.name === "lr") return [Math.log10(rates[0]!) - 1, Math.log10(rates[rates.length - 1]!)];
  if (known.name === "eps") return [-12, 1];
  if (known.default === 0) return [-6, 1];
  const middle = Math.round(Math.log10(known.default));
  return [middle - 4, middle + 3];
}

function decades(from: number, to: number, zero: boolean): Scale {
  const value = (position: number) => tidy(10 ** (from + (to - from) * position));
  return {
    toValue: (position) => (zero && position <= 0 ? 0 : value(position)),
    toPosition: (number) => (number <= 0 ? 0 : clamp((Math.log10(number) - from) / (to - from))),
  };
}

function complement(span: number): Scale {
  return {
    toValue: (position) => {
      const rest = 10 ** (-span * position);
      // As many digits of 1 − value as a person can tell apart.
      const digits = Math.ceil(-Math.log10(rest)) + 1;
      return Number((1 - rest).toFixed(digits));
    },
    toPosition: (number) => clamp(number >= 1 ? 1 : -Math.log10(1 - number) / span),
  };
}

function linear(low: number, high: number): Scale {
  return {
    toValue: (position) => tidy(low + (high - low) * position),
    toPosition: (number) => clamp((number - low) / (high - low)),
  };
}

/** Three digits: a slider claims no more. */
function tidy(value: number): number {
  return Number(value.toPrecision(3));
}

function clamp(position: number): number {
  return Math.min(1, Math.max(0, position));
}
