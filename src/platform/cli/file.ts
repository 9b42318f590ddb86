import { open, rename, rm } from "node:fs/promises";
import { ProblemError, problem } from "../problem.js";

/** Write a file that appears only when it is whole; what was there before stays until then. When this ends, nobody reads from `pieces` any more. */
export async function writeWhole(file: string, pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
  const partial = `${file}.partial`;
  try {
    const handle = await open(partial, "w");
    try {
      for await (const piece of pieces) await handle.appendFile(piece);
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw cannotWrite(error, file);
  }
}

function cannotWrite(error: unknown, file: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!["ENOENT", "EACCES", "EISDIR", "ENOSPC", "EROFS", "ENOTDIR"].includes(code)) return error;
  return new ProblemError([
    problem(
      "cli.cannot_write",
      { zh: `无法写入文件 ${file}（${code}）`, en: `Cannot write ${file} (${code})` },
      { place: { file }, hint: { zh: "检查目录是否存在、是否有写权限和剩余空间。", en: "Check that the folder exists, is writable and has space." } },
    ),
  ]);
}
