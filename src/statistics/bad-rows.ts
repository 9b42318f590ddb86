/** Row counted from 0. */
export interface BadRow<Of extends string> {
  row: number;
  rule: Of;
}

const mostBadRows = 100;

/** The rows that break a rule (the first hundred, and how many in all); null when none does. */
export function badRows<Of extends string>(
  length: number,
  ruleOf: (row: number) => Of | null,
): { outcome: "bad_rows"; rows: BadRow<Of>[]; count: number } | null {
  const rows: BadRow<Of>[] = [];
  let count = 0;
  for (let row = 0; row < length; row++) {
    const rule = ruleOf(row);
    if (rule === null) continue;
    count++;
    if (rows.length < mostBadRows) rows.push({ row, rule });
  }
  return count === 0 ? null : { outcome: "bad_rows", rows, count };
}
