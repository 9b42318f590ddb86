import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { ProblemError, refuse } from "../problem.js";
import type { OnProgress } from "../progress.js";
import type { Job, Problem } from "../schema.js";
import { writeWhole } from "./file.js";

/** How a request reaches the API: over a socket, or inside this process. */
export type Send = (request: { method: "GET" | "POST" | "DELETE"; path: string; body?: string }) => Promise<{ status: number; body: Readable }>;

/** Paths are below /api/v1. Problems of the server are thrown as they came. */
export interface ApiClient {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  delete<T>(path: string): Promise<T>;
  /** Wait for background work; its result, or its problems thrown. */
  job<T>(accepted: { job: string }, report: OnProgress): Promise<T>;
  /** Stream an answer into a file, which appears only when it is whole. */
  download(path: string, file: string): Promise<void>;
  close(): Promise<void>;
}

const POLL_MS = 1_000; // the server answers sooner when something changed

export function apiClient(send: Send, close: () => Promise<void>): ApiClient {
  const call = async <T>(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<T> => {
    const { status, body: stream } = await send({ method, path: `/api/v1${path}`, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await readAll(stream);
    const answer: unknown = text === "" ? undefined : JSON.parse(text);
    if (status >= 400) throw problemsOf(status, answer);
    return answer as T;
  };
  const client: ApiClient = {
    get: (path) => call("GET", path),
    post: (path, body) => call("POST", path, body ?? {}),
    delete: (path) => call("DELETE", path),
    async job<T>(accepted: { job: string }, report: OnProgress) {
      for (;;) {
        const job = await client.get<Job>(`/jobs/${accepted.job}?wait=${POLL_MS}`);
        if (job.progress !== null) report(job.progress);
        if (job.state === "done") return job.result as T;
        if (job.state === "failed") throw new ProblemError(job.problems);
        if (job.state === "interrupted")
          refuse(
            "job.interrupted",
            { zh: "后台作业被中断，数据保持中断前的完整状态", en: "The job was interrupted; the data is as it was before it" },
            { hint: { zh: "请重新执行。", en: "Run it again." } },
          );
      }
    },
    async download(path, file) {
      const { status, body } = await send({ method: "GET", path: `/api/v1${path}` });
      if (status >= 400) throw problemsOf(status, JSON.parse(await readAll(body)));
      await writeWhole(file, body);
    },
    close,
  };
  return client;
}

async function readAll(stream: Readable): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces).toString("utf8");
}

function problemsOf(status: number, answer: unknown): Error {
  if (typeof answer === "object" && answer !== null && "problems" in answer && Array.isArray(answer.problems)) {
    const problems = answer.problems as Problem[];
    return new ProblemError(problems, status);
  }
  return new Error(`the API answered ${status}`);
}

/** A running server, by its address and the token it left for this machine's owner. */
export function overSocket(url: string, token: string): Send {
  return async ({ method, path, body }) => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body }),
    }).catch(serverGone);
    return { status: response.status, body: response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as ReadableStream<Uint8Array>) };
  };
}

/** The server ended, or was ended, while it was asked. */
function serverGone(error: unknown): never {
  if (!(error instanceof TypeError)) throw error;
  refuse(
    "server.gone",
    { zh: "服务器在处理请求时已停止", en: "The server ended while it was at work on this" },
    { hint: { zh: "数据保持上一个完整状态；请重新执行。", en: "The data is as it last was whole; run the command again." } },
  );
}
