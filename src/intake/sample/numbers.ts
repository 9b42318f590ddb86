import type { Sex } from "./names.js";

const padded = (number: number, length: number): string => String(number).padStart(length, "0");

/** 160 is a block no operator has. Different people have different numbers: 7919 shares no factor with the block's size. */
export const nobodysPhone = (n: number): string => `160${padded((n * 7919) % 100_000_000, 8)}`;

/** The check digit of a mainland identity card (GB 11643). */
function identityCheck(first17: string): string {
  const sum = [...first17].reduce((total, digit, i) => total + Number(digit) * (2 ** (17 - i) % 11), 0);
  return "10X98765432"[sum % 11] ?? "0";
}

/** Region 99 is on no identity card. The 17th digit is odd for men, as on real ones. */
export function nobodysIdNumber(n: number, birthOn: string, sex: Sex): string {
  const order = (n % 500) * 2 + (sex === "男" ? 1 : 0);
  const first17 = `99${padded(Math.floor(n / 500) % 10_000, 4)}${birthOn.replaceAll("-", "")}${padded(order, 3)}`;
  return `${first17}${identityCheck(first17)}`;
}

const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/** A unified social credit code (GB 32100) of region 99, where nothing is registered. */
export function nobodysCreditCode(n: number): string {
  const first17 = `91990000${padded(n, 9)}`;
  let weight = 1;
  let sum = 0;
  for (const digit of first17) {
    sum += alphabet.indexOf(digit) * weight;
    weight = (weight * 3) % 31;
  }
  return `${first17}${alphabet[(31 - (sum % 31)) % 31] ?? "0"}`;
}
