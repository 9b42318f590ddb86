import { z } from "zod";

/**
 * The canonical facts. One zod object per noun; every column carries its label in both languages, how the warehouse
 * stores it (`sql`), and, where the column names a person, `secrecy`. Types, intake mapping, table definitions,
 * model checking, forms and masking all read these objects.
 */
export const SqlType = z.enum(["varchar", "decimal(18,4)", "date", "timestamp", "boolean"]);
export type SqlType = z.infer<typeof SqlType>;

export interface ColumnMeta {
  label: { zh: string; en: string };
  sql: SqlType;
  /** How a value is hidden from those who may not see it. */
  secrecy?: "name" | "phone" | "email" | "id_number" | "address" | "birthday" | "account";
  /** Anybody's own words, which may name somebody: hidden from the same readers, but a model may use them. */
  free?: true;
  /** A row without a value is one of its own: counting different values counts it. */
  alone?: true;
  /** Used when the source says nothing. */
  fallback?: string;
}

const text = (zh: string, en: string, more: Partial<ColumnMeta> = {}) =>
  z
    .string()
    .nullable()
    .meta({ label: { zh, en }, sql: "varchar", ...more });
const money = (zh: string, en: string) => z.string().nullable().meta({ label: { zh, en }, sql: "decimal(18,4)" });
const day = (zh: string, en: string, more: Partial<ColumnMeta> = {}) =>
  z
    .string()
    .nullable()
    .meta({ label: { zh, en }, sql: "date", ...more });
const moment = (zh: string, en: string) => z.string().meta({ label: { zh, en }, sql: "timestamp" });
const id = () => z.string().meta({ label: { zh: "客户号", en: "Customer id" }, sql: "varchar" });

/** A person, an organisation, or an account manager as a subject of tiering. */
export const SubjectKind = z.enum(["person", "organisation", "manager"]);
export type SubjectKind = z.infer<typeof SubjectKind>;

/** Master data of a customer as one source tells it. */
export const Customer = z.object({
  customer_id: id(),
  kind: text("主体类型", "Kind", { fallback: "person" }),
  name: text("姓名/名称", "Name", { secrecy: "name" }),
  sex: text("性别", "Sex"),
  birth_on: day("出生日期", "Born on", { secrecy: "birthday" }),
  phone: text("电话", "Phone", { secrecy: "phone" }),
  email: text("电子邮箱", "E-mail", { secrecy: "email" }),
  id_number: text("证件号", "ID number", { secrecy: "id_number" }),
  address: text("地址", "Address", { secrecy: "address" }),
  region: text("地区", "Region"),
  branch: text("机构", "Branch"),
  since_on: day("开户日期", "Customer since"),
});
export type Customer = z.infer<typeof Customer>;

/** Something a customer can hold or buy. */
export const Product = z.object({
  product: z.string().meta({ label: { zh: "产品代码", en: "Product" }, sql: "varchar" }),
  title: text("产品名称", "Title"),
  family: text("产品大类", "Family"),
});
export type Product = z.infer<typeof Product>;

/** A contract in force: account, card, loan, plan, policy. */
export const Holding = z.object({
  customer_id: id(),
  holding_ref: text("合约号", "Contract", { secrecy: "account" }),
  kind: text("合约类型", "Kind"),
  product: text("产品", "Product"),
  status: text("状态", "Status"),
  amount: money("金额", "Amount"),
  opened_on: day("开立日期", "Opened on"),
  matures_on: day("到期日期", "Matures on"),
  closed_on: day("关闭日期", "Closed on"),
});
export type Holding = z.infer<typeof Holding>;

/** What stood on an account at the end of a day. It stands until the account's next row. */
export const Balance = z.object({
  customer_id: id(),
  on_date: z.string().meta({ label: { zh: "日期", en: "Date" }, sql: "date" }),
  account_ref: text("账号", "Account", { secrecy: "account" }),
  kind: text("余额类型", "Kind"),
  amount: money("余额", "Amount"),
});
export type Balance = z.infer<typeof Balance>;

/** A purchase, payment, deposit or withdrawal. `order_ref` joins the lines of one order; a line without is an order. */
export const Transaction = z.object({
  customer_id: id(),
  occurred_at: moment("发生时间", "Occurred at"),
  order_ref: text("订单号", "Order", { alone: true }),
  kind: text("交易类型", "Kind"),
  product: text("产品", "Product"),
  channel: text("渠道", "Channel"),
  quantity: money("数量", "Quantity"),
  amount: money("金额", "Amount"),
});
export type Transaction = z.infer<typeof Transaction>;

