import type { Language } from "../../../src/platform/schema.js";

const locales = { zh: "zh-CN", en: "en-US" } as const satisfies Record<Language, string>;
const nothing = "—";

/** Numbers arrive as numbers or as exact decimal text; text is formatted without passing through a float. */
export type Amount = string | number | null;

function formatter(language: Language, options: Intl.NumberFormatOptions): (value: string | number) => string {
  const format = new Intl.NumberFormat(locales[language], options);
  return (value) => format.format(value as number).replaceAll("\u00a0", " ");
}

const blank = (value: Amount): value is null => value === null || value === "";

/** 1,234 */
export function number(value: Amount, language: Language, digits = 0): string {
  return blank(value) ? nothing : formatter(language, { maximumFractionDigits: digits })(value);
}

/** ¥1,234.56 or CNY 1,234.56 */
export function money(value: Amount, language: Language, currency: string): string {
  if (blank(value)) return nothing;
  return formatter(language, {
    style: "currency",
    currency,
    currencyDisplay: language === "zh" ? "symbol" : "code",
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  })(value);
}

/** ¥1.23亿 or CNY 123.46M: for sums read at a glance. */
export function shortMoney(value: Amount, language: Language, currency: string): string {
  if (blank(value)) return nothing;
  const large = Math.abs(Number(value)) >= (language === "zh" ? 10_000 : 100_000);
  if (!large) return money(value, language, currency);
  return formatter(language, {
    style: "currency",
    currency,
    currencyDisplay: language === "zh" ? "symbol" : "code",
    notation: "compact",
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  })(value);
}

/** 12.3% of a share between 0 and 1; a small share that is not nothing never reads 0.0%. */
export function percent(share: number | null, language: Language): string {
  if (share === null || !Number.isFinite(share)) return nothing;
  if (share > 0 && share < 0.0005) return language === "zh" ? "不足 0.1%" : "under 0.1%";
  return formatter(language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 })(share);
}

/** +12 or −12, and 0 as it is. */
export function change(value: number, language: Language): string {
  return value < 0 ? `−${number(-value, language)}` : `${value > 0 ? "+" : ""}${number(value, language)}`;
}

/** 2011-12-10 or 10 Dec 2011, of a day or the day of a moment's text; no time zone is involved. */
export function day(value: string | null, language: Language): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(value ?? "");
  if (parts === null) return nothing;
  if (language === "zh") return parts[0];
  const date = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(date);
}

/** 周三 or Wednesday. */
export function weekday(value: string, language: Language): string {
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { weekday: language === "zh" ? "short" : "long", timeZone: "UTC" }).format(
    new Date(`${value}T00:00:00Z`),
  );
}

/** A wall-clock moment of a fact (no zone: it is the workspace's own time), to the minute; midnight is only a day. */
export function wallTime(value: string | null, language: Language): string {
  const time = /[T ](\d{2}:\d{2})/.exec(value ?? "")?.[1];
  const date = day(value, language);
  return time === undefined || time === "00:00" ? date : `${date} ${time}`;
}

/** A moment the system recorded (UTC), on the workspace's clock. */
export function moment(value: string | null, language: Language, zone: string): string {
  if (value === null) return nothing;
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return nothing;
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(date);
  return `${day(parts, language)} ${parts.slice(11, 16)}`;
}

/** 8.2 s, or 3 min 20 s. */
export function seconds(value: number, language: Language): string {
  const whole = Math.round(value);
  if (value < 60) return language === "zh" ? `${number(value, language, 1)} 秒` : `${number(value, language, 1)} s`;
  const minutes = Math.floor(whole / 60);
  return language === "zh" ? `${minutes} 分 ${whole % 60} 秒` : `${minutes} min ${whole % 60} s`;
}

/** 45 min, 2 h 10 min, or 84 h: from ten hours on nobody counts minutes. */
export function minutes(value: number, language: Language): string {
  const whole = value >= 600 ? Math.round(value / 60) * 60 : Math.round(value);
  const hours = Math.floor(whole / 60);
  const rest = whole % 60;
  const words = language === "zh" ? ["小时", "分钟"] : ["h", "min"];
  const parts = [...(hours > 0 ? [`${number(hours, language)} ${words[0]}`] : []), ...(rest > 0 || hours === 0 ? [`${rest} ${words[1]}`] : [])];
  return parts.join(" ");
}

/** 12.4 MB */
export function bytes(value: number, language: Language): string {
  const units = ["B", "kB", "MB", "GB"] as const;
  const step = Math.min(units.length - 1, value > 0 ? Math.floor(Math.log10(value) / 3) : 0);
  return `${number(value / 1000 ** step, language, step === 0 ? 0 : 1)} ${units[step] as string}`;
}

export type Unit = "money" | "days" | "count" | "number" | "text" | "score";

/** A measure or score by its unit, as a bare figure for a column headed by its title. */
export function figure(value: Amount, unit: Unit, language: Language, currency: string): string {
  if (blank(value)) return nothing;
  if (typeof value === "string" && Number.isNaN(Number(value))) return value;
  switch (unit) {
    case "text":
      return String(value);
    case "money":
      return money(value, language, currency);
    case "days":
    case "count":
      return number(value, language, 0);
    case "number":
    case "score":
      // a chance of 0.9976 is not 1
      return number(value, language, Number.isInteger(Number(Number(value).toFixed(2))) ? 4 : 2);
  }
}
