import type { Cli } from "../platform/cli/index.js";
import { amount, percent } from "../platform/percent.js";
import type { Text } from "../platform/schema.js";
import { type Explanation, type ModelVersion, type Overview, Phase, phaseLabels, type Run, type RunResult, type StandingRow } from "./schema.js";
import { grouped } from "./words.js";

/** Answers as people read them on a terminal. */
const head = {
  tier: { zh: "层级", en: "Tier" },
  title: { zh: "名称", en: "Title" },
  customers: { zh: "客户数", en: "Customers" },
  share: { zh: "占比", en: "Share" },
  value: { zh: "价值", en: "Value" },
  before: { zh: "上次", en: "Before" },
} as const;

const share = (of: number | null): string => (of === null ? "" : percent(of));
const part = (of: number, whole: number): string => share(whole === 0 ? null : of / whole);

export function sayRun(result: RunResult, version: ModelVersion, cli: Cli, file: string | undefined): string {
  const rows = version.tiers.map(({ id, title }) => [id, cli.text(title), result.tiers[id] ?? 0, part(result.tiers[id] ?? 0, result.customers)]);
  const known = result.known_at === null ? { zh: "", en: "" } : { zh: `（按 ${result.known_at} 已知数据）`, en: ` as known at ${result.known_at}` };
  const line = cli.text({
    zh: `运行 ${result.run}：${result.model} 版本 ${result.version}，截至 ${result.as_of}${known.zh}，${result.customers} 位客户，${result.first_graded} 位首次定级，${result.moved} 位层级变动，用时 ${result.seconds} 秒`,
    en: `Run ${result.run}: ${result.model} version ${result.version} as of ${result.as_of}${known.en}, ${result.customers} customers, ${result.first_graded} graded for the first time, ${result.moved} moved, ${result.seconds} s`,
  });
  const reading = result.decided ? [] : [cli.text({ zh: "仅试算：没有改动任何客户的层级。", en: "A trial: nobody's tier was changed." })];
  const standing =
    result.decided && !result.advanced
      ? [
          cli.text({
            zh: "今天不是模型的评定日：指标已更新，已有层级不变。",
            en: "Not a day of the model's schedule: figures are new, the tiers held stand.",
          }),
        ]
      : [];
  const written = file === undefined ? [] : [cli.text({ zh: `明细已写入 ${file}`, en: `Rows are in ${file}` })];
  return [cli.table([head.tier, head.title, head.customers, head.share].map(cli.text), rows), line, ...reading, ...standing, ...written].join("\n");
}

export function sayRuns(runs: readonly Run[], cli: Cli): string {
  const titles = [
    { zh: "运行", en: "Run" },
    { zh: "模型", en: "Model" },
    { zh: "版本", en: "Version" },
    { zh: "截至", en: "As of" },
    head.customers,
    { zh: "首次定级", en: "First grades" },
    { zh: "变动", en: "Moved" },
    { zh: "秒", en: "Seconds" },
    { zh: "性质", en: "Kind" },
  ];
  const kind = (run: Run) =>
    cli.text(!run.decided ? { zh: "试算", en: "trial" } : run.advanced ? { zh: "生效", en: "decided" } : { zh: "更新指标", en: "figures only" });
  return cli.table(
    titles.map(cli.text),
    runs.map((run) => [
      run.run,
      run.model,
      run.version,
      run.known_at === null ? run.as_of : `${run.as_of} (${run.known_at})`,
      run.customers ?? "—",
      run.first_graded ?? "—",
      run.moved ?? "—",
      run.seconds,
      kind(run),
    ]),
  );
}

/** How many came at least to each stage. */
function sayFunnel(funnel: NonNullable<Overview["funnel"]>, cli: Cli): string {
  const titles = [
    { zh: "阶段", en: "Stage" },
    { zh: "到达", en: "Reached" },
    { zh: "占全部", en: "Of all" },
    { zh: "占上一阶段", en: "Of the stage before" },
  ];
  return cli.table(
    titles.map(cli.text),
    funnel.map(({ title, reached, of_all, of_before }) => [cli.text(title), reached, share(of_all), share(of_before)]),
  );
}

