import "../ui/no-eval.js";

import type { Fact } from "../../../src/customer/schema.js";
import { channelLabels } from "../../../src/outreach/schema.js";
import type { Text } from "../../../src/platform/schema.js";

const money = { deposit: { zh: "存款", en: "Deposit" }, investment: { zh: "投资", en: "Investment" }, loan: { zh: "贷款", en: "Loan" } } as const;

const { call, wechat, sms, email } = channelLabels;

const channels = {
  phone: { zh: "电话", en: "Phone" },
  wechat,
  sms,
  email,
  branch: { zh: "网点", en: "Branch" },
  event: { zh: "活动", en: "Event" },
  app: { zh: "手机应用", en: "App" },
  mobile: { zh: "手机银行", en: "Mobile banking" },
  online: { zh: "网上银行", en: "Online banking" },
  counter: { zh: "柜台", en: "Counter" },
  atm: { zh: "自助机", en: "ATM" },
} as const;

/** Words for the codes that banks' files have most often, by fact and column: those of the sample. Others are shown as they came. */
const kinds: Partial<Record<Fact, Readonly<Record<string, Readonly<Record<string, Text>>>>>> = {
  holding: {
    kind: {
      ...money,
      account: { zh: "账户", en: "Account" },
      wealth: { zh: "理财", en: "Wealth product" },
      fund: { zh: "基金", en: "Fund" },
      metal: { zh: "贵金属", en: "Precious metal" },
      insurance: { zh: "保险", en: "Insurance" },
      credit: { zh: "授信", en: "Credit line" },
      card: { zh: "银行卡", en: "Card" },
    },
  },
  balance: { kind: money },
  transaction: {
    kind: {
      deposit: { zh: "存入", en: "Deposit" },
      withdrawal: { zh: "支取", en: "Withdrawal" },
      transfer: { zh: "转账", en: "Transfer" },
      card_payment: { zh: "刷卡消费", en: "Card payment" },
      salary: { zh: "工资", en: "Salary" },
    },
    channel: channels,
  },
  interaction: {
    kind: {
      call,
      wechat,
      sms,
      email,
      visit: { zh: "面访", en: "Visit" },
      click: { zh: "点击", en: "Click" },
      attendance: { zh: "参加活动", en: "Attendance" },
      referral: { zh: "推荐", en: "Referral" },
      complaint: { zh: "投诉", en: "Complaint" },
    },
    channel: channels,
    direction: { in: { zh: "客户发起", en: "From the customer" }, out: { zh: "我方发起", en: "From us" } },
  },
};

/** What a code of a fact's column is called; undefined: it has no words of its own. */
export const kindWords = (fact: Fact, column: string, code: string): Text | undefined => {
  const known = kinds[fact]?.[column];
  return known !== undefined && Object.hasOwn(known, code) ? known[code] : undefined;
};
