/** The API over HTTP: JSON in and out, problem details (RFC 9457) as one error type. */

export class Problem extends Error {
  override name = "Problem";
  constructor(
    readonly status: number,
    /** Stable and for machines: `taken`, `stale`, `illegal-step` … */
    readonly kind: string,
    readonly title: string,
    readonly detail: string,
    readonly retryAfterS: number | null = null,
    /** The same as `detail` for a screen in another language: which refusal, and what it is about. */
    readonly code: string | null = null,
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || title);
  }
}

/** Nothing came back: the server or the network is gone. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

type Method = "PUT" | "GET" | "POST" | "PATCH" | "DELETE";

let onUnauthenticated: () => void = () => undefined;

/** What happens when the session has ended. */
export function whenUnauthenticated(act: () => void): void {
  onUnauthenticated = act;
}

export async function request<T>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const init: RequestInit = {};
  if (signal) init.signal = signal;
  if (body !== undefined) {
    init.headers = { "Content-Type": "application/json" };
    init.body = JSON.stringify(body);
  }
  return answerTo<T>(method, path, init);
}

/** A file as it is, in the body. */
export const send = <T>(method: Method, path: string, file: Blob): Promise<T> =>
  answerTo<T>(method, path, { body: file, headers: { "Content-Type": "application/octet-stream" } });

async function answerTo<T>(method: Method, path: string, init: RequestInit): Promise<T> {
  const response = await reach(method, path, init);
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  if (response.status === 401 && !path.startsWith("/api/v1/session")) onUnauthenticated();
  throw await problem(response);
}

async function reach(method: Method, path: string, more: RequestInit): Promise<Response> {
  const init: RequestInit = { method, credentials: "same-origin", ...more };
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable(`${method} ${path}`);
  }
}

async function problem(response: Response): Promise<Problem> {
  const retry = Number(response.headers.get("Retry-After"));
  const found: unknown = await response.json().catch(() => null);
  const { type, title, detail, code, facts } = (found ?? {}) as Partial<Record<string, unknown>>;
  return new Problem(
    response.status,
    typeof type === "string" ? (type.split(":").at(-1) ?? "http") : "http",
    typeof title === "string" ? title : `HTTP ${response.status}`,
    typeof detail === "string" ? detail : "",
    Number.isFinite(retry) && retry > 0 ? retry : null,
    typeof code === "string" ? code : null,
    typeof facts === "object" && facts ? (facts as Record<string, unknown>) : {},
  );
}

/** A key under which a repeated command is answered once. Works without a secure context too. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