export function sayOverview({ model, run, tiers, phases, funnel }: Overview, currency: string, cli: Cli): string {
  const money = model.columns.find((column) => column.name === model.value)?.unit === "money";
  const values = tiers.map(({ value }) => (value === null ? "" : amount(value, money ? 2 : 0)));
  const width = Math.max(...values.map((value) => value.length));
  const rows = tiers.map((tier, i) => [cli.text(tier.title), tier.customers, percent(tier.share), (values[i] ?? "").padStart(width), tier.before ?? ""]);
  const value = money ? `${cli.text(head.value)} (${currency})` : cli.text(head.value);
  const line = cli.text({
    zh: `${model.title.zh}（${model.model} 版本 ${model.version}），截至 ${run.as_of}，运行 ${run.run}，${run.first_graded} 位首次定级，${run.moved} 位层级变动`,
    en: `${model.title.en} (${model.model} version ${model.version}) as of ${run.as_of}, run ${run.run}, ${run.first_graded} graded for the first time, ${run.moved} moved`,
  });
  const onTheWay = Phase.options.flatMap((phase) => (phase === "stable" || phases[phase] === 0 ? [] : [`${cli.text(phaseLabels[phase])} ${phases[phase]}`]));
  return [
    line,
    ...(onTheWay.length === 0 ? [] : [onTheWay.join(" · ")]),
    cli.table([cli.text(head.tier), cli.text(head.customers), cli.text(head.share), value, cli.text(head.before)], rows),
    ...(funnel === null ? [] : [sayFunnel(funnel, cli)]),
  ].join("\n");
}

/** The tier, and in brackets where the customer is between two, and what it would be without an override. */
function tierAsHeld({ tier, computed, phase, override }: StandingRow, cli: Cli): string {
  const notes = [
    ...(phase === "stable" ? [] : [cli.text(phaseLabels[phase])]),
    ...(override === null ? [] : [cli.text({ zh: `人工调整，系统为 ${computed}`, en: `override; by the model ${computed}` })]),
  ];
  return notes.length === 0 ? tier : `${tier} (${notes.join("; ")})`;
}

export function sayCustomers(rows: readonly StandingRow[], total: number | null, cli: Cli): string {
  const figures = Object.keys(rows[0]?.figures ?? {});
  const titles = [
    cli.text({ zh: "客户号", en: "Customer" }),
    cli.text({ zh: "姓名/名称", en: "Name" }),
    cli.text(head.tier),
    cli.text({ zh: "起始", en: "Since" }),
    cli.text({ zh: "客户经理", en: "Account manager" }),
    ...figures,
  ];
  const body = rows.map((row) => [
    row.customer_id,
    row.name ?? "",
    tierAsHeld(row, cli),
    row.since,
    row.owner?.manager ?? "—",
    ...figures.map((name) => row.figures[name] ?? ""),
  ]);
  return [cli.table(titles, body), cli.text({ zh: `共 ${total ?? rows.length} 位`, en: `${total ?? rows.length} in all` })].join("\n");
}

const DIGITS = 4;

/** A figure for the eye, as sentences have it: 1,234.5. A text stays as it is. */
const figure = (value: string | number | null, unit?: string): string => (value === null ? "" : unit === "text" ? String(value) : grouped(String(value)));

/** Thresholds that are computed, as means are, do not stand in the condition itself: each with the figure that is held against it. */
function thresholds(clauses: Explanation["tiers"][number]["clauses"], titleOf: (name: string) => Text, cli: Cli): string {
  const computed = clauses.flatMap(({ text, figure: name, actual, required }) => {
    if (typeof required !== "number" || !text.includes("(")) return [];
    const about = name === null ? { zh: text, en: text } : titleOf(name);
    const [value, limit] = [figure(actual) || "–", grouped(required.toFixed(DIGITS))];
    return [cli.text({ zh: `${about.zh} ${value}，界限 ${limit}`, en: `${about.en} ${value}, threshold ${limit}` })];
  });
  return computed.length === 0 ? "" : `  (${computed.join("; ")})`;
}

