import { ApiError, done, type Outcome } from '../api/errors';
import type { Quote } from '../protocol/types';
import type { Chat } from './chat_store.svelte';
import { placed } from './notices';
import { counts } from './readpos';
import { quoteOf, rowsOf } from './rows';
import { findMessage, gapAfter, type PageRequest, type Segment } from './segments';
import { sharing } from './share';
import type { Attention, ConversationView, LoadState, TimelineRow, VisitSurface } from './surface';
import { readAround, reread } from './reread';
import { Typist } from './typist';
import { countBelow, countUnread } from './unread';
import * as windows from './window';
import type { Window } from './window';

/** With more unread than this, a visit begins where reading ended and not at the end. */
const UNREAD_AT_END = 40;
/** How much of what was read is shown above the divider then. */
const CONTEXT = 20;
/** A gap up to this is filled; a longer one is left out and reached by scrolling. */
const FILL_MAX = 200;
/** How long the stream has to fill a gap by itself. */
const PATIENCE_MS = 400;
const AGAIN_MS = 3_000;

/**
 * A visit to one conversation: what of it the list shows, what is loaded when, what counts as
 * read. The unread divider is fixed when the visit begins.
 */
export class Visit implements VisitSurface {
  #window = $state.raw<Window | null>(null);
  #failure = $state.raw<ApiError | null>(null);
  #unread = $state.raw<{ readonly after: number; readonly upTo: number } | null>(null);
  #older = $state<LoadState>('idle');
  #newer = $state<LoadState>('idle');
  #seen = $state(0);
  #attention: Attention = { visible: false, focused: false, atEnd: false };
  #began = false;
  #beginning = false;
  #closed = false;
  #manual = false;
  #filling = false;
  #cancelFill: (() => void) | null = null;
  readonly #typist: Typist;
  readonly #keep = sharing<readonly TimelineRow[]>();
  readonly #keepView = sharing<ConversationView | null>();

