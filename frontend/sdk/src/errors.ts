import type { ErrorCode, ErrorFrame } from './frames';

/** `offline` and `aborted` are the client's own; all others are the server's stable codes. */
export type FailureCode = ErrorCode | 'offline' | 'aborted' | (string & {});

export interface FailureDetail {
  hint?: string | undefined;
  /** HTTP status, when it came by HTTP. */
  status?: number | undefined;
  /** Seconds to wait before another try. */
  retryAfter?: number | undefined;
  /** Messages by field name, when a form was wrong. */
  fields?: Record<string, string> | undefined;
  /** Everything else the server said. */
  data?: Record<string, unknown> | undefined;
}

/** What went wrong, with the server's stable code and its hint of what to do. */
export class Failure extends Error {
  override name = 'Failure';

  constructor(
    readonly code: FailureCode,
    message: string,
    readonly detail: FailureDetail = {},
  ) {
    super(message);
  }

  /** Whether the same request may succeed later, unchanged. */
  get passing(): boolean {
    return ['unavailable', 'restarting', 'internal', 'too_many', 'too_slow', 'offline'].includes(this.code);
  }
}

export function failureOfFrame(frame: ErrorFrame): Failure {
  return new Failure(frame.code, frame.message, {
    hint: frame.hint,
    retryAfter: frame.retry_after,
    fields: frame.fields,
  });
}

/** Reads an answer of `application/problem+json`; any other body still gives a failure with a code by status. */
export function failureOfProblem(status: number, body: unknown, retryAfter?: number): Failure {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const code = typeof problem['code'] === 'string' ? problem['code'] : codeOfStatus(status);
  const words = [problem['detail'], problem['title']].find((said) => typeof said === 'string' && said !== '');
  return new Failure(code, (words as string | undefined) ?? `HTTP ${status}`, {
    hint: typeof problem['hint'] === 'string' ? problem['hint'] : undefined,
    fields: problem['fields'] as Record<string, string> | undefined,
    data: problem,
    retryAfter,
    status,
  });
}

function codeOfStatus(status: number): FailureCode {
  if (status === 0) return 'offline';
  if (status >= 502 && status <= 504) return 'unavailable';
  const codes: Record<number, FailureCode> = {
    400: 'invalid',
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not_found',
    409: 'conflict',
    410: 'gone',
    413: 'too_large',
    429: 'too_many',
  };
  return codes[status] ?? 'internal';
}
