import type { Days } from "./days.js";
import { type Kind, kindNumbers, type Means } from "./means.js";
import { organisationName, personName, type Sex } from "./names.js";
import { nobodysCreditCode, nobodysIdNumber, nobodysPhone } from "./numbers.js";
import { addressIn, placeOf, places } from "./places.js";
import { type Random, random } from "./random.js";

const letters = { person: "P", organisation: "C", manager: "M" } as const satisfies Record<Kind, string>;
type Came = Pick<Means, "standing" | "since">;
/** Where the phones of each kind begin: no two have the same. */
const phonesFrom = { person: 0, organisation: 60_000_000, manager: 80_000_000 } as const satisfies Record<Kind, number>;

export const customerHead = ["客户号", "客户类型", "名称", "性别", "出生日期", "手机", "邮箱", "证件号", "地址", "地区", "机构", "开户日期"];

export const idOf = (kind: Kind, n: number): string => `${letters[kind]}${String(n).padStart(kind === "manager" ? 4 : 6, "0")}`;

const phoneOf = (kind: Kind, n: number): string => nobodysPhone(phonesFrom[kind] + n);
const sexOf = (draw: Random): Sex => (draw.chance(0.5) ? "女" : "男");

/** Numbers as people fill them in: now and then none, too short, with spaces, or a word. */
function writtenPhone(draw: Random, phone: string): string {
  if (!draw.chance(0.002)) return phone;
  return draw.pick(["", "", phone.slice(0, 9), `${phone.slice(0, 3)} ${phone.slice(3, 7)} ${phone.slice(7)}`, `+86-${phone}`, "未留"]);
}

export interface SamplePerson {
  birth: number;
  row: string[];
}

/** A customer who could exist and does not. */
export function person(seed: number, n: number, { standing, since }: Came, days: Days, id = idOf("person", n)): SamplePerson {
  const draw = random(seed, "who", kindNumbers.person, n);
  const sex = sexOf(draw);
  const age = Math.min(88, 20 + draw.whole(0, 45) + standing * 3 + (draw.chance(0.15) ? 15 : 0));
  // an account for oneself needs sixteen years
  const birth = Math.max(age * 365 + draw.whole(0, 364), since + 16 * 366);
  const birthOn = days.text(birth);
  const place = placeOf(draw, standing >= 2);
  return {
    birth,
    row: [
      id,
      "person",
      personName(draw, sex, Number(birthOn.slice(0, 4))),
      sex,
      draw.chance(0.001) ? "" : birthOn,
      writtenPhone(draw, phoneOf("person", n)),
      draw.chance(0.4) ? `${id.toLowerCase()}@example.com` : "",
      nobodysIdNumber(n, birthOn, sex),
      addressIn(draw, place, true),
      place.region,
      place.branch,
      days.text(since),
    ],
  };
}

export function organisation(seed: number, n: number, { standing, since }: Came, days: Days, id = idOf("organisation", n)): string[] {
  const draw = random(seed, "who", kindNumbers.organisation, n);
  const place = placeOf(draw, standing >= 2);
  const name = organisationName(draw);
  const contact = [phoneOf("organisation", n), `${id.toLowerCase()}@example.com`, nobodysCreditCode(n), addressIn(draw, place, false)];
  return [id, "organisation", name, "", "", ...contact, place.region, place.branch, days.text(since)];
}

/** Account managers: one for every branch before any has a second. */
export function manager(seed: number, n: number, days: Days): { row: string[]; level: "senior" | "intermediate" | "junior"; capacity: number; since: number } {
  const draw = random(seed, "who", kindNumbers.manager, n);
  const first = places[n - 1];
  const { branch } = first ?? placeOf(draw, draw.chance(0.5));
  const level = first !== undefined ? "intermediate" : draw.weighted([["intermediate", 40] as const, ["junior", 35] as const, ["senior", 25] as const]);
  const since = level === "junior" ? draw.whole(60, 1200) : draw.whole(1200, 5000);
  const full = level === "senior" ? 150 : 180;
  const id = idOf("manager", n);
  const sex = sexOf(draw);
  const name = personName(draw, sex, level === "junior" ? 1995 : 1982);
  return {
    row: [id, "manager", name, sex, "", phoneOf("manager", n), `${id.toLowerCase()}@example.com`, "", "", "", branch, days.text(since)],
    level,
    capacity: first === undefined && draw.chance(0.1) ? 100 : full + draw.pick([-20, 0, 0, 0, 0, 20]),
    since,
  };
}
