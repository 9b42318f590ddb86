import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { refuse } from "../problem.js";

/** What a workspace was made with. */
export const Settings = z.object({ id: z.uuid(), zone: z.string(), currency: z.string(), created_at: z.string() });
export type Settings = z.infer<typeof Settings>;

const FILE = "workspace.json";
/** Holds the settings until both stores exist: a workspace is there when workspace.json is. */
const DRAFT = "workspace.json.new";

async function readSettings(file: string): Promise<Settings | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    if (error.code === "EACCES") return refuseForeign(file);
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return Settings.parse(JSON.parse(text));
  } catch {
    return refuse(
      "workspace.unreadable",
      { zh: "工作区的设置文件已损坏", en: "The workspace's settings cannot be read" },
      { place: { file }, hint: { zh: "从备份恢复这个文件；其余数据没有改动。", en: "Restore this file from a backup; nothing else was touched." } },
    );
  }
}

function refuseForeign(file: string): never {
  return refuse(
    "workspace.not_yours",
    { zh: "工作区属于另一个系统用户", en: "The workspace belongs to another user of this machine" },
    { place: { file }, hint: { zh: "以该用户身份运行，或使用自己的工作区", en: "Run as that user, or use a workspace of your own" } },
  );
}

/** The settings of the workspace in this directory; undefined when there is none. */
export const findSettings = (directory: string): Promise<Settings | undefined> => readSettings(join(directory, FILE));

/** Begin a workspace, or go on with one whose making was cut short: two at once agree on one id. */
export async function draftSettings(directory: string, wanted: Settings): Promise<Settings> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const draft = join(directory, DRAFT);
  const making = `${draft}.${process.pid}`;
  const settings = { ...wanted, id: (await readSettings(draft))?.id ?? wanted.id };
  await writeFile(making, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  await link(making, draft).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const agreed = { ...settings, id: (await readSettings(draft))?.id ?? settings.id };
  await writeFile(making, `${JSON.stringify(agreed, null, 2)}\n`, { mode: 0o600 });
  await rename(making, draft);
  await rm(making, { force: true }); // two names of one file: then the renaming did nothing
  return agreed;
}

/** From here on the workspace is there. */
export async function publishSettings(directory: string): Promise<void> {
  await rename(join(directory, DRAFT), join(directory, FILE));
}

/** A zone the engines will know, and a currency code as ISO 4217 writes them. */
export function checkSettings(zone: string, currency: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch {
    refuse(
      "workspace.zone",
      { zh: `没有名为 ${zone} 的时区`, en: `There is no time zone ${zone}` },
      { hint: { zh: "使用 IANA 时区名，例如 Asia/Shanghai", en: "Use an IANA name such as Asia/Shanghai" } },
    );
  }
  if (/^[A-Z]{3}$/.test(currency)) return;
  refuse(
    "workspace.currency",
    { zh: `货币代码 ${currency} 无效`, en: `${currency} is not a currency code` },
    { hint: { zh: "使用三个大写字母的代码，例如 CNY", en: "Use three capital letters, such as CNY" } },
  );
}
