import createClient, { type Client, type FetchResponse } from 'openapi-fetch';
import { type Decoder, object, oneOf } from '../protocol/shape';
import { ApiError, done, failed, type Outcome, type ServerCode } from './errors';
import type { components, paths } from './schema';

/** How long an ordinary request may take. The server itself gives up on a body after 30 s. */
const LIMIT_MS = 30_000;

/** What a session's end looks like from a request; whoever holds the session listens. */
export type SessionFault = 'sign_in_required' | 'other_user';

export type ApiOptions = {
  readonly fetch?: (request: Request) => Promise<Response>;
  readonly base?: string;
};

type Answer = { readonly data?: unknown; readonly error?: unknown; readonly response: Response };
type Media = `${string}/${string}`;

/**
 * The server's HTTP interface. Every request names the user the page believes in, once there is
 * one; every answer is an Outcome, and what comes back is decoded or is an error.
 */
export class Api {
  /** The user the page believes to be signed in; the server refuses to act for another one. */
  user: number | null = null;
  /** Called when an answer says that the session is over or somebody else's. */
  onSessionFault: (fault: SessionFault) => void = () => undefined;
  readonly raw: Client<paths, Media>;

  constructor(options: ApiOptions = {}) {
    this.raw = createClient<paths, Media>({
      baseUrl: options.base ?? location.origin,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(options.fetch ? { fetch: options.fetch } : {}),
    });
    this.raw.use({
      onRequest: ({ request }) => {
        if (this.user !== null) request.headers.set('Keepline-User', String(this.user));
        return request;
      },
    });
  }

  /** Makes one request. Never throws: what goes wrong is in the outcome. */
  async ask<T>(
    call: (client: Client<paths, Media>, signal: AbortSignal) => Promise<Answer>,
    decode: Decoder<T>,
    limitMs = LIMIT_MS,
    abort?: AbortSignal,
  ): Promise<Outcome<T>> {
    const limit = new AbortController();
    const stop = (): void => limit.abort();
    const timer = setTimeout(stop, limitMs);
    abort?.addEventListener('abort', stop, { once: true });
    if (abort?.aborted) stop();
    const user = this.user;
    let answer: Answer;
    try {
      answer = await call(this.raw, limit.signal);
    } catch (fault) {
      // A body that is no JSON throws a SyntaxError; everything else is a network without answer.
      return failed(new ApiError(fault instanceof SyntaxError ? 'unreadable' : 'network'));
    } finally {
      clearTimeout(timer);
      abort?.removeEventListener('abort', stop);
    }
    if (!answer.response.ok) {
      const error = problem(answer.error, answer.response);
      // An answer to the user before is no news about the session of the one after.
      const current = user !== null && user === this.user;
      if (current && (error.code === 'sign_in_required' || error.code === 'other_user')) {
        this.onSessionFault(error.code);
      }
      return failed(error);
    }
    try {
      return done(decode(answer.data, 'answer'));
    } catch {
      return failed(new ApiError('unreadable', answer.response.status));
    }
  }
}

/** For answers without a body. */
export const nothing: Decoder<void> = () => undefined;

const CODES: Record<ServerCode, true> = {
  bad_request: true,
  bad_json: true,
  head_too_large: true,
  uri_too_long: true,
  too_large: true,
  wrong_type: true,
  timeout: true,
  method_not_allowed: true,
  version_not_supported: true,
  not_implemented: true,
  wrong_host: true,
  bad_origin: true,
  unknown_field: true,
  missing_field: true,
  bad_type: true,
  bad_value: true,
  too_long: true,
  too_short: true,
  sign_in_required: true,
  wrong_credentials: true,
  other_user: true,
  not_allowed: true,
  not_found: true,
  name_taken: true,
  nonce_reused: true,
  conflict: true,
  too_many_attempts: true,
  rate_limited: true,
  overloaded: true,
  storage_full: true,
  shutting_down: true,
  internal: true,
};

/** Every code the server may answer; the type holds it against the description. */
export const SERVER_CODES = Object.keys(CODES) as readonly ServerCode[];

const decodeCode = oneOf(SERVER_CODES);

/** Reads problem+json. A proxy's own error page is no problem document: `unreadable`. */
export function problem(body: unknown, response: Response): ApiError {
  const retryAfter = seconds(response.headers.get('retry-after'));
  try {
    const fields = object(body, 'problem');
    const field = typeof fields.field === 'string' ? fields.field : null;
    return new ApiError(decodeCode(fields.code, 'code'), response.status, field, retryAfter);
  } catch {
    return new ApiError('unreadable', response.status, null, retryAfter);
  }
}

function seconds(header: string | null): number | null {
  const value = header === null ? NaN : Number(header);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

export type Schemas = components['schemas'];
export type { FetchResponse };
