import { statSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { Fact } from "../customer/schema.js";
import { daysAfter } from "../platform/calendar/index.js";
import { pathTo, wholeNumber } from "../platform/cli/arguments.js";
import type { Cli } from "../platform/cli/index.js";
import { todayIn } from "../platform/cycle/index.js";
import { refuse } from "../platform/problem.js";
import { Day } from "../platform/schema.js";
import { liveCommands } from "./live/commands.js";
import { MOST_CUSTOMERS, type SampleName, sampleNames, writeSample } from "./sample/index.js";
import type { ImportBatch, ImportRequest, ImportResult, MappingCard, SetAsideRow } from "./schema.js";

interface ImportOptions {
  mapping?: string;
  source?: string;
  as?: Fact;
  map?: Record<string, string>;
}

/** `customer_id=cust,amount=price * quantity`: a comma inside brackets or quotes is the expression's own. */
export function parseMap(text: string): Record<string, string> {
  const pieces = text.match(/(?:'[^']*'|`[^`]*`|\([^)]*\)|\[[^\]]*\]|[^,])+/g) ?? [];
  return Object.fromEntries(
    pieces.map((piece) => {
      const at = piece.indexOf("=");
      const [column, value] = [piece.slice(0, at).trim(), piece.slice(at + 1).trim()];
      if (at < 1 || column === "" || value === "") throw new InvalidArgumentError("canonical_column=file_column, separated by commas");
      return [column, value];
    }),
  );
}

async function requestOf(path: string, options: ImportOptions): Promise<ImportRequest> {
  const { mapping, source, as, map } = options;
  const isThere = mapping !== undefined && statSync(mapping, { throwIfNoEntry: false })?.isFile() === true;
  const isFile = mapping !== undefined && (isThere || /\.ya?ml$/i.test(mapping));
  if (isFile && !isThere) {
    refuse(
      "intake.no_such_mapping",
      { zh: `找不到映射文件 ${mapping}`, en: `There is no mapping file ${mapping}` },
      { place: { file: mapping }, hint: { zh: "检查路径，或用 tierkeep mappings 查看已有的映射。", en: "Check the path, or see tierkeep mappings." } },
    );
  }
  return {
    path: resolve(path),
    ...(mapping === undefined ? {} : { mapping }),
    ...(isFile ? { mapping_text: await readFile(mapping, "utf8") } : {}),
    ...(source === undefined ? {} : { source }),
    ...(as === undefined ? {} : { as }),
    ...(map === undefined ? {} : { map }),
  };
}

interface SampleCommand {
  out: string;
  customers: number;
  seed: number;
  until?: string;
}

const customersOfSample = (value: string): number => {
  const customers = wholeNumber(value);
  if (customers < 1 || customers > MOST_CUSTOMERS) throw new InvalidArgumentError(`1 to ${MOST_CUSTOMERS}`);
  return customers;
};

/** A customer of a sample may be born 90 years before. */
const dayOfSample = (value: string): string => {
  if (!Day.safeParse(value).success || value < "1970-01-01") throw new InvalidArgumentError("a day from 1970-01-01 on");
  return value;
};

/** Write a sample institution into a folder that holds nothing yet, and say how to go on. */
async function makeSample(institution: SampleName, { out, customers, seed, until: asked }: SampleCommand, cli: Cli): Promise<void> {
  const directory = resolve(out);
  const there = statSync(directory, { throwIfNoEntry: false });
  if (there !== undefined && (!there.isDirectory() || (await readdir(directory)).length > 0))
    refuse(
      "intake.folder_in_use",
      { zh: `${directory} 不是空目录`, en: `${directory} is not an empty folder` },
      { place: { path: "--out" }, hint: { zh: "换一个目录，或先清空它。", en: "Give another, or empty it first." } },
    );
  await mkdir(directory, { recursive: true });
  const until = asked ?? daysAfter(todayIn("Asia/Shanghai", new Date()), -1);
  await writeSample(institution, directory, { customers, seed, until });
  const mapping = `sample-${institution}`;
  cli.print({ institution, directory, mapping, customers, seed, until }, () =>
    [
      cli.text({ zh: `已写入 ${directory}，数据截至 ${until}。接着：`, en: `Written to ${directory}, up to ${until}. Go on with:` }),
      `  tierkeep import ${out} --mapping ${mapping}`,
      `  tierkeep tier ${cli.text({ zh: "模型", en: "MODEL" })} --as-of ${until}`,
    ].join("\n"),
  );
}

export function commands(program: Command, cli: Cli): void {
  program
    .command("sample")
    .description("write the files of a made-up institution, to try models with")
    .addArgument(new Argument("<institution>", sampleNames.join(", ")).choices(sampleNames))
    .requiredOption("--out <dir>", "an empty folder for its files")
    .option("--customers <n>", "how many customers", customersOfSample, 2000)
    .option("--seed <n>", "another number makes other customers", wholeNumber, 1)
    .option("--until <date>", "the last day of its data; absent: yesterday", dayOfSample)
    .action((institution: SampleName, options: SampleCommand) => makeSample(institution, options, cli));

  program
    .command("import")
    .description("bring a file or folder in through a mapping")
    .argument("<file-or-folder>", "CSV, TSV, JSON, Excel or Parquet")
    .option("--mapping <name-or-file>", "name of a mapping, or a YAML file")
    .option("--source <source>", "namespace of the customer ids")
    .addOption(new Option("--as <fact>", "without a mapping: what the rows are").choices(Fact.options))
    .option("--map <columns>", "without a mapping: customer_id=cust,occurred_at=date,amount=amt", parseMap)
    .action(async (path: string, options: ImportOptions) => {
      const request = await requestOf(path, options);
      const api = await cli.api();
      const progress = cli.progress();
      try {
        const result = await api.job<ImportResult>(await api.post("/imports", request), progress.report);
        const { reasons } = result.rows_set_aside === 0 ? { reasons: {} } : await api.get<ImportBatch>(pathTo(["imports", result.batch]));
        progress.stop();
        cli.print(result, () => sayResult(result, reasons, cli));
      } finally {
        progress.stop();
      }
    });

  liveCommands(program, cli);

  program
    .command("mappings")
    .description("mappings from files to facts")
    .action(async () => {
      const api = await cli.api();
      const mappings = await api.get<MappingCard[]>("/mappings");
      const head = [cli.text({ zh: "名称", en: "Name" }), cli.text({ zh: "标题", en: "Title" }), cli.text({ zh: "来源", en: "Source" })];
      cli.print(mappings, () =>
        cli.table(
          head,
          mappings.map((one) => [one.name, cli.text(one.title), one.source]),
        ),
      );
    });

  const imports = program
    .command("imports")
    .description("finished imports, the newest first")
    .action(async () => {
      const api = await cli.api();
      const page = await api.get<{ items: ImportBatch[] }>("/imports?limit=50");
      const head = [
        cli.text({ zh: "批次", en: "Batch" }),
        cli.text({ zh: "时间", en: "Imported" }),
        cli.text({ zh: "映射", en: "Mapping" }),
        ...countWords(cli),
      ];
      cli.print(page, () =>
        cli.table(
          head,
          page.items.map((one) => [one.batch, one.imported_at, one.mapping, ...countsOf(one)]),
        ),
      );
    });

  imports
    .command("show")
    .description("one import and the rows it set aside")
    .argument("<batch>", "batch id")
    .option("--code <reason>", "only rows set aside for this reason")
    .action(async (batch: string, options: { code?: string }) => {
      const api = await cli.api();
      const found = await api.get<ImportBatch>(`/imports/${encodeURIComponent(batch)}`);
      const only = options.code === undefined ? "" : `&code=${encodeURIComponent(options.code)}`;
      const aside = await api.get<{ items: SetAsideRow[]; next: string | null; total: number }>(
        `/imports/${encodeURIComponent(batch)}/set-aside?limit=200${only}`,
      );
      cli.print({ ...found, set_aside: aside }, () => `${sayResult(found, found.reasons, cli)}\n${sayAside(aside, cli)}`);
    });
}

const countsOf = (one: ImportResult): number[] => [one.rows_read, one.rows_loaded, one.rows_set_aside, one.unchanged];
const countWords = (cli: Cli): string[] => [
  cli.text({ zh: "读取", en: "Read" }),
  cli.text({ zh: "载入", en: "Loaded" }),
  cli.text({ zh: "搁置", en: "Set aside" }),
  cli.text({ zh: "未变", en: "Unchanged" }),
];

function sayResult(result: ImportResult, said: ImportBatch["reasons"], cli: Cli): string {
  const reasons = Object.entries(result.set_aside_by_reason).map(([code, rows]) => [cli.text(said[code] ?? { zh: code, en: code }), code, rows]);
  const counts = cli.table(countWords(cli), [countsOf(result)]);
  if (reasons.length === 0) return counts;
  const head = [cli.text({ zh: "搁置原因", en: "Set aside because" }), "--code", cli.text({ zh: "行数", en: "Rows" })];
  return `${counts}\n${cli.table(head, reasons)}\n${cli.text({ zh: "逐行查看", en: "Row by row" })}: tierkeep imports show ${result.batch}`;
}

function sayAside({ items, total }: { items: SetAsideRow[]; total: number }, cli: Cli): string {
  const head = [
    cli.text({ zh: "文件", en: "File" }),
    cli.text({ zh: "行", en: "Line" }),
    cli.text({ zh: "列", en: "Column" }),
    cli.text({ zh: "原因", en: "Reason" }),
    cli.text({ zh: "内容", en: "Content" }),
  ];
  const table = cli.table(
    head,
    items.map((row) => [row.file, row.line, row.column ?? "", cli.text(row.reason), row.content.slice(0, 60)]),
  );
  return items.length < total
    ? `${table}\n${cli.text({ zh: `共 ${total} 行，仅显示前 ${items.length} 行`, en: `${total} rows, the first ${items.length} shown` })}`
    : table;
}
