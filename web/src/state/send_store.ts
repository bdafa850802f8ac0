import { count, object, oneOf, nullable, text } from '../protocol/shape';
import type { ErrorCode } from '../api/errors';
import type { Send, SendStore } from './outbox';
import type { Store } from './storage';

const PREFIX = 'keepline.outbox.';

function keyOf(user: number, nonce: string): string {
  return `${PREFIX}${user}.${nonce}`;
}

/** Which send of which user a storage key is about; null for another key. */
export function sendOfKey(key: string): { readonly user: number; readonly nonce: string } | null {
  const match = /^keepline\.outbox\.(\d+)\.(.+)$/.exec(key);
  return match?.[1] && match[2] ? { user: Number(match[1]), nonce: match[2] } : null;
}

/** Sends in the browser's storage, one key for each, so that two tabs never write the same value. */
export class BrowserSendStore implements SendStore {
  constructor(private readonly store: Store) {}

  all(user: number): Send[] {
    const sends: Send[] = [];
    for (const key of this.store.keys(`${PREFIX}${user}.`)) {
      const send = decode(this.store.get(key));
      if (send) sends.push(send);
    }
    return sends.sort((a, b) => a.order - b.order);
  }

  put(user: number, send: Send): void {
    this.store.set(keyOf(user, send.nonce), JSON.stringify(send));
  }

  remove(user: number, nonce: string): void {
    this.store.remove(keyOf(user, nonce));
  }
}

/** What another build stored, or somebody changed by hand, may be anything. */
function decode(value: string | null): Send | null {
  if (value === null) return null;
  try {
    const send = object(JSON.parse(value), 'send');
    return {
      nonce: text(send.nonce, 'nonce'),
      conversation: count(send.conversation, 'conversation'),
      text: text(send.text, 'text'),
      // An older build of the page knew no replies.
      replyTo: nullable(count)(send.replyTo ?? null, 'replyTo'),
      createdAt: count(send.createdAt, 'createdAt'),
      order: count(send.order, 'order'),
      afterSeq: count(send.afterSeq, 'afterSeq'),
      attemptedAt: nullable(count)(send.attemptedAt, 'attemptedAt'),
      status: oneOf(['waiting', 'sending', 'failed'])(send.status, 'status'),
      error: nullable(text)(send.error, 'error') as ErrorCode | null,
    };
  } catch {
    return null;
  }
}
