import { type Grouped, group, sampled } from "./groups.js";
import { type Fit, type Fitting, type FitWarning, type Histories, refuse } from "./histories.js";
import { hessian, invert, type Minimum, minima, minimise, type Objective } from "./minimise.js";
import { fitNbd, type Nbd } from "./nbd.js";

/** A fit of a model of purchases and dropout. */
export interface PurchaseFit<Name extends string> extends Fit<Name> {
  /** The same data without dropout, and twice the difference of the log-likelihoods. */
  without_dropout: Nbd;
  likelihood_ratio: number;
  /** Sum of the weights. */
  histories: number;
}

/** What a model brings to be fitted: its likelihood by the logarithms of two parameters of purchases and two of dropout, and where to start. */
export interface Fittable<Name extends string> {
  model: string;
  names: readonly [shapeOfRates: Name, scaleOfRates: Name, shapeOfDropout: Name, dropout: Name];
  objective: (grouped: Grouped) => Objective;
  /** Points from one of which the highest optimum is found, one of them where many leave at once; given the fit without dropout and the mean time observed. */
  starts: (nbd: Nbd, age: number) => readonly (readonly number[])[];
}

/** Where there are more different rows, a sample of so many is fitted from all starts, and all rows from the optimum of it. */
const few = 192;
/** The variance of a parameter's logarithm by one history, above which a sample does not tell it: that of β of Pareto/NBD is 700 where all is well. */
const vague = 2048;
/** Twice the log-likelihood that the two parameters of dropout add below which the data do not know of it. UCI Online Retail: 0.24 by BG/NBD, 0.04 by MBG/NBD, 0 by Pareto/NBD. */
const noDropout = 1;
/** Minima of a sample with all parameters within so many standard errors are one; one whose log-likelihood over the sample's rows is lower by `doubt` is not that of all. */
const [apart, doubt] = [2, 5];
const longest_step = 2;
/** Of the mean log-likelihood's gradient; Newton's steps go on from there. */
const tolerance = 1e-7;

function lowest<Name extends string>(model: Fittable<Name>, grouped: Grouped, objective: Objective, nbd: Nbd): Minimum {
  const age = grouped.weight.reduce((sum, w, i) => sum + w * (grouped.t.values[grouped.t.of[i] ?? 0] ?? 0), 0) / grouped.total;
  const starts = model.starts(nbd, age).map((start) => start.map(Math.log));
  const closely = (rough: Minimum, inverse?: Float64Array): Minimum => {
    const best = minimise(objective, [rough.point], { longest_step, tolerance, inverse });
    return { ...best, iterations: rough.iterations + best.iterations };
  };
  // a larger sample where the smaller one does not tell all of the parameters
  for (const size of [few, Math.max(4 * few, grouped.weight.length / 40)]) {
    if (grouped.weight.length < 1.5 * size) break;
    const some = model.objective(sampled(grouped, size));
    const rivals = rivalsOf(some, minima(some, starts, { longest_step, tolerance: 1e-3 }), size);
    if (rivals === null) continue;
    const found = rivals.map(({ minimum, inverse }) => closely(minimum, inverse));
    return found.reduce((best, one) => (one.value < best.value ? one : best));
  }
  // what some do not tell all may, and a boundary is not left again: from the starts once more
  return closely(minimise(objective, starts, { longest_step, tolerance: 1e-4 }));
}

/** A minimum of a sample, with the inverse of the curvature there. */
interface Rival {
  minimum: Minimum;
  inverse: Float64Array;
}

/** Different minima of a sample of so many rows, the lowest first, of which it does not tell the lowest for all; null when it does not tell all parameters of one of them. */
function rivalsOf(some: Objective, found: readonly Minimum[], size: number): Rival[] | null {
  const rivals: Rival[] = [];
  for (const minimum of found) {
    const { point, value } = minimum;
    const n = point.length;
    const near = ({ minimum: other, inverse }: Rival): boolean =>
      point.every((log, i) => Math.abs(log - (other.point[i] ?? 0)) < apart * Math.sqrt((inverse[i * n + i] ?? 0) / size));
    if (rivals.some((rival) => near(rival) || (value - rival.minimum.value) * size > doubt)) continue;
    const inverse = invert(hessian(some, point), n);
    if (inverse === null || point.some((_, i) => (inverse[i * n + i] ?? 0) > Math.max(vague, 4 * size))) return null;
    rivals.push({ minimum, inverse });
  }
  return rivals;
}

