import { idOf } from "./customers.js";
import type { Days } from "./days.js";
import type { Clientele } from "./means.js";
import { type File, rowsOf } from "./rows.js";

/** A little of what real files have in them: each of these lines is set aside with its reason. */
export function dirt(seed: number, days: Days, clientele: Clientele): Record<File, string[]> {
  const { until } = days;
  const one = idOf("person", 1);
  return {
    products: [],
    customers: [
      `,person,无号客户,女,1990-01-01,,,,,城东区,城东支行,${until}`, // no id
      `P999901,person,错误日期,男,1985-02-30,,,,,城西区,城西支行,${until}`, // a day that never was
      `P999902,vip,错误类型,男,1985-02-03,,,,,城西区,城西支行,${until}`, // no such kind
      `P999903,person,少了几列,男`, // cut off
      // the first person once more: the later row counts, and the one before is set aside
      (rowsOf.person(seed, 1, days, clientele).customers[0] ?? []).join(","),
    ],
    balances: [`${one},${one}-D9,deposit,${until},不详`, `${one},${one}-D9,deposit`, `,${one}-D9,deposit,${until},100.00`],
    transactions: [
      `T-BAD-1,${one},${until.slice(0, 7)}-32 10:00:00,transfer,mobile,100.00`,
      `T-BAD-2,,${until} 10:00:00,transfer,mobile,100.00`,
      `T-BAD-3,${one},${until} 10:00:00,transfer,mobile,一百元`,
    ],
    holdings: [`H-BAD-1,${one},card,标准信用卡,正常,0.00,去年三月,,`, `H-BAD-2,${one},wealth,稳健90天理财,正常,五万,${until},,`],
    interactions: [`I-BAD-1,${one},上周二,call,phone,out,节日问候`, `I-BAD-2,,${until} 10:00:00,call,phone,out,节日问候`],
    attributes: [`,credit_target,${until},,100`, `${one},credit_target,${until},,很多`],
  };
}
