import type { Outcome } from '../../api/errors';
import type { Mention, Message, Saved } from '../../protocol/types';
import type { ActsSurface, Page } from '../../state/surface';

export type KeptItem = {
  readonly id: number;
  readonly messageId: number;
  /** When it was saved. */
  readonly at: string | null;
  /** Missing where it may no longer be read. */
  readonly message: Message | null;
};

const ofMention = ({ id, message }: Mention): KeptItem => ({
  id,
  messageId: message.id,
  at: null,
  message,
});

const ofSaved = ({ id, at, message_id, message }: Saved): KeptItem => ({
  id,
  messageId: message_id,
  at,
  message: message ?? null,
});

/** A list of messages that grows page by page, the newest first. */
export class KeptList {
  items: readonly KeptItem[] = $state.raw([]);
  state: 'idle' | 'loading' | 'error' = $state('idle');
  more = $state(true);
  #next: number | null = null;

  constructor(
    private readonly acts: Pick<ActsSurface, 'mentions' | 'saved'>,
    private readonly kind: 'mentions' | 'saved',
    private readonly onMessages: (messages: readonly Message[]) => void,
  ) {}

  async next(): Promise<void> {
    if (this.state === 'loading' || !this.more) return;
    this.state = 'loading';
    const page = await this.#ask(this.#next);
    if (!page.ok) {
      this.state = 'error';
      return;
    }
    const { items, more, next } = page.value;
    this.#next = next;
    this.more = more && next !== null;
    this.state = 'idle';
    this.#take(items, false);
  }

  /** The newest page once more: what is new there goes to the top. */
  async refresh(): Promise<void> {
    const page = await this.#ask(null);
    if (page.ok) this.#take(page.value.items, true);
  }

  drop(id: number): void {
    this.items = this.items.filter((item) => item.id !== id);
  }

  #take(items: readonly KeptItem[], first: boolean): void {
    const given = new Set(items.map((item) => item.id));
    const rest = this.items.filter((item) => !given.has(item.id));
    this.items = first ? [...items, ...rest] : [...rest, ...items];
    this.onMessages(items.flatMap(({ message }) => (message ? [message] : [])));
  }

  async #ask(before: number | null): Promise<Outcome<Page<KeptItem>>> {
    if (this.kind === 'mentions') {
      const page = await this.acts.mentions(before);
      return page.ok
        ? { ok: true, value: { ...page.value, items: page.value.items.map(ofMention) } }
        : page;
    }
    const page = await this.acts.saved(before);
    return page.ok
      ? { ok: true, value: { ...page.value, items: page.value.items.map(ofSaved) } }
      : page;
  }
}
