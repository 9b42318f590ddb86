/** A share of 0 to 1 as people read it, in columns of the same width. */
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

/** In a sentence, and as exact as people write shares: 15 %, 2.5 %. */
export const exactPercent = (share: number): string => `${Number((100 * share).toFixed(2))} %`;