/** Newton's steps with a given inverse of the curvature, while they make the gradient smaller: the last digits that a line search cannot see. */
function newton(objective: Objective, start: Float64Array, inverse: Float64Array): { point: Float64Array; value: number; gradient_norm: number } {
  const n = start.length;
  const at = (point: Float64Array) => {
    const gradient = new Float64Array(n);
    const value = objective(point, gradient);
    return { point, value, gradient, gradient_norm: gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0) };
  };
  let here = at(start);
  for (let step = 0; step < 8 && here.gradient_norm > 1e-12; step++) {
    const { point, gradient } = here;
    const next = at(point.map((value, i) => value - gradient.reduce((sum, slope, j) => sum + (inverse[i * n + j] ?? 0) * slope, 0)));
    if (!(next.gradient_norm < 0.5 * here.gradient_norm)) return next.gradient_norm < here.gradient_norm ? next : here;
    here = next;
  }
  return here;
}

/** Standard errors of the logarithms beyond this are no knowledge: a flat direction, followed until the gradient vanished. */
const unknown = (histories: number): number => Math.min(10, Math.max(1, 1000 / Math.sqrt(histories)));

/** ln of a shape of 10 000: a spread of one in a hundred is none. */
const oneForAll = Math.log(1e4);

function warningsOf(found: Minimum, ratio: number, errors: readonly number[] | null, histories: number): FitWarning[] {
  const warnings: FitWarning[] = [];
  const flat = (i: number): boolean => (errors?.[i] ?? 0) > unknown(histories);
  const [shapeOfRates = 0, , shapeOfDropout = 0] = found.point;
  if (found.gradient_norm > 1e-6) warnings.push("not_converged");
  if (shapeOfRates > oneForAll || flat(0) || flat(1)) warnings.push("rates_not_identified");
  if (ratio < noDropout) warnings.push("dropout_not_identified");
  else if (shapeOfDropout > oneForAll || flat(2) || flat(3)) warnings.push("dropout_spread_not_identified");
  else if (errors === null) warnings.push("no_curvature");
  return warnings;
}

/** Maximum likelihood of a model of purchases and dropout, with standard errors by the delta method. */
export function fitPurchases<Name extends string>(model: Fittable<Name>, histories: Histories): Fitting<PurchaseFit<Name>> {
  const refusal = refuse(histories);
  if (refusal !== null) return refusal;
  const grouped = group(histories);
  const { total } = grouped;
  const nbd = fitNbd(grouped);
  const objective = model.objective(grouped);
  const rough = lowest(model, grouped, objective, nbd);
  const inverse = invert(hessian(objective, rough.point), rough.point.length);
  const found = inverse === null ? rough : { ...rough, ...newton(objective, rough.point, inverse) };
  const errors = inverse === null ? null : model.names.map((_, i) => Math.sqrt((inverse[i * model.names.length + i] ?? 0) / total));
  // on the boundary the two are the same but for the last digits
  const likelihood_ratio = Math.max(0, 2 * (-found.value * total - nbd.log_likelihood));
  const warnings = warningsOf(found, likelihood_ratio, errors, total);
  const record = (value: (i: number) => number): Record<Name, number> => {
    const [p, q, s, t] = model.names;
    return { [p]: value(0), [q]: value(1), [s]: value(2), [t]: value(3) } as Record<Name, number>;
  };
  const parameter = (i: number): number => Math.exp(found.point[i] ?? 0);
  const identified = warnings.length === 0 && errors !== null;
  return {
    outcome: "fitted",
    fit: {
      model: model.model,
      parameters: record(parameter),
      standard_errors: identified ? record((i) => parameter(i) * (errors[i] ?? 0)) : null,
      log_likelihood: -found.value * total,
      iterations: found.iterations,
      gradient_norm: found.gradient_norm * total,
      identified,
      warnings,
      without_dropout: nbd,
      likelihood_ratio,
      histories: total,
    },
  };
}
