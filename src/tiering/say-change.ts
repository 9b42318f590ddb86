import type { Cli } from "../platform/cli/index.js";
import { amount, exactPercent, percent } from "../platform/percent.js";
import { type ModelChange, type ModelPreview, type ModelVersion, type Proposal, proposalStateLabels, type VersionDiff } from "./schema.js";

const change = ({ before, after }: { before: number; after: number }, digits: number): string => `${amount(before, digits)} → ${amount(after, digits)}`;

function outcome({ version, run, proposal, model, words_only }: ModelChange, title: ModelVersion | undefined, cli: Cli): string {
  if (proposal !== null)
    return cli.text({
      zh: `没有发布：变更待审批，编号 ${proposal}。请申请人以外有审批权限的人在工作台“分层”页处理，或调用 POST /api/v1/proposals/${proposal}/decision；撤回：tierkeep models withdraw ${proposal}`,
      en: `Nothing is published: proposal ${proposal} waits. Somebody who may approve, other than who asked, decides it at Tiers in the workbench or by POST /api/v1/proposals/${proposal}/decision; to take it back: tierkeep models withdraw ${proposal}`,
    });
  const named = title === undefined ? { zh: "", en: "" } : { zh: `（${title.title.zh}）`, en: ` (${title.title.en})` };
  const published = { zh: `已发布 ${model} 版本 ${version}${named.zh}`, en: `${model} version ${version} is published${named.en}` };
  if (run !== null) return cli.text({ zh: `${published.zh}，运行 ${run} 已生效`, en: `${published.en}; run ${run} is in force` });
  if (words_only) return cli.text({ zh: `${published.zh}；只有文字不同，不需要重新评定`, en: `${published.en}; only words differ: nobody is graded again` });
  return cli.text({
    zh: `${published.zh}；还没有运行：tierkeep tier ${model} --as-of 日期`,
    en: `${published.en}; nobody is graded yet: tierkeep tier ${model} --as-of DATE`,
  });
}

/** What would have moved without the change, and what the change does by itself. */
function drifted({ drift, changed, changed_share }: ModelPreview, cli: Cli): string[] {
  if (drift === 0) return [];
  const share = percent(changed_share);
  return [
    cli.text({
      zh: `按同样的日期和数据，现行版本本身也会变动 ${drift} 位；这项变更使 ${changed} 位（${share}）的层级与之不同`,
      en: `On the same day and facts the version in force moves ${drift} by itself; the change gives ${changed} (${share}) another tier than that`,
    }),
  ];
}

const isDone = (change: ModelPreview | ModelChange): change is ModelChange => "proposal" in change;

/** What a change does, or did. */
export function sayChange(told: ModelPreview | ModelChange, title: ModelVersion | undefined, currency: string, cli: Cli): string {
  const done = isDone(told) ? [outcome(told, title, cli)] : [];
  if (told.as_of === null) return [cli.text({ zh: "还没有数据，无从预览。", en: "There are no facts yet: nothing to preview." }), ...done].join("\n");
  const titles = [
    { zh: "层级", en: "Tier" },
    { zh: "名称", en: "Title" },
    { zh: "现在", en: "Now" },
    { zh: "之后", en: "Then" },
    { zh: "差异", en: "Change" },
  ];
  const titleOf = (id: string): string => cli.text(told.tiers.find((tier) => tier.id === id)?.title ?? { zh: id, en: id });
  const ids = [...new Set([...told.tiers.map(({ id }) => id), ...Object.keys(told.before)])];
  const rows = ids.map((id) => {
    const [before, after] = [told.before[id] ?? 0, told.after[id] ?? 0];
    return [id, titleOf(id), before, after, after - before > 0 ? `+${after - before}` : after - before];
  });
  const ways = ids.flatMap((from) =>
    ids.flatMap((to) => {
      const customers = told.matrix[from]?.[to] ?? 0;
      return from === to || customers === 0 ? [] : [`${titleOf(from)} → ${titleOf(to)}: ${customers}`];
    }),
  );
  const { contacts, hours } = told.workload;
  const lines = [
    cli.text({
      zh: `截至 ${told.as_of}，${told.customers} 位客户，${told.moved} 位变动（${percent(told.share)}），${told.first_graded} 位首次定级`,
      en: `As of ${told.as_of}: ${told.customers} customers, ${told.moved} move (${percent(told.share)}), ${told.first_graded} graded for the first time`,
    }),
    ...drifted(told, cli),
    ...(ways.length === 0 ? [] : [ways.join(cli.text({ zh: "；", en: "; " }))]),
    cli.text({
      zh: `每月联系 ${change(contacts, 1)} 次，${change(hours, 1)} 小时；每年礼品等费用（${currency}）${change(told.cost, 2)}`,
      en: `Contacts a month ${change(contacts, 1)}, hours ${change(hours, 1)}; gifts and the like a year (${currency}) ${change(told.cost, 2)}`,
    }),
    ...told.managers.slice(0, 5).map(({ manager, name, before, after }) =>
      cli.text({
        zh: `客户经理 ${name ?? manager}：每月 ${change({ before, after }, 1)} 小时`,
        en: `Account manager ${name ?? manager}: ${change({ before, after }, 1)} hours a month`,
      }),
    ),
    ...(told.movers.length === 0
      ? []
      : [
          `${cli.text({ zh: "例如：", en: "For example: " })}${told.movers
            .slice(0, 5)
            .map(({ customer_id, from, to }) => `${customer_id} ${from} → ${to}`)
            .join(cli.text({ zh: "，", en: ", " }))}`,
        ]),
    ...(!isDone(told) && told.stops !== null && told.share > told.stops
      ? [
          cli.text({
            zh: `超过模型规定的 ${exactPercent(told.stops)}：需要 --confirm`,
            en: `More than the ${exactPercent(told.stops)} the model allows: it takes --confirm`,
          }),
        ]
      : []),
    ...(told.needs_approval ? [cli.text({ zh: "需要另一个人审批。", en: "It needs somebody else's approval." })] : []),
  ];
  return [cli.table(titles.map(cli.text), rows), ...lines, ...done].join("\n");
}

const marks = { same: " ", added: "+", removed: "-" } as const;

export const sayDiff = ({ parts }: VersionDiff): string => parts.flatMap(({ kind, lines }) => lines.map((line) => `${marks[kind]} ${line}`)).join("\n");

export function sayProposals(rows: readonly Proposal[], cli: Cli): string {
  const titles = [
    { zh: "编号", en: "Number" },
    { zh: "模型", en: "Model" },
    { zh: "变动", en: "Moved" },
    { zh: "占比", en: "Share" },
    { zh: "状态", en: "State" },
    { zh: "申请人", en: "Asked by" },
    { zh: "审批人", en: "Decided by" },
    { zh: "版本", en: "Version" },
    { zh: "变更原因", en: "Why" },
  ];
  return cli.table(
    titles.map(cli.text),
    rows.map((row) => [
      row.proposal,
      row.model,
      row.preview.moved,
      percent(row.preview.share),
      cli.text(proposalStateLabels[row.state]),
      row.requested_by,
      row.decided_by ?? "—",
      row.version ?? "—",
      row.note ?? "—",
    ]),
  );
}
