import { describe, expect, test } from "vitest";
import { hessian, invert, minimise, type Objective } from "./minimise.js";

const rosenbrock: Objective = (point, gradient) => {
  gradient.fill(0);
  let sum = 0;
  for (let i = 0; i + 1 < point.length; i++) {
    const [x, y] = [point[i] ?? 0, point[i + 1] ?? 0];
    sum += 100 * (y - x * x) ** 2 + (1 - x) ** 2;
    gradient[i] = (gradient[i] ?? 0) - 400 * x * (y - x * x) - 2 * (1 - x);
    gradient[i + 1] = (gradient[i + 1] ?? 0) + 200 * (y - x * x);
  }
  return sum;
};

/** Beale 1958: a flat valley, minimum 0 at (3, 1/2). */
const beale: Objective = (point, gradient) => {
  const [x, y] = [point[0] ?? 0, point[1] ?? 0];
  let sum = 0;
  gradient.fill(0);
  [1.5, 2.25, 2.625].forEach((target, i) => {
    const power = i + 1;
    const rest = target - x + x * y ** power;
    sum += rest * rest;
    gradient[0] = (gradient[0] ?? 0) + 2 * rest * (y ** power - 1);
    gradient[1] = (gradient[1] ?? 0) + 2 * rest * x * power * y ** (power - 1);
  });
  return sum;
};

/** x − ln x with a wall at zero: values that are not finite lie in the way. */
const walled: Objective = (point, gradient) => {
  const x = point[0] ?? 0;
  gradient[0] = 1 - 1 / x;
  return x > 0 ? x - Math.log(x) : Number.NaN;
};

/** Two hollows, the lower one at +1. */
const hollows: Objective = (point, gradient) => {
  const x = point[0] ?? 0;
  gradient[0] = 4 * x * (x * x - 1) - 0.1;
  return (x * x - 1) ** 2 - 0.1 * x;
};

describe("minimise", () => {
  test("Rosenbrock's valley in two and ten dimensions", () => {
    for (const n of [2, 10]) {
      const found = minimise(rosenbrock, [new Float64Array(n).fill(-1.2).map((value, i) => (i % 2 === 0 ? value : 1))]);
      expect(found.converged).toBe(true);
      expect(found.gradient_norm).toBeLessThanOrEqual(1e-8);
      expect(found.iterations).toBeLessThan(200);
      // ten dimensions have a second hollow at −1 in the first coordinate: this start finds the true one
      for (const value of found.point) expect(value).toBeCloseTo(1, 7);
    }
  });

  test("Beale's flat valley, in steps of at most one", () => {
    const found = minimise(beale, [[1, 1]], { longest_step: 1 });
    expect(found.converged).toBe(true);
    expect(found.point[0]).toBeCloseTo(3, 6);
    expect(found.point[1]).toBeCloseTo(0.5, 6);
  });

  test("walls are walked round", () => {
    const found = minimise(walled, [[100], [1e-6]]);
    expect(found.converged).toBe(true);
    expect(found.point[0]).toBeCloseTo(1, 7);
  });

  test("of several starts the lowest minimum counts", () => {
    expect(minimise(hollows, [[-2]]).point[0]).toBeLessThan(0);
    expect(minimise(hollows, [[-2], [2], [-1]]).point[0]).toBeCloseTo(1.012, 2);
  });

  test("what did not converge says so", () => {
    const found = minimise(rosenbrock, [[-1.2, 1]], { most_iterations: 3 });
    expect(found).toMatchObject({ converged: false, iterations: 3 });
    expect(found.gradient_norm).toBeGreaterThan(1e-3);
    const down: Objective = (point, gradient) => {
      gradient[0] = -Math.exp(-(point[0] ?? 0));
      return Math.exp(-(point[0] ?? 0));
    };
    expect(minimise(down, [[0]]).gradient_norm).toBeLessThanOrEqual(1e-8);
    expect(minimise(() => Number.NaN, [[0]]).converged).toBe(false);
  });
});

describe("curvature", () => {
  test("second derivatives of Rosenbrock's function at its minimum, and their inverse", () => {
    const matrix = hessian(rosenbrock, Float64Array.of(1, 1));
    [802, -400, -400, 200].forEach((value, i) => {
      expect(matrix[i]).toBeCloseTo(value, 4);
    });
    const inverse = invert(matrix, 2);
    [0.5, 1, 1, 2.005].forEach((value, i) => {
      expect(inverse?.[i]).toBeCloseTo(value, 4);
    });
  });

  test("a saddle and a flat direction have no inverse", () => {
    expect(invert(Float64Array.of(1, 2, 2, 1), 2)).toBeNull();
    expect(invert(Float64Array.of(1, 1, 1, 1), 2)).toBeNull();
    expect(invert(Float64Array.of(0, 0, 0, 1), 2)).toBeNull();
    expect(invert(Float64Array.of(Number.NaN, 0, 0, 1), 2)).toBeNull();
  });
});
