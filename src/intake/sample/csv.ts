import { open } from "node:fs/promises";

const PIECE = 262_144;

export interface Sink {
  row(cells: readonly string[]): void;
  line(text: string): void;
  /** Write what waits once it is a piece. */
  flow(): Promise<void>;
  end(): Promise<void>;
}

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** A CSV of any length in little memory. */
export async function sink(path: string, head: readonly string[]): Promise<Sink> {
  const file = await open(path, "w");
  let waiting = `${head.join(",")}\n`;
  const write = async (): Promise<void> => {
    const piece = waiting;
    waiting = "";
    await file.writeFile(piece);
  };
  return {
    row: (cells) => {
      waiting += `${cells.map(quoted).join(",")}\n`;
    },
    line: (text) => {
      waiting += `${text}\n`;
    },
    flow: async () => {
      if (waiting.length >= PIECE) await write();
    },
    end: async () => {
      await write();
      await file.close();
    },
  };
}
