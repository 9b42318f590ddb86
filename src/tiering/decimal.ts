/** Exact decimal arithmetic on texts, for the sums a person checks by hand. Six decimals. */
const SCALE = 1_000_000n;

/** '12.5' as a whole number of millionths; digits beyond are rounded half away from zero, as the warehouse does. */
export function millionths(text: string | number): bigint {
  const plain = typeof text === "number" ? text.toFixed(6) : text;
  const found = /^(-?)(\d*)(?:\.(\d*))?$/.exec(plain.trim());
  if (found === null) throw new Error(`${plain} is no decimal`);
  const [, sign, whole = "0", fraction = ""] = found;
  const kept = BigInt(`${whole === "" ? "0" : whole}${fraction.slice(0, 6).padEnd(6, "0")}`) + (Number(fraction[6] ?? 0) >= 5 ? 1n : 0n);
  return sign === "-" ? -kept : kept;
}

/** Millionths times millionths, rounded half away from zero to millionths. */
export function times(a: bigint, b: bigint): bigint {
  const product = a * b;
  const half = product < 0n ? -SCALE / 2n : SCALE / 2n;
  return (product + half) / SCALE;
}

/** Millionths as text without trailing zeros. */
export function decimalText(value: bigint): string {
  const positive = value < 0n ? -value : value;
  const digits = positive.toString().padStart(7, "0");
  const fraction = digits.slice(-6).replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -6)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** A decimal as the warehouse writes it, without trailing zeros: '77183.6000' is 77183.6. */
export const trimmed = (text: string): string => (/^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, "") : text);
