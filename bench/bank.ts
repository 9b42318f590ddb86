import { raw, type Session, type Sql, sql } from "../src/platform/warehouse/index.js";

/** A retail bank: 20 transactions and 1.5 contracts a customer, five managers in each of its branches. */
export interface Bank {
  customers: number;
  transactions: number;
  branches: number;
}

/** Facts reach up to this day; the cycle's days follow it. In the middle of a quarter, so that windows are open and days are left. */
export const FACTS_UNTIL = "2026-02-08";
const MANAGERS = 5;
const RECORDED = raw(`timestamp '${FACTS_UNTIL} 12:00:00'`);

/** Numbers from 0 to 1 out of a row's number, the same on every machine; another `salt`, other numbers. */
const chance = (row: string, salt: number): Sql => raw(`(hash(${row} * 64 + ${salt}) / 18446744073709551616.0)`);
/** One of a list, by chance. */
const pick = (row: string, salt: number, words: readonly string[]): Sql =>
  raw(`list_extract([${words.map((word) => `'${word}'`).join(", ")}], 1 + (hash(${row} * 64 + ${salt}) % ${words.length})::integer)`);

/** Assets of a customer: so many of each tier as a retail bank has, spread over the tier evenly by their logarithm. */
const assets = (row: string): Sql => sql`(case
  when ${chance(row, 1)} < 0.004 then 6.2e6 * pow(5, ${chance(row, 2)})
  when ${chance(row, 1)} < 0.029 then 1.03e6 * pow(5.6, ${chance(row, 2)})
  when ${chance(row, 1)} < 0.139 then 2.06e5 * pow(4.7, ${chance(row, 2)})
  when ${chance(row, 1)} < 0.349 then 5.15e4 * pow(3.7, ${chance(row, 2)})
  else 10 * pow(4600, ${chance(row, 2)}) end)`;

const surnames = [..."王李张刘陈杨黄赵周吴徐孙马胡朱郭何罗高林"];
const given = [..."伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚华"];

async function people(session: Session, { customers, branches }: Bank): Promise<void> {
  const managers = branches * MANAGERS;
  await session.run(sql`
    insert into party select i, 'bench', id, id, ${RECORDED}
    from (select i, case when i < ${customers} then 'C' || i else 'M' || (i - ${customers}) end as id from range(${customers + managers}) t(i))`);
  await session.run(sql`insert into sighting select i, date '2015-01-01', ${RECORDED} from range(${customers + managers}) t(i)`);
  await session.run(sql`
    insert into profile (customer_id, public_id, kind, "name", sex, birth_on, phone, branch, since_on, folded)
    select i, 'C' || i, 'person', "name", sex, birth_on, phone, branch, since_on, lower('C' || i || chr(31) || "name")
    from (
      select i, ${pick("i", 3, surnames)} || ${pick("i", 4, given)} || ${pick("i", 5, given)} as "name", ${pick("i", 6, ["男", "女"])} as sex,
        date '1940-01-01' + floor(${chance("i", 7)} * 23700)::integer as birth_on, '160' || lpad(i::varchar, 8, '0') as phone,
        '支行' || (hash(i * 64 + 8) % ${branches}) as branch, date '2015-01-01' + floor(${chance("i", 9)} * 4056)::integer as since_on
      from range(${customers}) t(i)
    )`);
  await session.run(sql`
    insert into profile (customer_id, public_id, kind, "name", phone, branch, folded)
    select ${customers} + i, 'M' || i, 'manager', '经理' || i, '1609' || lpad(i::varchar, 7, '0'), '支行' || (i // ${MANAGERS}), lower('M' || i)
    from range(${managers}) t(i)`);
  await session.run(sql`
    insert into attribute (party_id, "name", on_date, text_value, number_value, source, part, key, recorded_at)
    with told as (
      select i, 'key_customer' as "name", '是' as word, null as number, 0 as n from range(${customers}) t(i) where ${chance("i", 10)} < 0.003
      union all select i, 'do_not_contact', '是', null, 1 from range(${customers}) t(i) where ${chance("i", 11)} < 0.01
      union all select i, 'marketing_consent', case when ${chance("i", 12)} < 0.8 then '是' else '否' end, null, 2 from range(${customers}) t(i) where ${chance("i", 12)} < 0.9
      union all select i, 'birthday_calendar', 'lunar', null, 3 from range(${customers}) t(i) where ${chance("i", 13)} < 0.08
      union all select ${customers} + i, 'level', case when i % 5 = 0 then 'senior' when i % 5 < 3 then 'intermediate' else 'junior' end, null, 4 from range(${managers}) t(i)
      union all select ${customers} + i, 'capacity', null, case when i % 5 = 0 then 150 else 180 end, 5 from range(${managers}) t(i)
    )
    select i, "name", date '2024-01-01', word, number, 'bench', 'attributes', (i * 8 + n)::hugeint, ${RECORDED} from told`);
}

