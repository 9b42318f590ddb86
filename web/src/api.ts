import type { Problem } from "../../src/platform/schema.js";

/** The API said no: each problem with its place and hint, or one problem made here when it could not be reached. */
export class ProblemError extends Error {
  readonly status: number;
  readonly problems: readonly Problem[];
  constructor(status: number, problems: readonly Problem[]) {
    super(problems.map((one) => one.message.en).join("\n"));
    this.name = "ProblemError";
    this.status = status;
    this.problems = problems;
  }
}

const base = "/api/v1";

const unreachable: Problem = {
  code: "web.unreachable",
  message: { zh: "连接不上服务器。", en: "The server cannot be reached." },
  hint: { zh: "请检查网络，或确认服务正在运行，然后重试。", en: "Check the network, or that the server is running, then try again." },
};

function unexpected(status: number): Problem {
  return {
    code: "web.unexpected_answer",
    message: { zh: `服务器返回了意外的结果（${status}）。`, en: `The server gave an unexpected answer (${status}).` },
    hint: { zh: "请稍后重试；若一直如此，请联系管理员并告知时间。", en: "Try again shortly; if it persists, tell your administrator the time it happened." },
  };
}

function problemsIn(body: unknown, status: number): readonly Problem[] {
  if (typeof body === "object" && body !== null && "problems" in body && Array.isArray(body.problems) && body.problems.length > 0) {
    return body.problems as Problem[];
  }
  return [unexpected(status)];
}

/** One question to the API. The session travels in a cookie; a refusal is thrown as a ProblemError. */
export async function request<T>(path: string, options: { method?: "GET" | "POST" | "DELETE"; body?: unknown; signal?: AbortSignal } = {}): Promise<T> {
  const { method = "GET", body, signal } = options;
  let response: Response;
  try {
    response = await fetch(`${base}${path}`, {
      method,
      credentials: "same-origin",
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ProblemError(0, [unreachable]);
  }
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new ProblemError(response.status, problemsIn(answer, response.status));
  return answer as T;
}

/** Send a file, saying how much of it has left. `fetch` cannot tell; XMLHttpRequest can. */
export function upload<T>(path: string, file: File, onSent: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("POST", `${base}${path}`);
    call.responseType = "json";
    call.upload.onprogress = (sent) => onSent(sent.total > 0 ? sent.loaded / sent.total : 0);
    call.onerror = () => reject(new ProblemError(0, [unreachable]));
    call.onload = () => {
      if (call.status >= 200 && call.status < 300) resolve(call.response as T);
      else reject(new ProblemError(call.status, problemsIn(call.response, call.status)));
    };
    const form = new FormData();
    form.append("file", file);
    call.send(form);
  });
}

/** `?a=1&b=2` of what is set; empty and undefined are left out. */
export function query(values: Record<string, string | number | undefined>): string {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return set.length === 0 ? "" : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString()}`;
}

/** Where the browser fetches a file. */
export const addressOf = (path: string): string => `${base}${path}`;

/** One page of a list, as the API gives every list. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
  total: number | null;
}
