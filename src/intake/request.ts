import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Actor } from "../access/schema.js";
import { refuse } from "../platform/problem.js";
import type { Workspace } from "../platform/workspace/index.js";
import type { ImportRequest, Upload } from "./schema.js";

const uploads = "uploads";
const A_DAY_MS = 86_400_000;
const LONGEST_NAME = 255; // bytes: what file systems take

/** Keep an uploaded file until it is imported; more files of one upload lie beside each other, for look-ups between them. */
export async function keepUpload(workspace: Workspace, given: string, content: Readable, upload: string = randomUUID()): Promise<Upload> {
  const bare = basename(given.replaceAll("\\", "/")).replaceAll(/[\0/]/g, "");
  const name = ["", ".", ".."].includes(bare) ? "file" : bare;
  if (Buffer.byteLength(name) > LONGEST_NAME) {
    content.resume(); // who is still sending hears the answer afterwards
    refuse(
      "intake.file_name",
      { zh: "文件名过长", en: "The file's name is too long" },
      { hint: { zh: `最多 ${LONGEST_NAME} 个字节，一个汉字占三个。`, en: `At most ${LONGEST_NAME} bytes.` } },
    );
  }
  await forgetOldUploads(workspace);
  const folder = folderOf(workspace, upload);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  try {
    await pipeline(content, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { upload, name, bytes: (await stat(path)).size };
}

/** What reads forms throws plain errors without a code where the form itself is at fault. */
export function refuseBrokenForm(error: unknown): never {
  if (!(error instanceof Error) || error.constructor !== Error || "code" in error) throw error;
  return refuse(
    "intake.broken_form",
    { zh: "上传的内容不完整，或不是正确的 multipart 表单", en: "The upload was cut off, or is no correct multipart form" },
    { hint: { zh: "请重新上传。", en: "Send it again." } },
  );
}

/** The folder of an upload: what its import may read. */
export const folderOf = (workspace: Workspace, upload: string): string => workspace.path("tmp", uploads, upload);

async function forgetOldUploads(workspace: Workspace): Promise<void> {
  const folder = workspace.path("tmp", uploads);
  for (const name of await readdir(folder).catch(() => [])) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > A_DAY_MS) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Remove an upload that has served. */
export const forgetUpload = (workspace: Workspace, upload: string): Promise<void> => rm(folderOf(workspace, upload), { recursive: true, force: true });

/** The file or folder a request means. A path on the server's machine is for its operator alone. */
export async function pathOf(workspace: Workspace, actor: Actor, request: ImportRequest): Promise<string> {
  if (request.path !== undefined) {
    if (actor.role === "operator") return request.path;
    refuse(
      "intake.path_forbidden",
      { zh: "只有运维人员可以按路径导入", en: "Only the operator imports by path" },
      { status: 403, hint: { zh: "请上传文件。", en: "Upload the file instead." } },
    );
  }
  if (request.upload === undefined)
    refuse(
      "intake.no_file",
      { zh: "没有说明要导入的文件", en: "It is not said which file to import" },
      { hint: { zh: "给出 path 或 upload。", en: "Give path or upload." } },
    );
  const names = await readdir(folderOf(workspace, request.upload)).catch(() => []);
  const [only] = names;
  if (only === undefined)
    refuse(
      "intake.no_such_upload",
      { zh: "上传的文件已不存在", en: "The uploaded file is not there any more" },
      { status: 404, hint: { zh: "请重新上传。", en: "Upload it again." } },
    );
  return names.length === 1 ? join(folderOf(workspace, request.upload), only) : folderOf(workspace, request.upload);
}
