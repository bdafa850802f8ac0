import type { components } from './schema';

/** What the server calls the errors it answers. */
export type ServerCode = components['schemas']['ErrorCode'];

/**
 * What this client adds. `network`: no answer came. `unreadable`: an answer came that is not the
 * server's. `stale_send`: a send that may have arrived is too old to be repeated by itself.
 */
export type ClientCode = 'network' | 'unreadable' | 'stale_send';

export type ErrorCode = ServerCode | ClientCode;

/** Why a request was not done. Immutable. Never shown as it is: `i18n` has a sentence per code. */
export class ApiError {
  constructor(
    readonly code: ErrorCode,
    /** The HTTP status; 0 where there was no answer. */
    readonly status = 0,
    /** The field or parameter to blame. */
    readonly field: string | null = null,
    /** Seconds after which it may work. */
    readonly retryAfter: number | null = null,
  ) {}

  /** Whether the same request may succeed later without anybody changing anything. */
  get passing(): boolean {
    if (this.status === 408 || this.status === 425 || this.status === 429) return true;
    if (this.status >= 500 || this.code === 'network') return true;
    // A page in between that answers for the server: passing, unless it is a plain refusal.
    return this.code === 'unreadable' && this.status < 400;
  }
}

export type Outcome<T = void> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ApiError };

export function done(): Outcome;
export function done<T>(value: T): Outcome<T>;
export function done<T>(value?: T): Outcome<T | undefined> {
  return { ok: true, value };
}

export function failed(error: ApiError): { readonly ok: false; readonly error: ApiError } {
  return { ok: false, error };
}
