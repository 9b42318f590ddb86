import { setImmediate } from "node:timers/promises";
import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDoubleVector,
  DuckDBInstance,
  DuckDBListValue,
  type DuckDBValue,
  type DuckDBVector,
} from "@duckdb/node-api";
import { render, type Sql, type SqlValue, sql } from "./sql.js";

export { join, name, raw, render, type Sql, type SqlValue, sql } from "./sql.js";

/** A cell as plain JavaScript: whole numbers as number, decimals and dates as text, lists as arrays. */
export type Cell = string | number | boolean | null | Cell[];
export type Row = Record<string, Cell>;

export interface Reader {
  /** Every row of a small answer. */
  all<R extends object = Row>(query: Sql): Promise<R[]>;
  /** The first row, or undefined. */
  first<R extends object = Row>(query: Sql): Promise<R | undefined>;
  /** A large answer, some thousand rows at a time. */
  chunks<R extends object = Row>(query: Sql): AsyncIterable<R[]>;
  /** A large answer of doubles alone, column by column: ten times as fast as rows. What is null is NaN. */
  numbers(query: Sql): Promise<Float64Array<ArrayBuffer>[]>;
}

export interface Session extends Reader {
  run(query: Sql): Promise<void>;
  /** Rows in bulk into a temporary table, each cell as text, whole number or nothing; the engine casts them. */
  append(table: string, rows: readonly (readonly (string | number | null)[])[]): Promise<void>;
  /** Columns of doubles into a temporary table that has these alone, a thousand rows at a time; what is NaN is null there. */
  appendNumbers(table: string, columns: readonly Float64Array[]): Promise<void>;
  /** How far the statement at work is, by the engine's own guess: 0 to 1. */
  share(): number;
  /** All or nothing. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
}

export interface Warehouse extends Reader {
  /** The one writer: calls wait for each other; each gets its own connection (temporary tables are its own). */
  write<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface WarehouseOptions {
  /** Database file; ":memory:" for none. */
  file: string;
  /** IANA zone set on every connection. */
  zone: string;
  /** Where spills go. */
  spill?: string;
  /** For example "1GB". */
  memory?: string;
}

const READERS = 4;

/** Rows of one vector of the engine. */
const CHUNK = 2048;
/** So many rows take about ten milliseconds to hand over. */
const PAUSE_EVERY = 8 * CHUNK;
const none = new Float64Array();

function plain(value: DuckDBValue): Cell {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") {
    const whole = Number(value);
    return Number.isSafeInteger(whole) ? whole : value.toString();
  }
  if (value instanceof DuckDBListValue) return value.items.map(plain);
  return value.toString();
}

function toRows<R extends object>(columns: readonly string[], rows: DuckDBValue[][]): R[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, plain(row[i] ?? null)])) as R);
}

/** A copy: the vector's own memory goes with its chunk. */
function doublesOf(vector: DuckDBVector): Float64Array<ArrayBuffer> {
  if (!(vector instanceof DuckDBDoubleVector)) throw new Error("only doubles are read as numbers");
  return Float64Array.from({ length: vector.itemCount }, (_, i) => vector.getItem(i) ?? Number.NaN);
}