/** Month-ends of a year: everybody's current account, and for three of ten what they invested besides. */
async function balances(session: Session, { customers }: Bank): Promise<void> {
  await session.run(sql`
    insert into balance (party_id, on_date, account_ref, kind, amount, source, part, key, recorded_at)
    with account as (
      select i, a, case when ${chance("i", 14)} >= 0.3 then 1 when a = 0 then 0.4 else 0.6 end * ${assets("i")} as amount
      from range(${customers}) t(i), range(2) u(a) where a = 0 or ${chance("i", 14)} < 0.3
    )
    select i, last_day(date '2025-02-01' + to_months(m::integer)), 'A' || (i * 2 + a), case a when 0 then 'deposit' else 'investment' end,
      amount * (0.98 + 0.04 * hash(i * 12 + m) / 18446744073709551616.0), 'bench', 'balances', ((i * 2 + a) * 12 + m)::hugeint, ${RECORDED}
    from range(12) v(m), account`);
}

async function holdings(session: Session, { customers }: Bank): Promise<void> {
  await session.run(sql`
    insert into holding (party_id, holding_ref, kind, product, status, amount, opened_on, matures_on, source, part, key, recorded_at)
    select (hash(j * 64 + 15) % ${customers})::integer, 'H' || j, kind, kind || ' ' || (hash(j) % 4), '正常', round(pow(60, ${chance("j", 17)}) * 10000, 2),
      opens, case when kind in ('wealth', 'deposit', 'insurance') then opens + 365 end, 'bench', 'holdings', j::hugeint, ${RECORDED}
    from (
      select j, ${pick("j", 16, ["card", "card", "card", "card", "wealth", "wealth", "deposit", "deposit", "fund", "insurance"])} as kind,
        date '2024-10-01' + floor(${chance("j", 18)} * 490)::integer as opens
      from range(${Math.round(customers * 1.5)}) t(j)
    )`);
}

async function interactions(session: Session, { customers }: Bank): Promise<void> {
  await session.run(sql`
    insert into interaction (party_id, occurred_at, kind, channel, direction, subject, source, part, key, recorded_at)
    select (hash(j * 64 + 19) % ${customers})::integer, timestamp '2024-02-09 09:00:00' + to_seconds(floor(${chance("j", 20)} * 729 * 86400)), kind, kind,
      case when kind = 'click' or ${chance("j", 21)} < 0.2 then 'in' else 'out' end, '联系', 'bench', 'interactions', j::hugeint, ${RECORDED}
    from (select j, ${pick("j", 22, ["call", "call", "wechat", "wechat", "sms", "visit", "click"])} as kind from range(${customers * 2}) t(j))`);
}

/** Two years, a few customers with very many, as real ones are. */
async function transactions(session: Session, { customers, transactions: rows }: Bank): Promise<void> {
  await session.run(sql`
    insert into "transaction" (party_id, occurred_at, order_ref, kind, product, channel, quantity, amount, source, part, key, recorded_at)
    select least(floor(${customers} * pow(${chance("i", 23)}, 1.7)), ${customers} - 1)::integer,
      timestamp '2024-02-09' + to_seconds(floor((i + ${chance("i", 24)}) / ${rows} * 730 * 86400)),
      'O' || i, case when hash(i) % 10 < 6 then 'payment' else 'transfer' end, 'P' || (hash(i) % 500), case when i % 3 = 0 then 'counter' else 'app' end,
      1, exp(1.2 * sqrt(-2 * ln(1 - ${chance("i", 25)} * 0.999999)) + 4)::decimal(18,4), 'bench', 'transactions', i::hugeint, ${RECORDED}
    from range(${rows}) t(i)`);
}

/** Fill an empty warehouse as imports leave it. */
export async function fillBank(session: Session, bank: Bank): Promise<void> {
  for (const part of [people, balances, holdings, interactions, transactions]) await part(session, bank);
}

/** What a day brings: every hundredth customer's account swells or shrinks so that tiers move, and every hundredth was spoken to. */
export async function stirBank(session: Session, { customers, transactions: rows }: Bank, round: number, day: string): Promise<void> {
  const recorded = sql`${`${day} 04:00:00`}::timestamp`;
  const number = (of: number): Sql => raw(String(of));
  await session.run(sql`
    insert into balance (party_id, on_date, account_ref, kind, amount, source, part, key, recorded_at)
    select i, ${day}::date - 9, 'A' || (i * 2), 'deposit', ${assets("i")} * case when i % 2 = 0 then 20 else -2 end, 'bench', 'stirred',
      ${number(round * customers)} + i, ${recorded}
    from range(${customers}) t(i) where hash(i * 64 + 26) % 100 = ${round}`);
  await session.run(sql`
    insert into interaction (party_id, occurred_at, kind, channel, direction, subject, source, part, key, recorded_at)
    select i, ${day}::timestamp - interval 10 hours, 'call', 'call', 'out', '联系', 'bench', 'stirred', ${number(round * customers)} + i, ${recorded}
    from range(${customers}) t(i) where hash(i * 64 + 27) % 100 = ${round}`);
  await session.run(sql`
    insert into "transaction" (party_id, occurred_at, order_ref, kind, product, channel, quantity, amount, source, part, key, recorded_at)
    select (hash(i) % ${customers})::integer, ${day}::timestamp - interval 10 hours, 'O' || i, 'payment', 'P1', 'app', 1, 100, 'bench', 'stirred', i::hugeint, ${recorded}
    from range(${number(rows * (1 + round))}, ${number(Math.round(rows * (1 + round) + rows / 730))}) t(i)`);
}
