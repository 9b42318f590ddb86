import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
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
    throw error;
  });
  return text === undefined ? undefined : Settings.parse(JSON.parse(text));
}

/** The settings of the workspace in this directory; undefined when there is none. */
export const findSettings = (directory: string): Promise<Settings | undefined> => readSettings(join(directory, FILE));

/** Begin a workspace, or go on with one whose making was cut short. */
export async function draftSettings(directory: string, wanted: Settings): Promise<Settings> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const held = await readSettings(join(directory, DRAFT));
  const settings = { ...wanted, ...(held === undefined ? {} : { id: held.id }) };
  await writeFile(join(directory, DRAFT), `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  return settings;
}

export async function publishSettings(directory: string): Promise<void> {
  await chmod(join(directory, DRAFT), 0o600);
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
