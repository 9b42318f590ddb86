/** A share of 0 to 1 as people read it, in columns of the same width. */
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

/** In a sentence, and as exact as people write shares: 15 %, 2.5 %. */
export const exactPercent = (share: number): string => `${Number((100 * share).toFixed(2))} %`;

/** An amount with its thousands apart and always as many digits: 1,234.50. An exact text goes through no float. */
export const amount = (value: string | number, digits: number): string =>
  new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value as number);
