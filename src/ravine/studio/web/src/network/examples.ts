/** What a network learns from: `inputs` holds the examples one after the other, `width` numbers each. */
export interface Examples {
  width: number;
  count: number;
  inputs: Float64Array;
  targets: Float64Array; // the number of the class, or what a curve has there
}