function sayOverride(override: NonNullable<Explanation["override"]>, tier: string, computed: string, cli: Cli): string {
  const { until_on: until, requested_by: by, decided_by: approver, reason } = override;
  const does = {
    pin: { zh: `固定为“${tier}”`, en: `${tier}, whatever the model says` },
    floor: { zh: `不低于“${tier}”`, en: `at least ${tier}` },
    ceiling: { zh: `不高于“${tier}”`, en: `at most ${tier}` },
  }[override.kind];
  return cli.text(
    override.state === "active"
      ? {
          zh: `人工调整：${does.zh}，至 ${until}（系统层级“${computed}”）；${by} 申请，${approver ?? ""} 批准：${reason}`,
          en: `Override until ${until}: ${does.en} (the model's tier is ${computed}); asked for by ${by}, approved by ${approver ?? ""}: ${reason}`,
        }
      : {
          zh: `人工调整待审批（编号 ${override.override}）：${does.zh}，至 ${until}；${by} 申请：${reason}`,
          en: `An override waits for approval (number ${override.override}): ${does.en} until ${until}; asked for by ${by}: ${reason}`,
        },
  );
}

export function sayExplanation(one: Explanation, cli: Cli): string {
  const title = (id: string): string => {
    const tier = one.tiers.find((held) => held.id === id);
    return tier === undefined ? id : cli.text(tier.title);
  };
  const figureOf = (name: string) => one.figures.find((held) => held.name === name);
  const titleOf = (name: string): Text => figureOf(name)?.title ?? { zh: name, en: name };
  const shown = (name: string, value: string | number | null): string => figure(value, figureOf(name)?.unit);
  const mark = (holds: boolean | null): string => (holds === true ? "✓" : holds === null ? "?" : "✗");
  const lines = [
    `${one.customer_id}: ${title(one.effective)}`,
    cli.text(one.reason),
    ...(one.held === null ? [] : [cli.text(one.held)]),
    ...(one.override === null ? [] : [sayOverride(one.override, title(one.override.tier), title(one.computed), cli)]),
    cli.table(
      [
        { zh: "项目", en: "Figure" },
        { zh: "值", en: "Value" },
        { zh: "由来", en: "How" },
      ].map(cli.text),
      one.figures.map(({ title, value, unit, how }) => [cli.text(title), figure(value, unit), cli.text(how)]),
    ),
    ...one.tiers.map(
      (tier) =>
        `${tier.when === null && tier.id !== one.grade ? "·" : mark(tier.holds)} ${cli.text(tier.title)}${tier.when === null ? "" : `: ${tier.when}${thresholds(tier.clauses, titleOf, cli)}`}`,
    ),
  ];
  if (one.changes !== null && one.changes.figures.length > 0) {
    const { since, figures } = one.changes;
    const moved = figures
      .map(({ name, from, to }) => `${cli.text(titleOf(name))} ${shown(name, from) || "—"} → ${shown(name, to) || "—"}`)
      .join(cli.text({ zh: "；", en: "; " }));
    lines.push(cli.text({ zh: `自 ${since} 以来：${moved}`, en: `Since ${since}: ${moved}` }));
  }
  if (one.saving !== null) {
    const { measure, from, to, tier } = one.saving;
    const words = titleOf(measure);
    lines.push(
      cli.text({
        zh: `保住“${title(one.computed)}”：${words.zh}由 ${shown(measure, from) || "（无）"} 到 ${shown(measure, to)}${tier === one.computed ? "" : `，即为“${title(tier)}”`}`,
        en: `To keep ${title(one.computed)}: ${words.en} from ${shown(measure, from) || "(none)"} to ${shown(measure, to)}${tier === one.computed ? "" : `, which gives ${title(tier)}`}`,
      }),
    );
  }
  const same = one.next !== null && one.saving !== null && one.next.measure === one.saving.measure && one.next.to === one.saving.to;
  if (one.next !== null && !same) {
    const { measure, from, to, tier } = one.next;
    const words = titleOf(measure);
    lines.push(
      cli.text({
        zh: `再上一级“${title(tier)}”：${words.zh}由 ${shown(measure, from) || "（无）"} 到 ${shown(measure, to)}`,
        en: `Next, ${title(tier)}: ${words.en} from ${shown(measure, from) || "(none)"} to ${shown(measure, to)}`,
      }),
    );
  }
  for (const step of one.history) {
    lines.push(
      cli.text({
        zh: `${step.as_of}：${step.from === step.to ? "" : `${step.from === null ? "首次评定" : title(step.from)} → `}${title(step.to)}（${step.by_override ? "人工调整" : phaseLabels[step.phase].zh}）`,
        en: `${step.as_of}: ${step.from === step.to ? "" : `${step.from === null ? "first grade" : title(step.from)} → `}${title(step.to)} (${step.by_override ? "override" : phaseLabels[step.phase].en.toLowerCase()})`,
      }),
    );
  }
  return lines.join("\n");
}
