import type { Cli } from "../platform/cli/index.js";
import { exactPercent } from "../platform/percent.js";
import type { Near } from "./schema.js";

const more = ({ before, after }: { before: number; after: number }): string => {
  const change = Number((after - before).toFixed(2));
  return change > 0 ? `+${change}` : String(change);
};

/** How many there are, and what it would bring and cost. */
function sayBrings({ brings, tiers, total, within, title, as_of }: Near, cli: Cli): string[] {
  const share = exactPercent(within);
  const answer = cli.text({
    zh: `${title.zh}，截至 ${as_of}：${total} 位客户距上一层级不超过 ${share}`,
    en: `${title.en} as of ${as_of}: ${total} ${total === 1 ? "customer is" : "customers are"} within ${share} of a better tier`,
  });
  if (total === 0) return [answer];
  const counts = brings.tiers.map((tier, i) => `${cli.text(tiers[i]?.title ?? { zh: tier.id, en: tier.id })} ${more(tier)}`).join(" · ");
  const { contacts, hours, cost, value } = brings;
  const work = {
    zh: `每月联系 ${more(contacts)} 次、工时 ${more(hours)} 小时，每年礼品 ${more(cost)}`,
    en: `contacts ${more(contacts)} and hours ${more(hours)} a month, gifts ${more(cost)} a year`,
  };
  return [
    answer,
    cli.text({ zh: `全部提升后：${counts}`, en: `If all rose: ${counts}` }),
    cli.text(work),
    ...(value === null
      ? []
      : [
          cli.text({
            zh: `这些客户现在的价值合计 ${value.now}；按目标层级的平均水平为 ${value.as_tier}`,
            en: `They are worth ${value.now} now; as many are worth ${value.as_tier} on average in the tiers they would rise to`,
          }),
        ]),
  ];
}

export function sayNear(near: Near, cli: Cli): string {
  const titleOf = (id: string): string => cli.text(near.tiers.find((tier) => tier.id === id)?.title ?? { zh: id, en: id });
  const measureOf = (name: string): string => cli.text(near.measures.find((one) => one.name === name)?.title ?? { zh: name, en: name });
  const titles = [
    { zh: "客户号", en: "Customer" },
    { zh: "姓名/名称", en: "Name" },
    { zh: "客户经理", en: "Account manager" },
    { zh: "现在", en: "Now" },
    { zh: "可到", en: "Could be" },
    { zh: "指标", en: "By" },
    { zh: "由", en: "From" },
    { zh: "到", en: "To" },
    { zh: "相差", en: "Apart" },
  ];
  const rows = near.items.flatMap(({ customer_id, name, owner, tier, ways }) =>
    ways.map((way, i) => [
      ...(i === 0 ? [customer_id, name ?? "", owner?.manager ?? "—", titleOf(tier)] : ["", "", "", ""]),
      titleOf(way.tier),
      measureOf(way.measure),
      way.from ?? "",
      way.to ?? "",
      exactPercent(way.distance),
    ]),
  );
  return [...sayBrings(near, cli), ...(rows.length === 0 ? [] : [cli.table(titles.map(cli.text), rows)])].join("\n");
}
