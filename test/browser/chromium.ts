import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const inPackage = join(root, "node_modules/@sparticuz/chromium");

/** Where a browser is and the environment it needs. */
export interface Chromium {
  executable: string;
  env: Record<string, string>;
}

/**
 * Chromium out of its npm package: no download, no apt, also as root. The package unpacks into the temporary directory it sees and asks
 * the environment whether system libraries come along, so it is called in a process of its own with both set to our liking; the rename
 * makes a half-unpacked browser impossible when two test files begin at once.
 * Elsewhere than x64 Linux, TIERKEEP_CHROMIUM names a Chromium of the machine's own.
 */
export async function findChromium(): Promise<Chromium> {
  const named = process.env["TIERKEEP_CHROMIUM"];
  if (named) return { executable: named, env: {} };
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("The packaged Chromium is for Linux on x64: set TIERKEEP_CHROMIUM to the path of a Chromium or Chrome on this machine.");
  }
  const { version } = JSON.parse(readFileSync(join(inPackage, "package.json"), "utf8")) as { version: string };
  const home = join(root, ".cache", `chromium-${version}`);
  if (!existsSync(join(home, "chromium"))) await unpack(home);
  return {
    executable: join(home, "chromium"),
    env: {
      // the machine's own fonts stay out of sight: Chinese must come from the page's own font
      FONTCONFIG_FILE: join(home, "fonts.conf"),
      ...(process.env["LD_LIBRARY_PATH"] ? { LD_LIBRARY_PATH: process.env["LD_LIBRARY_PATH"] } : {}),
      ...((await hasLibraries()) ? {} : { LD_LIBRARY_PATH: join(home, "al2023", "lib") }),
    },
  };
}

async function unpack(home: string): Promise<void> {
  const half = `${home}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  const script = 'import("@sparticuz/chromium").then(({ default: chromium }) => chromium.executablePath())';
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    cwd: root,
    env: { ...process.env, TMPDIR: half, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" },
  });
  // the package's own configuration looks in the temporary directory; a browser without one Latin font draws nothing, web fonts included
  writeFileSync(
    join(half, "fonts.conf"),
    `<?xml version="1.0"?><fontconfig><dir>${join(home, "fonts")}</dir><cachedir>${join(home, "fonts-cache")}</cachedir></fontconfig>\n`,
  );
  try {
    renameSync(half, home);
  } catch (error) {
    // the other test file was quicker
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(join(home, "chromium"))) throw error;
  }
}

/** Does the machine have the libraries Chromium links to? Those of the package are older and only the second choice. */
async function hasLibraries(): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)("/sbin/ldconfig", ["-p"]);
    return ["libnss3.so", "libnspr4.so", "libexpat.so.1"].every((library) => stdout.includes(library));
  } catch {
    return false;
  }
}

/** A place for pictures of a test run, not kept in the repository. */
export function pictureFolder(): string {
  const folder = process.env["TIERKEEP_PICTURES"] ?? join(root, ".cache", "pictures");
  mkdirSync(folder, { recursive: true });
  return folder;
}
