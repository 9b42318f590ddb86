import type { Language, Text } from "../platform/schema.js";

/** Family names of two characters. A name of two characters has a family name of one, whichever they are. */
const doubleNames = new Set(
  (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 " +
    "长孙 宇文 司徒 鲜于 司空 闾丘 令狐 百里 呼延 东郭 南门 西门 第五 轩辕 拓跋 淳于 单于"
  ).split(" "),
);

const chineseName = /^\p{Script=Han}{2,4}$/u;

const sexes = { male: /^(?:男|男性|先生|m|male)$/i, female: /^(?:女|女性|女士|f|female)$/i } as const;

const titles = {
  male: { zh: "先生", en: "Mr" },
  female: { zh: "女士", en: "Ms" },
} as const satisfies Record<keyof typeof sexes, Text>;

/** What somebody is called of whom no name is known. */
export const nameless = { zh: "尊敬的客户", en: "valued customer" } as const satisfies Text;

/** The part of a name that stands with Mr or Ms. Names of other scripts than ours stay whole in Chinese: we do not know how they are made. */
function familyName(name: string, language: Language): string {
  if (chineseName.test(name)) return name.length > 2 && doubleNames.has(name.slice(0, 2)) ? name.slice(0, 2) : name.slice(0, 1);
  return language === "en" ? (name.split(/\s+/).at(-1) ?? name) : name;
}

/** How a customer is addressed: 王先生 · Mr Wang; an organisation, and whoever's sex is not known, by their name. */
export function salutation(customer: { name: string | null; sex: string | null; kind: string | null }, language: Language): string {
  const name = customer.name?.trim() ?? "";
  if (name === "") return nameless[language];
  if (customer.kind === "organisation") return name;
  const sex = customer.sex?.trim() ?? "";
  const known = sexes.male.test(sex) ? "male" : sexes.female.test(sex) ? "female" : undefined;
  if (known === undefined) return name;
  return language === "zh" ? `${familyName(name, language)}${titles[known].zh}` : `${titles[known].en} ${familyName(name, language)}`;
}
