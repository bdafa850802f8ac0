// The tab's side of the connection. Whatever holds it (this tab now, a shared worker later), the
// tab speaks to it in these messages alone, which could all be posted between threads.
import type { Batch, Message, Snapshot } from '../protocol/types';
import type { NewSend, Send } from '../state/outbox';
import { sendOfKey } from '../state/send_store';
import { browserStore } from '../state/storage';
import type { Carrier } from './carrier_state';
import { ROUTE_KEY, SSE_KEY } from './streams';
import type { ShownState, StopReason } from './machine';

export type ToHub =
  | { readonly type: 'start'; readonly user: number }
  | { readonly type: 'stop' }
  | { readonly type: 'refused'; readonly reason: StopReason }
  | { readonly type: 'attention'; readonly visible: boolean; readonly focused: boolean }
  | { readonly type: 'online'; readonly online: boolean }
  | { readonly type: 'wake' }
  | { readonly type: 'retry' }
  | { readonly type: 'resync' }
  | { readonly type: 'send'; readonly send: NewSend }
  | { readonly type: 'resend'; readonly nonce: string; readonly afterSeq: number }
  | { readonly type: 'discard'; readonly nonce: string }
  | { readonly type: 'gone'; readonly nonce: string }
  | { readonly type: 'adopt' }
  | { readonly type: 'yield' }
  /** Nothing but the long poll is to be used, or whatever works best. */
  | { readonly type: 'route'; readonly pollOnly: boolean };

export type Status = {
  readonly state: ShownState;
  readonly carrier: Carrier;
  readonly pollOnly: boolean;
  readonly since: number;
  readonly nextTry: number | null;
  readonly delay: number | null;
  readonly lastResume: number | null;
  /** Sends without an answer, those that were refused left out. */
  readonly waiting: number;
};

export type FromHub =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot; readonly restored: boolean }
  | { readonly type: 'batch'; readonly batch: Batch }
  | { readonly type: 'status'; readonly status: Status }
  | { readonly type: 'sends'; readonly sends: readonly Send[] }
  | { readonly type: 'sent'; readonly nonce: string; readonly message: Message }
  | { readonly type: 'updated' };

/** Written by a tab that goes, so that those that stay bring what it could not. */
const LEFT_KEY = 'keepline.left';

/** Where a hub lives. */
export interface Host {
  post(message: ToHub): void;
}

/**
 * Listens to the page and tells the hub what it cannot see for itself: whether somebody looks,
 * whether the browser has a network, whether the page slept, what other tabs did to the outbox.
 */
export class Bridge {
  #user: number | null = null;
  readonly #ends: (() => void)[] = [];

  constructor(private readonly host: Host) {}

  post(message: ToHub): void {
    this.host.post(message);
  }

  start(user: number): void {
    if (this.#user === null) this.#listen();
    this.#user = user;
    this.#attention();
    this.post({ type: 'online', online: navigator.onLine });
    this.post({ type: 'start', user });
  }

  stop(message: Extract<ToHub, { type: 'stop' | 'refused' }> = { type: 'stop' }): void {
    for (const end of this.#ends.splice(0)) end();
    this.#user = null;
    this.post(message);
  }

  #listen(): void {
    this.#on(window, 'online', () => this.post({ type: 'online', online: true }));
    this.#on(window, 'offline', () => this.post({ type: 'online', online: false }));
    this.#on(window, 'focus', () => this.#attention());
    this.#on(window, 'blur', () => this.#attention());
    this.#on(document, 'visibilitychange', () => this.#attention());
    this.#on(window, 'pagehide', () => browserStore.set(LEFT_KEY, `${this.#user}:${Date.now()}`));
    this.#on(document, 'resume', () => this.post({ type: 'wake' }));
    this.#on(window, 'pageshow', (event) => {
      if (event instanceof PageTransitionEvent && event.persisted) this.post({ type: 'wake' });
    });
    this.#on(window, 'storage', (event) => {
      if (event instanceof StorageEvent) this.#stored(event);
    });
  }

  #on(target: EventTarget, name: string, listener: (event: Event) => void): void {
    target.addEventListener(name, listener);
    this.#ends.push(() => target.removeEventListener(name, listener));
  }

  #attention(): void {
    const visible = document.visibilityState === 'visible';
    this.post({ type: 'attention', visible, focused: visible && document.hasFocus() });
  }

  /** Another tab left, or took a send out of the store: it was answered or given up there. */
  #stored(event: StorageEvent): void {
    if (event.key === LEFT_KEY && event.newValue?.startsWith(`${this.#user}:`)) {
      this.post({ type: 'adopt' });
      return;
    }
    if (event.key === SSE_KEY) {
      this.post({ type: 'yield' });
      return;
    }
    if (event.key === ROUTE_KEY) {
      this.post({ type: 'route', pollOnly: event.newValue === 'poll' });
      return;
    }
    const send = event.key === null ? null : sendOfKey(event.key);
    if (send?.user !== this.#user || send === null) return;
    if (event.newValue === null) this.post({ type: 'gone', nonce: send.nonce });
  }
}
