import type { Language, Text } from "../platform/schema.js";
import { fill, type Parsed, parse } from "./liquid.js";
import { type Filling, type PlaceName, placeNames, places } from "./places.js";
import { nameless, salutation } from "./salute.js";
import type { MessageClass } from "./schema.js";
import type { Wanted } from "./wanted.js";

export const ourBank = { zh: "本行", en: "our bank" } as const satisfies Text;
const ourBranch = { zh: "本行网点", en: "our branch" } as const satisfies Text;
const months = "January February March April May June July August September October November December".split(" ");

/** A day as a letter writes it. */
export function dayInWords(day: string, language: Language): string {
  const [year = 0, month = 0, date = 0] = day.slice(0, 10).split("-").map(Number);
  return language === "zh" ? `${year}年${month}月${date}日` : `${date} ${months[month - 1] ?? ""} ${year}`;
}

/** An exact amount as a letter writes it: thousands apart, no digits that say nothing. */
export function amountInWords(amount: string, currency: string, language: Language): string {
  const [whole = "0", fraction = ""] = amount.split(".");
  const cents = fraction.replace(/0+$/, "");
  const figure = `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ",")}${cents === "" ? "" : `.${cents.padEnd(2, "0")}`}`;
  return language === "zh" && currency === "CNY" ? `${figure}元` : `${currency} ${figure}`;
}

/** What fills the places of a customer's text. */
export function fillingOf(wanted: Pick<Wanted, "customer" | "manager" | "places">, our: { bank: Text; currency: string }, language: Language): Filling {
  const { customer, manager, places: given } = wanted;
  const product = given.holding?.product?.trim();
  return {
    "customer.name": customer.name?.trim() || nameless[language],
    "customer.salutation": salutation(customer, language),
    "manager.name": manager?.name ?? null,
    "manager.phone": manager?.phone ?? null,
    branch: customer.branch ?? ourBranch[language],
    bank: our.bank[language],
    "tier.title": given.tier?.title[language] ?? null,
    "tier.before": given.tier?.before?.[language] ?? null,
    "tier.services": given.tier?.services?.[language] ?? null,
    "tier.changes": given.tier?.changes?.[language] ?? null,
    "holding.product": product || null,
    "holding.amount": given.holding?.amount == null ? null : amountInWords(given.holding.amount, our.currency, language),
    "holding.matures_on": given.holding?.matures_on == null ? null : dayInWords(given.holding.matures_on, language),
    occasion: given.occasion?.[language] ?? null,
  };
}

const KEPT_TEXTS = 1000;
const parsedTexts = new Map<string, Parsed>();

/** Words that are no template's, as a task's script, filled for a customer; `whole` is false when something is not known. They have to be checked before. */
export function fillWords(
  words: string,
  wanted: Pick<Wanted, "customer" | "manager" | "places">,
  our: { bank: Text; currency: string },
  language: Language,
): { body: string; whole: boolean } {
  const parsed = parsedTexts.get(words) ?? parse(words);
  if (parsedTexts.size >= KEPT_TEXTS) parsedTexts.clear();
  parsedTexts.set(words, parsed);
  return fill(parsed, fillingOf(wanted, our, language));
}

/** What a text is about when it is no occasion to celebrate. */
const subjects = {
  legal: { zh: "个人信息保护政策", en: "the protection of personal data" },
  notice: { zh: "个人银行账户分类管理", en: "classes of personal accounts" },
  service: places.occasion.example,
  marketing: { zh: "稳健理财90天", en: "a steady 90-day plan" },
} as const satisfies Record<MessageClass, Text>;

/** The made-up customer of previews; `without` leaves one place empty. */
export function exampleFilling(messageClass: MessageClass, language: Language, without?: PlaceName): Filling {
  const filled = Object.fromEntries(placeNames.map((place) => [place, places[place].example[language]])) as Filling;
  return { ...filled, occasion: subjects[messageClass][language], ...(without === undefined ? {} : { [without]: null }) };
}
