import { name, type Sql, sql } from "../../platform/warehouse/index.js";
import type { Distribution } from "../schema.js";

type Scale = Distribution["scale"];

/** What a column is like: how many have it, its ends, and the values below which these parts of it lie. */
export const spreadSql = (standing: Sql, figure: string): Sql => {
  const value = sql`${name(figure)}::double`;
  return sql`select count(*) as customers, count(*) - count(${name(figure)}) as without, min(${value}) as least, max(${value}) as most,
    approx_quantile(${value}, 0.25) as quarter, approx_quantile(${value}, 0.5) as half, approx_quantile(${value}, 0.002) as low, approx_quantile(${value}, 0.998) as high
    from ${standing}`;
};

/** The part of its scale at which each value lies, 0 to parts - 1. */
const placeSql = (figure: string, { from, to, bend }: Scale, parts: number): Sql => {
  const value = sql`${name(figure)}::double`;
  const place =
    bend === null
      ? sql`(${value} - ${from}) / ${to - from}`
      : sql`ln(1 + greatest(0, ${value} - ${from}) / ${bend}::double) / ${Math.log(1 + (to - from) / bend)}`;
  return sql`least(${parts - 1}, greatest(0, floor(${parts} * ${place})))::integer`;
};

/** Customers in each part of the scale, with the mean of their values. */
export const binsSql = (standing: Sql, figure: string, scale: Scale, parts: number): Sql =>
  sql`select ${placeSql(figure, scale, parts)} as place, count(*) as customers, avg(${name(figure)}::double) as middle
  from ${standing} where ${name(figure)} is not null group by 1 order by 1`;
