import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { About } from "../../../src/customer/schema.js";
import { request } from "../api.js";
import {
  type Amount,
  bytes,
  change,
  day,
  figure,
  minutes,
  moment,
  money,
  number,
  percent,
  seconds,
  shortMoney,
  type Unit,
  wallTime,
  weekday,
} from "./format.js";
import { useWords } from "./words.js";

export const aboutQuery = { queryKey: ["about"], queryFn: () => request<About>("/about"), staleTime: 60_000 } as const;

/** Every way to write a figure, in the reader's language, the workspace's currency and on its clock. */
export function useFigures() {
  const { language } = useWords();
  const { data } = useQuery(aboutQuery);
  const currency = data?.currency ?? "CNY";
  const zone = data?.zone ?? "Asia/Shanghai";
  return useMemo(
    () => ({
      number: (value: Amount, digits?: number) => number(value, language, digits),
      money: (value: Amount) => money(value, language, currency),
      shortMoney: (value: Amount) => shortMoney(value, language, currency),
      percent: (share: number | null) => percent(share, language),
      change: (value: number) => change(value, language),
      day: (value: string | null) => day(value, language),
      weekday: (value: string) => weekday(value, language),
      wallTime: (value: string | null) => wallTime(value, language),
      moment: (value: string | null) => moment(value, language, zone),
      seconds: (value: number) => seconds(value, language),
      minutes: (value: number) => minutes(value, language),
      bytes: (value: number) => bytes(value, language),
      figure: (value: Amount, unit: Unit) => figure(value, unit, language, currency),
    }),
    [language, currency, zone],
  );
}
