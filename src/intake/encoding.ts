import { isUtf8 } from "node:buffer";
import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { refuse } from "../platform/problem.js";

/** How the bytes of a text file are to be read. `mended` is UTF-8 with some broken rows in it. */
export type Encoding = "utf-8" | "mended" | "gb18030" | "utf-16le" | "utf-16be";

const CHUNK = 1024 * 1024;
const LF = 10;

const endings = {
  excel: { zh: "这是旧版或加密的 Excel 文件", en: "this is an Excel file of the old kind, or one with a password" },
  compressed: { zh: "这是压缩文件", en: "this is a compressed file" },
} as const;

/** An archive, which a workbook of Excel is too. */
export const isZip = (head: Buffer): boolean => head.subarray(0, 4).toString("latin1") === "PK\u0003\u0004";

/** Refuse what is no text at all, by its first bytes. */
export function refuseOtherKinds(head: Buffer, file: string): void {
  const says = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  const kind = says(0xd0, 0xcf, 0x11, 0xe0) ? "excel" : isZip(head) || says(0x1f, 0x8b) || says(0x28, 0xb5, 0x2f, 0xfd) ? "compressed" : undefined;
  if (kind === undefined) return;
  refuse(
    "intake.not_text",
    { zh: `${file} 不是文本文件：${endings[kind].zh}`, en: `${file} is not a text file: ${endings[kind].en}` },
    {
      place: { file },
      hint:
        kind === "excel"
          ? { zh: "请在 Excel 中去掉密码，另存为 .xlsx 或 CSV（UTF-8）。", en: "Save it in Excel as .xlsx or CSV (UTF-8), without a password." }
          : { zh: "请先解压。", en: "Unpack it first." },
    },
  );
}

/** Every second byte of plain UTF-16 text is NUL: which half says its order. */
function utf16Without(head: Buffer): Encoding | undefined {
  const nuls = [0, 0];
  const length = Math.min(head.length, 4096) & ~1;
  for (let i = 0; i < length; i++) if (head[i] === 0) nuls[i & 1] = (nuls[i & 1] ?? 0) + 1;
  const [even = 0, odd = 0] = nuls;
  if (length >= 4 && odd > length / 5 && even < odd / 10) return "utf-16le";
  return length >= 4 && even > length / 5 && odd < even / 10 ? "utf-16be" : undefined;
}

/** Where the last whole character of the chunk ends, so that a split one is judged with its other half. */
function wholeUntil(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** One reading of the whole file: is it UTF-8, and if not, do its lines rather speak UTF-8 or GB18030? */
export async function detectEncoding(path: string): Promise<Encoding> {
  let carried: Buffer = Buffer.alloc(0);
  let valid = true;
  const votes = { utf8: 0, other: 0 };
  let first = true;
  for await (const read of createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
    if (first) {
      if (read[0] === 0xff && read[1] === 0xfe) return "utf-16le";
      if (read[0] === 0xfe && read[1] === 0xff) return "utf-16be";
      const wide = utf16Without(read);
      if (wide !== undefined) return wide;
      first = false;
    }
    const bytes = carried.length > 0 ? Buffer.concat([carried, read]) : read;
    const until = wholeUntil(bytes);
    const whole = bytes.subarray(0, until);
    if (!isUtf8(whole)) {
      valid = false;
      vote(whole, votes);
    } else if (!valid || whole.some((byte) => byte >= 0x80)) {
      votes.utf8 += lines(whole);
    }
    carried = Buffer.from(bytes.subarray(until));
    if (!valid && votes.utf8 + votes.other > 200_000) break;
  }
  if (carried.length > 0 && !isUtf8(carried)) {
    valid = false;
    votes.other++;
  }
  if (valid) return "utf-8";
  return votes.utf8 > votes.other ? "mended" : "gb18030";
}

const lines = (bytes: Buffer): number => {
  let count = 0;
  for (let i = bytes.indexOf(LF); i >= 0; i = bytes.indexOf(LF, i + 1)) count++;
  return count;
};

/** Lines with more than ASCII in them, by whether they are UTF-8. */
function vote(bytes: Buffer, votes: { utf8: number; other: number }): void {
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(LF, from);
    const end = found < 0 ? bytes.length : found;
    const line = bytes.subarray(from, end);
    if (!isUtf8(line)) votes.other++;
    else if (line.some((byte) => byte >= 0x80)) votes.utf8++;
    from = end + 1;
  }
}

/** Write the file again in UTF-8. Bytes that are no character become U+FFFD, which the row reader sets aside. */
export async function decodeFile(path: string, encoding: Exclude<Encoding, "utf-8" | "mended">, to: string): Promise<void> {
  const decoder = new TextDecoder(encoding);
  const decoded = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>)
      yield Buffer.from(decoder.decode(chunk, { stream: true }));
    yield Buffer.from(decoder.decode());
  };
  await pipeline(decoded, createWriteStream(to));
}

/** The first bytes of a file. */
export async function headOf(path: string, length: number): Promise<Buffer> {
  const handle = await open(path, "r");
  try {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await handle.read(bytes, 0, length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