  readonly view = $derived.by(() => this.#keepView(this.chat.conversation(this.id)));
  readonly rows = $derived.by(() => this.#rows());
  readonly atStart = $derived.by(() => this.#atStart());
  readonly notices = $derived.by(() => placed(this.chat.known, this));
  readonly below = $derived.by(() => countBelow(this.#segments(), this.#seen, this.#me()));
  readonly unreadCount = $derived.by(() => countUnread(this.#segments(), this.#unread, this.#me()));

  constructor(
    private readonly chat: Chat,
    readonly id: number,
    private readonly onClose: () => void,
  ) {
    this.#typist = new Typist(chat, id);
  }

  get state(): 'loading' | 'ready' | 'error' {
    if (this.#window) return 'ready';
    return this.#failure ? 'error' : 'loading';
  }
  get error(): ApiError | null {
    return this.#failure;
  }
  get hasNewer(): boolean {
    return this.#window !== null && this.#window.to !== null;
  }
  get older(): LoadState {
    return this.#older;
  }
  get newer(): LoadState {
    return this.#newer;
  }
  get unreadFrom(): number | null {
    return this.rows.find((row) => row.startsUnread)?.seq ?? null;
  }

  get draft(): string {
    return this.chat.deps.drafts.get(this.id);
  }
  set draft(text: string) {
    if (text === this.draft) return;
    this.chat.deps.drafts.set(this.id, text);
    if (text.trim() !== '') this.#typist.type();
  }

  get replyTo(): Quote | null {
    const seq = this.chat.deps.drafts.reply(this.id);
    return seq === null ? null : quoteOf(this.#segments(), seq);
  }

  reply(seq: number | null): void {
    this.chat.deps.drafts.setReply(this.id, seq);
  }

  /** Called by the chat whenever the state has changed. */
  changed(): void {
    if (this.#closed) return;
    if (!this.#began) void this.#begin();
    this.#hold();
    this.#fillLater();
    this.#read();
  }

  async loadOlder(): Promise<void> {
    const window = this.#window;
    if (!window || this.#older === 'loading' || this.atStart) return;
    if (this.#widen(windows.older(this.#segments(), window))) return;
    this.#older = 'loading';
    const loaded = await this.#load({ kind: 'before', seq: window.from }, windows.PAGE);
    this.#older = loaded ? 'idle' : 'error';
    if (loaded && this.#window) this.#widen(windows.older(this.#segments(), this.#window));
  }

  async loadNewer(): Promise<void> {
    const window = this.#window;
    if (window?.to == null || this.#newer === 'loading') return;
    if (this.#widen(this.#wider(window))) return;
    this.#newer = 'loading';
    const request = { kind: 'after', seq: window.to, upTo: this.#lastSeq() } as const;
    const loaded = await this.#load(request, windows.PAGE);
    this.#newer = loaded ? 'idle' : 'error';
    if (!loaded || this.#window?.to == null) return;
    // Nothing newer is there: what was taken for a message below is gone.
    if (!this.#widen(this.#wider(this.#window)) && this.#window.to === window.to)
      this.#window = { ...window, to: null };
  }

  async jumpTo(seq: number): Promise<boolean> {
    if (!this.#window) return false;
    if (this.rows.some((row) => row.seq === seq)) return true;
    if (!findMessage(this.#segments(), seq)) await readAround(this.chat, this.id, seq);
    if (this.#closed || !findMessage(this.#segments(), seq)) return false;
    this.#window = windows.around(this.#segments(), seq, this.#lastSeq());
    return true;
  }

  async toLatest(): Promise<void> {
    if (!this.#window) return;
    const last = this.#segments().at(-1);
    if (last && last.to >= this.#lastSeq()) {
      if (this.#window.to !== null) this.#window = windows.atEnd(this.#segments());
      return;
    }
    this.#newer = 'loading';
    const loaded = await this.#load({ kind: 'newest', upTo: this.#lastSeq() }, windows.PAGE);
    this.#newer = loaded ? 'idle' : 'error';
    if (loaded) this.#window = windows.atEnd(this.#segments());
  }

  async reload(): Promise<void> {
    if (this.#failure || !this.chat.known.timelines.has(this.id)) {
      this.#failure = this.#window = null;
      this.#began = false;
      await this.#begin();
    } else if (this.#older === 'error') {
      this.#older = 'idle';
      await this.loadOlder();
    } else if (this.#newer === 'error') {
      this.#newer = 'idle';
      await (this.hasNewer ? this.loadNewer() : this.toLatest());
    }
  }

  /** What a break of the stream may have hidden is read again: what is on the list. */
  async refresh(): Promise<void> {
    const window = this.#window;
    if (!window) return;
    await reread(this.chat, this.id, window, () => this.#closed);
  }

  attend(attention: Attention): void {
    this.#attention = attention;
    this.#hold();
    this.#read();
  }

  async markUnreadFrom(seq: number): Promise<Outcome> {
    // At once: the mark that moves back must not count as something to be read again.
    const before = this.#manual;
    this.#manual = true;
    const outcome = await this.chat.marks.lower(this.id, seq - 1);
    if (!outcome.ok) {
      this.#manual = before;
      return outcome;
    }
    this.#unread = { after: seq - 1, upTo: this.#lastSeq() };
    return done();
  }

  send(text: string): void {
    if (text.trim() === '') return;
    const nonce = this.chat.deps.newNonce();
    const { drafts } = this.chat.deps;
    const replyTo = drafts.reply(this.id);
    const send = { nonce, conversation: this.id, text, replyTo, afterSeq: this.#lastSeq() };
    this.#manual = false;
    this.#typist.pause();
    // Who sends looks at the end. Where that is not at hand, the new row stands alone until it is.
    if (this.hasNewer) {
      const last = this.#segments().at(-1);
      const there = last !== undefined && last.to >= this.#lastSeq();
      this.#window = there
        ? windows.atEnd(this.#segments())
        : { from: this.#lastSeq() + 1, to: null };
      if (!there) void this.toLatest();
    }
    this.chat.deps.post({ type: 'send', send });
    drafts.set(this.id, '');
    drafts.setReply(this.id, null);
  }

  retry(nonce: string): void {
    this.chat.deps.post({ type: 'resend', nonce, afterSeq: this.#lastSeq() });
  }

  edit(nonce: string): string {
    const send = this.chat.known.sends.find((item) => item.nonce === nonce);
    if (!send || send.status === 'sending') return '';
    this.discard(nonce);
    return send.text;
  }

  discard(nonce: string): void {
    this.chat.deps.post({ type: 'discard', nonce });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelFill?.();
    this.onClose();
  }

  async #begin(): Promise<void> {
    const { known } = this.chat;
    if (!known.ready || this.#failure || this.#beginning) return;
    this.#beginning = true;
    try {
      if (!known.conversations.has(this.id) && !(await this.#find())) return;
      const conversation = this.chat.known.conversations.get(this.id);
      if (!conversation || this.#closed) return;
      this.#began = true;
      const { lastSeq, read } = conversation;
      this.#seen = lastSeq;
      if (lastSeq > read.value) this.#unread = { after: read.value, upTo: lastSeq };
      this.chat.dispatch([{ type: 'opened', conversation: this.id }]);
      await this.#first(read.value, lastSeq);
    } finally {
      this.#beginning = false;
    }
  }

  async #find(): Promise<boolean> {
    const found = await this.chat.deps.requests.conversation(this.id);
    if (found.ok) this.chat.dispatch([{ type: 'conversation', conversation: found.value }]);
    else this.#failure = found.error;
    return found.ok;
  }

  /** The first page: the end, or the place where reading ended if that is far from it. */
  async #first(readSeq: number, lastSeq: number): Promise<void> {
    const held = this.#segments().at(-1);
    const far = lastSeq - readSeq > UNREAD_AT_END;
    const enough = held !== undefined && held.to >= lastSeq && held.messages.length >= CONTEXT;
    if (enough && held.from <= Math.max(1, readSeq - CONTEXT)) {
      this.#window = windows.atEnd(
        this.#segments(),
        Math.max(windows.PAGE, lastSeq - readSeq + CONTEXT),
      );
      this.#hold();
      return;
    }
    const from = Math.max(0, readSeq - CONTEXT);
    const request: PageRequest = far
      ? { kind: 'after', seq: from, upTo: lastSeq }
      : { kind: 'newest', upTo: lastSeq };
    if (!(await this.#load(request, windows.PAGE * (far ? 2 : 1), true))) return;
    this.#window = far
      ? windows.newer(
          this.#segments(),
          { from: from + 1, to: from },
          this.#lastSeq(),
          windows.PAGE * 2,
        )
      : windows.atEnd(this.#segments());
    this.changed();
  }

  /** Loads a page into the state. What went wrong at the very first is the visit's error. */
  async #load(request: PageRequest, limit: number, first = false): Promise<boolean> {
    const page = await this.chat.deps.requests.messages(this.id, request, limit);
    if (this.#closed) return false;
    if (!page.ok) {
      if (first) this.#failure = page.error;
      return false;
    }
    const { messages, more } = page.value;
    this.chat.dispatch([{ type: 'page', conversation: this.id, request, messages, more }]);
    return true;
  }

  #widen(window: Window): boolean {
    const before = this.#window;
    if (before && window.from === before.from && window.to === before.to) return false;
    this.#window = window;
    return true;
  }

  /** Holds the list to its limit, at the end that nobody looks at. */
  #hold(): void {
    if (!this.#window) return;
    const following = this.#window.to === null && this.#attention.atEnd;
    const far = following ? 'start' : 'end';
    this.#widen(windows.trim(this.#segments(), this.#window, far, this.#unsent()));
  }

  #wider(window: Window): Window {
    const lastSeq = this.#lastSeq();
    return windows.newer(this.#segments(), window, lastSeq, windows.PAGE, this.#unsent());
  }

  #unsent(): number {
    return this.chat.known.sends.filter((send) => send.conversation === this.id).length;
  }

  /** What is missing in the window, also between its end and the newest message. */
  #gap(): { readonly from: number; readonly to: number } | null {
    const window = this.#window;
    if (window?.to !== null) return null;
    const segments = this.#segments();
    const inside = gapAfter(segments, window.from);
    if (inside) return inside;
    const end = segments.at(-1)?.to ?? 0;
    return end < this.#lastSeq() ? { from: end + 1, to: this.#lastSeq() } : null;
  }

  #fillLater(): void {
    if (this.#cancelFill || this.#filling || !this.#gap()) return;
    this.#cancelFill = this.chat.deps.setTimer(PATIENCE_MS, () => void this.#fill());
  }

  async #fill(): Promise<void> {
    this.#cancelFill = null;
    const gap = this.#gap();
    if (!gap || this.#closed || this.#filling) return;
    this.#filling = true;
    let loaded: boolean;
    if (gap.to - gap.from < FILL_MAX) {
      const request = { kind: 'after', seq: gap.from - 1, upTo: gap.to } as const;
      loaded = await this.#load(request, FILL_MAX);
    } else if (this.#attention.atEnd) {
      loaded = await this.#load({ kind: 'newest', upTo: this.#lastSeq() }, windows.PAGE);
      if (loaded) this.#window = windows.atEnd(this.#segments());
    } else {
      loaded = true;
      if (this.#window) this.#window = { ...this.#window, to: gap.from - 1 };
    }
    this.#filling = false;
    if (loaded) this.changed();
    else this.#cancelFill = this.chat.deps.setTimer(AGAIN_MS, () => void this.#fill());
  }

  #read(): void {
    const conversation = this.chat.known.conversations.get(this.id);
    if (this.#window?.to !== null || !conversation || !counts(this.#attention)) return;
    const end = this.#segments().at(-1)?.to ?? 0;
    if (end > this.#seen) this.#seen = end;
    if (!this.#manual && end > conversation.read.value) this.chat.marks.mark(this.id, end);
  }

  #segments(): readonly Segment[] {
    return this.chat.known.timelines.get(this.id) ?? [];
  }

  #me(): number {
    return this.chat.known.me.value?.id ?? 0;
  }

  #lastSeq(): number {
    return this.chat.known.conversations.get(this.id)?.lastSeq ?? 0;
  }

  #rows(): readonly TimelineRow[] {
    if (!this.#window) return [];
    const wish = { conversation: this.id, window: this.#window, unread: this.#unread };
    return this.#keep(rowsOf(this.chat.known, wish).slice(-windows.WINDOW_MAX));
  }

  #atStart(): boolean {
    if (!this.#window) return false;
    return this.#lastSeq() === 0 || windows.reachesStart(this.#segments(), this.#window);
  }
}