function joined(pieces: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const all = new Float64Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function sessionOn(connection: DuckDBConnection): Session {
  const bound = (query: Sql): [string, SqlValue[] | undefined] => {
    const { text, values } = render(query);
    return [text, values.length > 0 ? values : undefined];
  };
  const session: Session = {
    async all<R extends object>(query: Sql) {
      const reader = await connection.runAndReadAll(...bound(query));
      return toRows<R>(reader.columnNames(), reader.getRows());
    },
    async first<R extends object>(query: Sql) {
      const [row] = await session.all<R>(query);
      return row;
    },
    async *chunks<R extends object>(query: Sql) {
      const result = await connection.stream(...bound(query));
      const columns = result.columnNames();
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        yield toRows<R>(columns, chunk.getRows());
      }
    },
    async numbers(query) {
      // The engine takes the nulls out: asking the driver of each cell whether it is one costs more than the cell.
      const result = await connection.stream(...bound(sql`select coalesce(columns(*), 'nan'::double) from (${query})`));
      const pieces = result.columnNames().map((): Float64Array[] => []);
      for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk())
        for (const [i, column] of pieces.entries()) column.push(doublesOf(chunk.getColumnVector(i)));
      return pieces.map(joined);
    },
    async run(query) {
      await connection.run(...bound(query));
    },
    async append(table, rows) {
      const appender = await connection.createAppender(table, null, "temp");
      for (const row of rows) {
        for (const cell of row) {
          if (cell === null) appender.appendNull();
          else if (typeof cell === "number") appender.appendInteger(cell);
          else appender.appendVarchar(cell);
        }
        appender.endRow();
      }
      appender.closeSync();
    },
    async appendNumbers(table, columns) {
      const appender = await connection.createAppender(table, null, "temp");
      const [{ length } = none] = columns;
      for (let from = 0; from < length; from += CHUNK) {
        const chunk = DuckDBDataChunk.create(
          columns.map(() => DOUBLE),
          Math.min(CHUNK, length - from),
        );
        for (const [i, column] of columns.entries()) {
          const vector = chunk.getColumnVector(i);
          if (!(vector instanceof DuckDBDoubleVector)) throw new Error("a vector of doubles holds doubles");
          for (let row = 0; row < chunk.rowCount; row++) {
            const value = column[from + row] ?? Number.NaN;
            vector.setItem(row, Number.isNaN(value) ? null : value);
          }
          vector.flush();
        }
        appender.appendDataChunk(chunk);
        if (from % PAUSE_EVERY === 0) await setImmediate(); // others are served in between
      }
      appender.closeSync();
    },
    share: () => Math.min(1, Math.max(0, connection.progress.percentage / 100)),
    async transaction(work) {
      await connection.run("begin");
      try {
        const done = await work();
        await connection.run("commit");
        return done;
      } catch (error) {
        await connection.run("rollback").catch(() => undefined); // the engine may have rolled back itself
        throw error;
      }
    },
  };
  return session;
}

/** Open the columnar store. Only one process can: a second one fails with the engine's own lock. */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  const instance = await DuckDBInstance.create(options.file, {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    memory_limit: options.memory ?? "1GB",
    ...(options.spill === undefined ? {} : { temp_directory: options.spill }),
  });
  const connect = async (): Promise<DuckDBConnection> => {
    const connection = await instance.connect();
    await connection.run("set enable_progress_bar = true");
    await connection.run("set enable_progress_bar_print = false");
    await connection.run(`set TimeZone = '${options.zone.replaceAll("'", "''")}'`);
    return connection;
  };

  const idle: DuckDBConnection[] = [];
  const waiting: ((connection: DuckDBConnection) => void)[] = [];
  for (let i = 0; i < READERS; i++) idle.push(await connect());
  const borrow = async (): Promise<DuckDBConnection> => idle.pop() ?? new Promise((resolve) => waiting.push(resolve));
  const giveBack = (connection: DuckDBConnection): void => {
    const next = waiting.shift();
    if (next) next(connection);
    else idle.push(connection);
  };
  const reading = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const connection = await borrow();
    try {
      return await work(sessionOn(connection));
    } finally {
      giveBack(connection);
    }
  };

  let lastWrite: Promise<unknown> = Promise.resolve();
  return {
    all: (query) => reading((session) => session.all(query)),
    first: (query) => reading((session) => session.first(query)),
    numbers: (query) => reading((session) => session.numbers(query)),
    async *chunks<R extends object>(query: Sql) {
      const connection = await borrow();
      try {
        yield* sessionOn(connection).chunks<R>(query);
      } finally {
        giveBack(connection);
      }
    },
    write(work) {
      const turn = lastWrite.then(async () => {
        const connection = await connect();
        try {
          return await work(sessionOn(connection));
        } finally {
          connection.closeSync();
        }
      });
      lastWrite = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      await lastWrite;
      for (const connection of idle) connection.closeSync();
      instance.closeSync();
    },
  };
}
