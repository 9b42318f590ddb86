import { type Duration, type FestivalId, festivals } from "../platform/calendar/index.js";
import type { Text } from "../platform/schema.js";

const periods = {
  month: { months: 1, label: { zh: "每月", en: "month" } },
  quarter: { months: 3, label: { zh: "每季度", en: "quarter" } },
  "half year": { months: 6, label: { zh: "每半年", en: "half year" } },
  year: { months: 12, label: { zh: "每年", en: "year" } },
} as const;

export type Period = keyof typeof periods;

/** What an occasion is: a day of the customer's own, of a contract of theirs, or of everybody's calendar. */
export type Happening = "birthday" | "joined" | "tier_change" | "holding.matures_on" | "holding.opened_on" | { festival: FestivalId } | { yearly: string };

/** When something is owed: so often in every period, once, or at an occasion, some days off it, at a time of day. */
export type Rhythm =
  | { form: "recurring"; times: number; period: Period }
  | { form: "once" }
  | { form: "standing" }
  | { form: "occasion"; of: Happening; offset: number; at: string | null };

export const named = ["birthday", "joined", "tier_change", "holding.matures_on", "holding.opened_on"] as const;

/** Every word that may begin an occasion, for hints. */
export const occasionWords: readonly string[] = [...named, ...Object.keys(festivals)];

const MOST_TIMES = 31;

/** '2 per quarter' or 'once'; undefined when it is neither. */
export function parseOwes(text: string): Rhythm | undefined {
  if (text.trim() === "once") return { form: "once" };
  const found = /^\s*(\d{1,2}) per (month|quarter|half year|year)\s*$/.exec(text);
  const times = Number(found?.[1]);
  return found === null || times < 1 || times > MOST_TIMES ? undefined : { form: "recurring", times, period: found[2] as Period };
}

function happeningOf(word: string): Happening | undefined {
  if ((named as readonly string[]).includes(word)) return word as (typeof named)[number];
  if (Object.hasOwn(festivals, word)) return { festival: word as FestivalId };
  // a leap day, too: in other years it is the last of February
  return /^\d{2}-\d{2}$/.test(word) && !Number.isNaN(Date.parse(`2024-${word}T00:00:00Z`)) && word !== "02-30" ? { yearly: word } : undefined;
}

/** 'birthday - 7 days', 'spring_festival at 09:00', '03-15'; undefined when it is none. `word` is what it begins with. */
export function parseOn(text: string): { rhythm: Rhythm | undefined; word: string } {
  const found = /^\s*([a-z_.]+|\d{2}-\d{2})\s*(?:([+-])\s*(\d{1,3}) days?)?\s*(?:at ([01]\d|2[0-3]):([0-5]\d))?\s*$/.exec(text);
  const word = /^\s*([a-z_.]+|\d{2}-\d{2})/.exec(text)?.[1] ?? text;
  const of = found === null ? undefined : happeningOf(found[1] ?? "");
  if (found === null || of === undefined) return { rhythm: undefined, word };
  const offset = found[3] === undefined ? 0 : Number(found[3]) * (found[2] === "-" ? -1 : 1);
  return { rhythm: { form: "occasion", of, offset, at: found[4] === undefined ? null : `${found[4]}:${found[5]}` }, word };
}

/** The period a day lies in: its first day and its last. */
export function windowOf(period: Period, day: string): { from: string; to: string } {
  const { months } = periods[period];
  const [year = 0, month = 1] = day.split("-").map(Number);
  const first = Math.floor((month - 1) / months) * months;
  const iso = (date: Date): string => date.toISOString().slice(0, 10);
  return { from: iso(new Date(Date.UTC(year, first, 1))), to: iso(new Date(Date.UTC(year, first + months, 0))) };
}

/** How often a month it comes about, for the workload; an occasion of a year is a twelfth, and what comes once is nothing. */
export function timesPerMonth(rhythm: Rhythm): number {
  if (rhythm.form === "recurring") return rhythm.times / periods[rhythm.period].months;
  if (rhythm.form === "once" || rhythm.form === "standing" || rhythm.of === "joined" || rhythm.of === "tier_change" || rhythm.of === "holding.opened_on")
    return 0;
  return 1 / 12;
}

const words = {
  birthday: { zh: "生日", en: "birthday" },
  joined: { zh: "开户", en: "day they joined" },
  tier_change: { zh: "层级变动", en: "change of tier" },
  "holding.matures_on": { zh: "产品到期", en: "maturity of a product" },
  "holding.opened_on": { zh: "新开合约", en: "opening of a contract" },
} as const satisfies Record<(typeof named)[number], Text>;

const happeningWords = (of: Happening): Text => {
  if (typeof of === "string") return words[of];
  if ("festival" in of) return festivals[of.festival].name;
  const [month = 1, day = 1] = of.yearly.split("-").map(Number);
  const name = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" }).format(new Date(Date.UTC(2024, month - 1, day)));
  return { zh: `每年 ${month} 月 ${day} 日`, en: name };
};

/** A rhythm in words: '每季度 1 次', 'birthday, 7 days before, at 09:00'. */
export function rhythmWords(rhythm: Rhythm): Text {
  if (rhythm.form === "standing") return { zh: "随时", en: "at any time" };
  if (rhythm.form === "once") return { zh: "一次", en: "once" };
  if (rhythm.form === "recurring") {
    const { label } = periods[rhythm.period];
    return { zh: `${label.zh} ${rhythm.times} 次`, en: `${rhythm.times} per ${label.en}` };
  }
  const { zh, en } = happeningWords(rhythm.of);
  const days = Math.abs(rhythm.offset);
  const inEnglish = `${days} ${days === 1 ? "day" : "days"}`;
  const off =
    rhythm.offset === 0
      ? { zh: "", en: "" }
      : rhythm.offset < 0
        ? { zh: `前 ${days} 天`, en: `, ${inEnglish} before` }
        : { zh: `后 ${days} 天`, en: `, ${inEnglish} after` };
  const at = rhythm.at === null ? { zh: "", en: "" } : { zh: ` ${rhythm.at}`, en: `, at ${rhythm.at}` };
  return { zh: `${zh}${off.zh}${rhythm.offset === 0 && rhythm.at !== null ? "当天" : ""}${at.zh}`, en: `${en}${off.en}${at.en}` };
}

/** A length of time in days, for windows counted from a day. */
export const inDays = ({ count, unit }: Duration): number => count * { day: 1, week: 7, month: 30, year: 365 }[unit];
