import { createHash } from "node:crypto";
import { chmod, chown, mkdir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { refuse } from "../problem.js";

/** Who the embedded server runs as: PostgreSQL refuses root, so there it is the account that owns nothing. */
export interface Account {
  uid: number;
  gid: number;
  /** The server's account is not ours: files must be handed over to it. */
  foreign: boolean;
}

const NOBODY = 65_534;

export function serverAccount(): Account {
  const uid = process.getuid?.() ?? 0;
  return uid === 0 ? { uid: NOBODY, gid: NOBODY, foreign: true } : { uid, gid: process.getgid?.() ?? 0, foreign: false };
}

async function allowed(path: string, account: Account, needed: number): Promise<boolean> {
  const { mode, uid, gid } = await stat(path);
  const granted = uid === account.uid ? mode >> 6 : gid === account.gid ? mode >> 3 : mode;
  return (granted & needed) === needed;
}

/** Whether the account may go through every folder down to the path and through (or, with 5, also read) the path itself. */
export async function reaches(path: string, account: Account, needed: 1 | 5 = 5): Promise<boolean> {
  if (!account.foreign) return true;
  const target = await realpath(path);
  if (!(await allowed(target, account, needed))) return false;
  for (let at = target; dirname(at) !== at; at = dirname(at)) {
    if (!(await allowed(dirname(at), account, 1))) return false;
  }
  return true;
}

/** A folder of this machine for what cannot lie in the workspace. Ours alone to write, open for the server to pass. */
export async function stateDirectory(account: Account): Promise<string> {
  const own = process.getuid?.() ?? 0;
  const home = process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local/state");
  const standard = account.foreign ? "/var/lib/tierkeep" : join(home, "tierkeep");
  for (const candidate of [process.env["TIERKEEP_STATE"], standard, join(tmpdir(), `tierkeep-state-${own}`), `/tmp/tierkeep-state-${own}`]) {
    if (candidate === undefined) continue;
    try {
      await mkdir(candidate, { recursive: true, mode: account.foreign ? 0o711 : 0o700 });
      if (account.foreign) await chmod(candidate, 0o711);
    } catch {
      continue; // read-only or not ours: the next one
    }
    const { uid, mode } = await stat(candidate);
    // Somebody else's folder under a name of ours, in a place all can write, is a trap.
    if (uid !== own || (mode & 0o022) !== 0) continue;
    if (await reaches(candidate, account, 1)) return candidate;
  }
  return refuse(
    "postgres.no_place",
    { zh: "找不到可存放内置 PostgreSQL 的目录", en: "There is no directory the embedded PostgreSQL can use" },
    { hint: { zh: "用环境变量 TIERKEEP_STATE 指定一个目录", en: "Name one in TIERKEEP_STATE" } },
  );
}

/** The folders of one cluster. */
export interface Place {
  home: string;
  data: string;
  /** Holds the socket; only the server's account (and root) can enter. */
  run: string;
  /** The cluster could not lie in the workspace. */
  elsewhere: boolean;
}

/** A socket's whole path may hold 103 bytes on some systems, and its own name takes 14. */
const LONGEST_RUN = 85;

export function placeAt(home: string, elsewhere: boolean): Place {
  const inside = join(home, "run");
  const short = `/tmp/tierkeep-${createHash("sha256").update(home).digest("hex").slice(0, 16)}`;
  return { home, data: join(home, "data"), run: Buffer.byteLength(inside) <= LONGEST_RUN ? inside : short, elsewhere };
}

function refuseForeign(directory: string): never {
  return refuse(
    "postgres.not_yours",
    { zh: `目录 ${directory} 属于另一个系统用户`, en: `The directory ${directory} belongs to another user of this machine` },
    { hint: { zh: "以该用户身份运行，或使用自己的工作区", en: "Run as that user, or use a workspace of your own" } },
  );
}

async function handOver(directory: string, account: Account): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const own = process.getuid?.() ?? 0;
  const { uid } = await stat(directory);
  if (uid !== own && uid !== account.uid) refuseForeign(directory);
  if (account.foreign) await chown(directory, account.uid, account.gid);
  await chmod(directory, 0o700);
}

/** Make the folders and give them to the server's account. */
export async function prepare(place: Place, account: Account): Promise<void> {
  await handOver(place.home, account);
  await handOver(place.run, account);
}

/**
 * Where the cluster of this workspace lies: in `<workspace>/postgres`, unless the server's account cannot get there.
 * What was once decided is kept in `postgres/elsewhere`, so a later change of a parent's mode loses nothing.
 */
export async function clusterPlace(workspace: string, id: string, account: Account): Promise<Place> {
  const inside = join(workspace, "postgres");
  await mkdir(inside, { recursive: true, mode: 0o700 });
  const note = join(inside, "elsewhere");
  const noted = await readFile(note, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
  let place = noted === undefined ? placeAt(inside, false) : placeAt(noted, true);
  if (noted === undefined && account.foreign) {
    const { mode } = await stat(workspace);
    await chmod(workspace, (mode & 0o777) | 0o001);
    if (!(await reaches(workspace, account, 1))) {
      const exists = await stat(place.data).then(
        () => true,
        () => false,
      );
      if (exists) refuseClosed(workspace);
      place = placeAt(join(await stateDirectory(account), id), true);
      await writeFile(note, `${place.home}\n`);
      process.stderr.write(`tierkeep: PostgreSQL cannot enter ${workspace}; its files are in ${place.home}\n`);
    }
  }
  await prepare(place, account);
  return place;
}

function refuseClosed(workspace: string): never {
  return refuse(
    "postgres.closed_parent",
    {
      zh: `工作区 ${workspace} 的上级目录已对 PostgreSQL 的运行账户关闭`,
      en: `A directory above the workspace ${workspace} was closed to the account PostgreSQL runs as`,
    },
    { hint: { zh: "恢复上级目录的通过权限（chmod o+x）", en: "Let others pass through it again (chmod o+x)" } },
  );
}
