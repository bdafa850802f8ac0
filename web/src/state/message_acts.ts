import { done, failed, type ApiError, type Outcome } from '../api/errors';
import type { EarlierText, Mention, Message, Mine, MinePatch, Pin, Saved } from '../protocol/types';
import type { MessageRequests } from './message_requests';
import type { Change } from './reduce';
import type { ActsSurface, MessageRef, Page, Person, Readers } from './surface';

/** How long a deletion can be undone: so long it is not asked for. */
const UNDO_MS = 5_000;

export type ActsDeps = {
  readonly requests: MessageRequests;
  readonly newNonce: () => string;
  readonly setTimer: (ms: number, fire: () => void) => () => void;
  readonly dispatch: (changes: readonly Change[]) => void;
  readonly person: (user: number) => Promise<Outcome<Person>>;
};

/** What is done with messages that are stored: shown at once, and taken back where it is refused. */
export class MessageActs implements ActsSurface {
  readonly #leaving = new Map<number, () => void>();
  /** The last wish for each reaction, so that a quick second click is not overtaken by the first. */
  readonly #wishes = new Map<string, Promise<unknown>>();

  constructor(private readonly deps: ActsDeps) {}

  async edit(message: MessageRef, text: string, version: number): Promise<Outcome> {
    const edited = await this.deps.requests.edit(message.id, text, version);
    if (!edited.ok) {
      if (edited.error.code === 'conflict') await this.#reload(message.id);
      return edited;
    }
    this.#learn(edited.value);
    return done();
  }

  edits(message: MessageRef): Promise<Outcome<EarlierText[]>> {
    return this.deps.requests.edits(message.id);
  }

  remove(message: MessageRef, onFault: (error: ApiError) => void): () => void {
    const { id } = message;
    this.deps.dispatch([{ type: 'leaving', id, on: true }]);
    const bring = async (): Promise<void> => {
      this.#leaving.delete(id);
      const gone = await this.deps.requests.remove(id);
      if (gone.ok) this.#learn(gone.value);
      else onFault(gone.error);
      this.deps.dispatch([{ type: 'leaving', id, on: false }]);
    };
    const cancel = this.deps.setTimer(UNDO_MS, () => void bring());
    this.#leaving.set(id, () => {
      cancel();
      void bring();
    });
    return () => {
      if (!this.#leaving.delete(id)) return;
      cancel();
      this.deps.dispatch([{ type: 'leaving', id, on: false }]);
    };
  }

  /** The page goes: what is to be deleted is asked for now. */
  flush(): void {
    for (const now of [...this.#leaving.values()]) now();
  }

  async react(message: MessageRef, emoji: string, on: boolean): Promise<Outcome> {
    const { id, conversation, seq } = message;
    this.deps.dispatch([{ type: 'reacting', conversation, seq, emoji, on }]);
    const key = `${id} ${emoji}`;
    const before = this.#wishes.get(key);
    const asked = (before ?? Promise.resolve()).then(() => this.deps.requests.react(id, emoji, on));
    this.#wishes.set(key, asked);
    const outcome = await asked;
    // Only the answer to the last wish says how it stands.
    if (this.#wishes.get(key) !== asked) return done();
    this.#wishes.delete(key);
    if (outcome.ok) this.#learn(outcome.value);
    else await this.#reload(id);
    return outcome.ok ? done() : outcome;
  }

  pin(message: MessageRef, on: boolean): Promise<Outcome> {
    return this.#mark(message, 'pinned', on, this.deps.requests.pin(message.id, on));
  }

  save(message: MessageRef, on: boolean): Promise<Outcome> {
    return this.#mark(message, 'saved', on, this.deps.requests.save(message.id, on));
  }

  async forward(message: MessageRef, to: number): Promise<Outcome> {
    const sent = await this.deps.requests.forward(to, this.deps.newNonce(), message.id);
    if (!sent.ok) return sent;
    this.#learn(sent.value);
    return done();
  }

  pins(conversation: number): Promise<Outcome<Pin[]>> {
    return this.deps.requests.pins(conversation);
  }

  async readers(message: MessageRef, after = 0): Promise<Outcome<Readers>> {
    const read = await this.deps.requests.readers(message.conversation, message.seq, after);
    if (!read.ok) return read;
    const people = await Promise.all(read.value.users.map((user) => this.deps.person(user)));
    return done({
      people: people.flatMap((one) => (one.ok ? [one.value] : [])),
      next: read.value.more ? (read.value.users.at(-1) ?? null) : null,
    });
  }

  async learnRead(conversation: number): Promise<void> {
    const read = await this.deps.requests.readers(conversation, 1);
    if (!read.ok) return;
    this.deps.dispatch([{ type: 'seen', conversation, seq: read.value.upTo }]);
  }

  async mine(conversation: number, patch: MinePatch): Promise<Outcome<Mine>> {
    const mine = await this.deps.requests.mine(conversation, patch);
    if (mine.ok) this.deps.dispatch([{ type: 'mine', conversation, mine: mine.value }]);
    return mine;
  }

  mentions(before: number | null): Promise<Outcome<Page<Mention>>> {
    return this.deps.requests.mentions(before);
  }

  saved(before: number | null): Promise<Outcome<Page<Saved>>> {
    return this.deps.requests.saved(before);
  }

  async #mark(
    message: MessageRef,
    mark: 'pinned' | 'saved',
    on: boolean,
    asked: Promise<Outcome>,
  ): Promise<Outcome> {
    const { id, conversation, seq } = message;
    const change = (to: boolean): Change => ({
      type: 'marking',
      conversation,
      seq,
      id,
      mark,
      on: to,
    });
    this.deps.dispatch([change(on)]);
    const outcome = await asked;
    if (!outcome.ok) this.deps.dispatch([change(!on)]);
    return outcome.ok ? done() : failed(outcome.error);
  }

  async #reload(id: number): Promise<void> {
    const found = await this.deps.requests.message(id);
    if (found.ok) this.#learn(found.value);
  }

  #learn(message: Message): void {
    this.deps.dispatch([{ type: 'message', message }]);
  }
}
