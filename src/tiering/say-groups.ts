import type { Cli } from "../platform/cli/index.js";
import { percent } from "../platform/percent.js";
import type { Group, Persona } from "./schema.js";

const untold = { zh: "不显示", en: "not told" };

export function sayGroups(groups: readonly Group[], cli: Cli): string {
  const titles = [
    { zh: "分群", en: "Group" },
    { zh: "名称", en: "Title" },
    { zh: "模型", en: "Model" },
    { zh: "客户数", en: "Customers" },
    { zh: "占比", en: "Share" },
    { zh: "标签", en: "Tag" },
    { zh: "条件", en: "Condition" },
  ];
  return cli.table(
    titles.map(cli.text),
    groups.map(({ group, title, model, customers, of, tag, where }) => [
      group,
      cli.text(title),
      model,
      customers ?? cli.text(untold),
      customers === null ? "" : percent(of === null || of === 0 ? 0 : customers / of),
      tag ? cli.text({ zh: "是", en: "yes" }) : "",
      where,
    ]),
  );
}

const number = (value: number | null): string => (value === null ? "—" : String(Math.round(value * 100) / 100));

/** A portrait on a terminal: how many, in which tiers, and what they are like beside everybody. */
export function sayPersona({ customers, of, tiers, untold: why, portrait }: Persona, cli: Cli): string {
  const share = of === 0 ? "0%" : percent(customers / of);
  const words = {
    here: cli.text({ zh: "群内", en: "Here" }),
    everybody: cli.text({ zh: "全体", en: "Everybody" }),
    customers: cli.text({ zh: "客户数", en: "Customers" }),
    rest: cli.text({ zh: "其余", en: "the rest" }),
    unknown: cli.text({ zh: "未知", en: "unknown" }),
  };
  const first = cli.text({ zh: `${customers} 位客户，占全体 ${of} 位的 ${share}`, en: `${customers} of ${of} customers, ${share}` });
  const byTier = cli.table(
    [cli.text({ zh: "层级", en: "Tier" }), words.customers, words.everybody],
    tiers.map((tier) => [cli.text(tier.title), tier.customers, tier.of]),
  );
  if (portrait === null) return [first, byTier, ...(why === null ? [] : [cli.text(why)])].join("\n\n");
  const parts = [...portrait.profile, ...portrait.texts].map(({ title, parts: rows }) =>
    cli.table(
      [cli.text(title), words.customers, words.here, words.everybody],
      rows.map((row) => [row.rest ? words.rest : (row.value ?? words.unknown), row.customers, percent(row.share), percent(row.everybody)]),
    ),
  );
  const quartiles = { zh: "四分位", en: "Quartiles" };
  const numbers = cli.table(
    [
      cli.text({ zh: "指标", en: "Measure" }),
      cli.text({ zh: "中位数", en: "Median" }),
      cli.text(quartiles),
      words.everybody,
      cli.text({ zh: "倍数", en: "Ratio" }),
    ],
    portrait.numbers.map(({ title, here, everybody, ratio }) => [
      cli.text(title),
      number(here.median),
      `${number(here.quarter)} … ${number(here.three_quarters)}`,
      number(everybody.median),
      number(ratio),
    ]),
  );
  const tags = cli.table(
    [cli.text({ zh: "更常见的标签", en: "Tags worn more" }), words.customers, words.here, words.everybody, cli.text({ zh: "倍数", en: "Ratio" })],
    portrait.tags.map(({ title, customers: worn, share: here, everybody, lift }) => [cli.text(title), worn, percent(here), percent(everybody), number(lift)]),
  );
  return [first, byTier, ...parts, numbers, ...(portrait.tags.length === 0 ? [] : [tags])].join("\n\n");
}
