import type { Random, Some } from "./random.js";

/** The most frequent first. */
const surnames = [
  ..."王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤",
  "欧阳",
];

/** What people were called when: first and second characters of given names. */
const given = {
  elder: {
    男: ["建国志德永文福明学家长光", "国军华平民生强林江义成元"],
    女: ["秀桂玉淑凤春素美金爱月兰", "英兰珍华芳云琴梅香莲珠霞"],
  },
  middle: {
    男: ["海晓志永俊文立少振剑宏卫", "峰东勇斌涛鹏辉波杰刚亮军"],
    女: ["晓丽海雪红艳慧文小春静佳", "燕娟萍敏玲丽霞梅红琳娜芬"],
  },
  young: {
    男: ["子浩宇梓俊嘉奕泽思一博天", "轩然航豪睿辰宸阳霖涵恒哲"],
    女: ["欣梓雨思诗佳语可若婉子梦", "怡涵桐琪妍悦萱彤晴瑶宁清"],
  },
} as const;

/** Names that would come about and that everybody connects with one person. */
const famous = new Set(
  "李强 李勇 李斌 李军 李娜 张勇 张磊 王刚 王超 马丽 刘涛 王伟 王艳 何立峰 王文涛 王海峰 王海燕 刘志军 林俊杰 杨丽萍 董文华 宋春丽 刘晓燕 唐国强 张国强 王立军 李文亮 李永波 陈晓东 李晓霞 郭晓东 徐海东 吕丽萍 李建国 王建军 张学军".split(
    " ",
  ),
);

const trades: Some<string> = ["纺织", "机电", "食品", "物流", "化工", "建材", "医药", "信息技术", "农业", "贸易", "装备制造", "新能源", "餐饮管理", "文化传媒"];
const forms: Some<string> = ["有限公司", "有限公司", "有限公司", "股份有限公司", "集团有限公司"];
const [brandFirst, brandSecond] = ["恒瑞鼎盛嘉宏润博永汇远金天东安德诚广隆泽", "泰丰盛源禾图达信和航瀚拓顺茂裕康佳宁邦骏"];

const one = (random: Random, characters: string): string => characters.charAt(random.whole(0, characters.length - 1));

export type Sex = "男" | "女";

export function personName(random: Random, sex: Sex, birthYear: number): string {
  const [first, second] = given[birthYear < 1970 ? "elder" : birthYear < 1990 ? "middle" : "young"][sex];
  for (;;) {
    // squared: the front of the list comes more often
    const surname = surnames[Math.floor(random.next() ** 2 * surnames.length)] ?? "王";
    const name = surname + (random.chance(0.15) ? "" : one(random, first)) + one(random, second);
    if (!famous.has(name)) return name;
  }
}

export function organisationName(random: Random): string {
  return `${one(random, brandFirst)}${one(random, brandSecond)}${random.pick(trades)}${random.pick(forms)}`;
}