/** A contact in either direction: visit, call, click, complaint, referral, attendance. */
export const Interaction = z.object({
  customer_id: id(),
  occurred_at: moment("发生时间", "Occurred at"),
  kind: text("类型", "Kind"),
  channel: text("渠道", "Channel"),
  direction: text("方向", "Direction"),
  subject: text("主题", "Subject", { free: true }),
});
export type Interaction = z.infer<typeof Interaction>;

/** Anything else a model may need, by name: occupation, credit target, plan state, questionnaire score. */
export const Attribute = z.object({
  customer_id: id(),
  name: z.string().meta({ label: { zh: "属性名", en: "Attribute" }, sql: "varchar" }),
  on_date: day("日期", "Date"),
  text_value: text("文本值", "Text value", { free: true }),
  number_value: money("数值", "Number value"),
});
export type Attribute = z.infer<typeof Attribute>;

export const Fact = z.enum(["customer", "product", "holding", "balance", "transaction", "interaction", "attribute"]);
export type Fact = z.infer<typeof Fact>;

interface FactShape {
  schema: z.ZodObject;
  label: { zh: string; en: string };
  /** The column that says when; null when the fact has no time of its own. */
  time: string | null;
  /** What tells several current rows of one customer apart (accounts, contracts); null when rows are happenings. */
  instance: string | null;
}

/** Every fact with its schema and what its columns mean to time. The fact's table has the fact's name. */
export const facts = {
  customer: { schema: Customer, label: { zh: "客户", en: "Customers" }, time: "since_on", instance: null },
  product: { schema: Product, label: { zh: "产品", en: "Products" }, time: null, instance: null },
  holding: { schema: Holding, label: { zh: "持有", en: "Holdings" }, time: "opened_on", instance: "holding_ref" },
  balance: { schema: Balance, label: { zh: "余额", en: "Balances" }, time: "on_date", instance: "account_ref" },
  transaction: { schema: Transaction, label: { zh: "交易", en: "Transactions" }, time: "occurred_at", instance: null },
  interaction: { schema: Interaction, label: { zh: "互动", en: "Interactions" }, time: "occurred_at", instance: null },
  attribute: { schema: Attribute, label: { zh: "属性", en: "Attributes" }, time: "on_date", instance: "name" },
} as const satisfies Record<Fact, FactShape>;

/** The columns of a fact in order, with their meaning; `required` means a row without it is set aside. */
export function columnsOf(fact: Fact): { name: string; required: boolean; meta: ColumnMeta }[] {
  return Object.entries(facts[fact].schema.shape).map(([name, schema]) => ({
    name,
    required: !schema.safeParse(null).success,
    meta: schema.meta() as unknown as ColumnMeta,
  }));
}

/** One customer's page: who they are, what they have and did. The newest first; lists stop at `PAGE_FACTS`. */
export const CustomerPage = z.object({
  profile: Customer,
  masked: z.boolean().meta({ description: "personal data is hidden from this reader" }),
  holdings: z.array(Holding.omit({ customer_id: true })),
  balances: z.array(Balance.omit({ customer_id: true })),
  transactions: z.array(Transaction.omit({ customer_id: true })),
  interactions: z.array(Interaction.omit({ customer_id: true })),
  attributes: z.array(Attribute.omit({ customer_id: true })),
  counts: z.record(z.string(), z.number().int()).meta({ description: "how many of each fact there are in all" }),
  panels: z.record(z.string(), z.unknown()).meta({ description: "what later features know of the customer, each under its name" }),
});
export type CustomerPage = z.infer<typeof CustomerPage>;

/** Which workspace this is, and how to read its figures. */
export const About = z.object({
  version: z.string().meta({ description: "of the program" }),
  workspace: z.string().meta({ description: "id of the workspace" }),
  zone: z.string(),
  currency: z.string(),
  customers: z.number().int().meta({ description: "those the reader may see" }),
});
export type About = z.infer<typeof About>;

/**
 * What later features bring for a customer, handed over by app/. `Workspace`, `Who` and `Transaction` are theirs to know:
 * nouns are shared with the web, which has none of them.
 */
export interface CustomerPanel<Workspace, Who> {
  /** Its place in the answer: `panels.<name>`. */
  name: string;
  schema: z.ZodType;
  /** Null: nothing is known of this customer there. */
  read(workspace: Workspace, who: Who, customer: { customer_id: number; public_id: string }): Promise<unknown>;
}

/** Everything held of one customer: the facts of every source, and the rows of the operational tables by name. */
export const PersonalDataExport = z.object({
  customer_id: z.string(),
  facts: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
  tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
});
export type PersonalDataExport = z.infer<typeof PersonalDataExport>;

/** The tables of a feature that name customers, and what is told of one of them when they ask for what we hold. */
export interface PersonalData<Transaction> {
  holds: readonly string[];
  export(tx: Transaction, customerId: number): Promise<Record<string, readonly object[]>>;
}
