import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { sampleCustomer } from "./customers.js";
import { balances, holdings, means, transactions } from "./money.js";
import { monthEnds, random } from "./random.js";

export interface SampleOptions {
  customers: number;
  organisations: number;
  seed: number;
  /** The last day of the sample, YYYY-MM-DD; everything lies in the two years before it. */
  until: string;
}

const MONTHS = 24;

const heads = {
  customers: ["客户号", "客户类型", "名称", "性别", "出生日期", "手机", "邮箱", "证件号", "地址", "地区", "机构", "开户日期"],
  balances: ["客户号", "账号", "余额类型", "日期", "余额"],
  transactions: ["流水号", "客户号", "交易时间", "交易类型", "渠道", "金额"],
  holdings: ["合约号", "客户号", "合约类型", "产品", "状态", "金额", "开立日期", "到期日期", "关闭日期"],
  attributes: ["客户号", "属性", "日期", "文本值", "数值"],
} as const;

type File = keyof typeof heads;

/** A little of what real files have in them: each of these lines is set aside with its reason. */
const dirt: Record<File, (until: string) => string[]> = {
  customers: (until) => [`,person,无号客户,女,1990-01-01,,,,,城东区,城东支行,${until}`, `P999901,person,错误日期,男,1985-02-30,,,,,城西区,城西支行,${until}`],
  balances: (until) => [`P000001,P000001-D9,deposit,${until},不详`, `P000002,P000002-D9,deposit`],
  transactions: (until) => [
    `T-BAD-1,P000001,${until.slice(0, 7)}-32 10:00:00,transfer,mobile,100.00`,
    `T-BAD-2,,${until} 10:00:00,transfer,mobile,100.00`,
    `T-BAD-3,P000003,${until} 10:00:00,transfer,mobile,一百元`,
  ],
  holdings: () => [`H-BAD-1,P000001,card,信用卡,正常,0.00,去年三月,,`],
  attributes: (until) => [`,credit_target,${until},,100`],
};

/**
 * Write a small bank as CSV files into a folder: customers, monthly balances, transactions, holdings, attributes. The
 * same options give the same bytes. Every tier of the presets has members, and nobody in it exists.
 */
export async function writeSampleBank(directory: string, { customers, organisations, seed, until }: SampleOptions): Promise<void> {
  const files = Object.fromEntries((Object.keys(heads) as File[]).map((file) => [file, sink(join(directory, `${file}.csv`), heads[file])])) as Record<
    File,
    ReturnType<typeof sink>
  >;
  const days = monthEnds(until, MONTHS);
  let transaction = 0;
  for (let i = 0; i < customers + organisations; i++) {
    const kind = i < customers ? "person" : "organisation";
    const n = i < customers ? i + 1 : i - customers + 1;
    const draw = random(seed * 1_000_003 + i);
    const customer = sampleCustomer(draw, kind, n, until);
    const has = means(draw, customer, n);
    const { id, name, sex, birthOn, phone, email, idNumber, address, region, branch, sinceOn } = customer;
    await files.customers.row([id, customer.kind, name, sex, birthOn, phone, email, idNumber, address, region, branch, sinceOn]);
    for (const row of balances(draw, customer, has, days)) await files.balances.row(row);
    for (const row of transactions(draw, customer, has, until)) await files.transactions.row([`T${String(++transaction).padStart(9, "0")}`, ...row]);
    for (const row of holdings(draw, customer, has, until)) await files.holdings.row(row);
    if (has.key) await files.attributes.row([customer.id, "key_customer", customer.sinceOn, "是", ""]);
    if (has.creditTarget !== undefined) await files.attributes.row([customer.id, "credit_target", customer.sinceOn, "", has.creditTarget.toFixed(2)]);
  }
  for (const file of Object.keys(files) as File[]) {
    for (const line of dirt[file](until)) await files[file].line(line);
    await files[file].end();
  }
}

/** A CSV written as fast as the disk takes it. */
function sink(path: string, head: readonly string[]) {
  const stream = createWriteStream(path);
  const line = async (text: string): Promise<void> => {
    if (!stream.write(`${text}\n`)) await once(stream, "drain");
  };
  stream.write(`${head.join(",")}\n`);
  return {
    line,
    row: (cells: readonly string[]): Promise<void> => line(cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")),
    end: async (): Promise<void> => {
      stream.end();
      await once(stream, "close");
    },
  };
}
