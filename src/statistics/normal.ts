/** a[0] + a[1] x + … by Horner's rule. */
function polynomial(a: readonly number[], x: number): number {
  let sum = 0;
  for (let i = a.length - 1; i >= 0; i--) sum = sum * x + (a[i] ?? 0);
  return sum;
}

// Cody (1969), Rational Chebyshev approximations for the error function: erf near zero, erfc · exp(x²) up to 4 and beyond.
const near = {
  over: [3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655, 0.18577770618460315],
  under: [2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1],
};
const middle = {
  over: [
    1230.3393547979972, 2051.0783778260716, 1712.0476126340707, 881.952221241769, 298.6351381974001, 66.11919063714163, 8.883149794388377, 0.5641884969886701,
    2.1531153547440383e-8,
  ],
  under: [
    1230.3393548037495, 3439.3676741437216, 4362.619090143247, 3290.7992357334597, 1621.3895745666903, 537.1811018620099, 117.6939508913125, 15.744926110709835,
    1,
  ],
};
const far = {
  over: [-0.0006587491615298378, -0.016083785148742275, -0.12578172611122926, -0.36034489994980445, -0.30532663496123236, -0.016315387137302097],
  under: [0.0023352049762686918, 0.06051834131244132, 0.5279051029514285, 1.8729528499234673, 2.568520192289822, 1],
};

const ratio = ({ over, under }: { over: readonly number[]; under: readonly number[] }, x: number): number => polynomial(over, x) / polynomial(under, x);

/** exp(−z²/2), z² in two parts of which the first is exact: the square's lost digits would be multiplied by its size. */
function gaussian(z: number): number {
  const coarse = Math.trunc(z * 16) / 16;
  return Math.exp((-coarse * coarse) / 2) * Math.exp((-(z - coarse) * (z + coarse)) / 2);
}

/** The share above z, for z above 0.66. */
function above(z: number): number {
  const y = z * Math.SQRT1_2;
  if (y <= 4) return 0.5 * gaussian(z) * ratio(middle, y);
  const inverse = 1 / (y * y);
  return (0.5 * gaussian(z) * (1 / Math.sqrt(Math.PI) + inverse * ratio(far, inverse))) / y;
}

/** The share of a standard normal distribution below z, −∞ to ∞. Relative error about 1e-15, in the lower tail too (0 below −38.5). */
export function normalCdf(z: number): number {
  const size = Math.abs(z);
  if (size <= 0.66) return 0.5 + 0.5 * z * Math.SQRT1_2 * ratio(near, (z * z) / 2);
  if (size > 39) return z > 0 ? 1 : 0;
  return z > 0 ? 1 - above(size) : above(size);
}

// Wichura (1988), algorithm AS 241 (PPND16): the quantile in the middle, in the tails, and far out.
const central = {
  over: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  under: [1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854],
};
const tails = {
  over: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184,
    0.0007745450142783414,
  ],
  under: [1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9],
};
const farOut = {
  over: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5,
    2.0103343992922881e-7,
  ],
  under: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};

/** The z below which a share p of a standard normal distribution lies; p strictly between 0 and 1, a RangeError else. Relative error about 1e-15. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a normal quantile is of a share between 0 and 1, not of ${p}`);
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(central, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const z = r <= 5 ? ratio(tails, r - 1.6) : ratio(farOut, r - 5);
  return q < 0 ? -z : z;
}
