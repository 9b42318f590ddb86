import { hessian, invert, minimise, type Objective } from "./minimise.js";

export interface Maximum<Name extends string> {
  parameters: Record<Name, number>;
  /** By the curvature at the optimum; null when it leaves the size of one unknown. */
  standard_errors: Record<Name, number> | null;
  log_likelihood: number;
  iterations: number;
  /** Of the log-likelihood by the logarithms of the parameters, over all rows. */
  gradient_norm: number;
  converged: boolean;
  /** The sizes of all of these parameters are unknown, or would be if the others were known: the optimum lies where they go to 0 or to infinity. */
  flat: (names: readonly Name[]) => boolean;
}

/** A standard error of a parameter's logarithm above which its size is not known: a factor of 20 either way. */
const unknown = 3;

/** Standard errors of logarithms from the mean curvature of so many observations; null where it has no inverse. */
function errorsOf(curvature: Float64Array, size: number, weight: number): number[] | null {
  const inverse = invert(curvature, size);
  return inverse && Array.from({ length: size }, (_, i) => Math.sqrt((inverse[i * size + i] ?? 0) / weight));
}

const known = (error: number): boolean => error < unknown;

/**
 * The parameters, all positive, that make the data most likely. `objective` gives the mean negative log-likelihood of an observation at
 * logarithms of the parameters, with its gradient; `weight` is how many observations there are; starts are parameters.
 */
export function maximumLikelihood<Name extends string>(
  names: readonly Name[],
  objective: Objective,
  weight: number,
  starts: readonly Record<Name, number>[],
): Maximum<Name> {
  const n = names.length;
  const logs = starts.map((start) => names.map((name) => Math.log(start[name])));
  const found = minimise(objective, logs, { tolerance: 1e-10, longest_step: 2 });
  const curvature = hessian(objective, found.point);
  const errors = errorsOf(curvature, n, weight);
  const at = (i: number): number => Math.exp(found.point[i] ?? 0);
  const record = (value: (i: number) => number): Record<Name, number> => Object.fromEntries(names.map((name, i) => [name, value(i)])) as Record<Name, number>;
  return {
    parameters: record(at),
    standard_errors: errors?.every(known) ? record((i) => at(i) * (errors[i] ?? 0)) : null,
    log_likelihood: -found.value * weight,
    iterations: found.iterations,
    gradient_norm: found.gradient_norm * weight,
    // rounding may hide the last steps of a large sum
    converged: found.gradient_norm < 1e-7,
    flat: (some) => {
      const places = some.map((name) => names.indexOf(name));
      const block = Float64Array.from(places.flatMap((i) => places.map((j) => curvature[i * n + j] ?? 0)));
      return !errorsOf(block, some.length, weight)?.every(known) || places.every((i) => errors !== null && !known(errors[i] ?? 0));
    },
  };
}
