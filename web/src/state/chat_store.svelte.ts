import { done, type Outcome } from '../api/errors';
import type { FromHub, ToHub } from '../push/bridge';
import type { OwnUser, Relation, RelationState, Settings, User } from '../protocol/types';
import type { Drafts } from './drafts.svelte';
import { MessageActs } from './message_acts';
import type { MessageRequests } from './message_requests';
import { ReadMarks } from './readpos';
import { type Change, reduce } from './reduce';
import type { Requests } from './requests';
import { badgeOf, counted, personOf, related, sidebarOf, viewOf } from './selectors';
import { sharing } from './share';
import type { ChatSurface, ConversationView, Person, SidebarRow } from './surface';
import { emptyState, type State } from './types';
import { Visit } from './visit.svelte';
import { Wanted } from './wanted';

export type SetTimer = (ms: number, fire: () => void) => () => void;

export type ChatDeps = {
  readonly requests: Requests;
  readonly messages: MessageRequests;
  readonly post: (message: ToHub) => void;
  readonly drafts: Drafts;
  readonly now: () => number;
  readonly setTimer: SetTimer;
  readonly newNonce: () => string;
  /** What the stream tells about the user themselves. */
  readonly onMe: (me: OwnUser | null, settings: Settings | null) => void;
};

/** How many conversations keep their messages in memory after they were looked at. */
const TIMELINES_MAX = 8;

/**
 * People and conversations, as the stream tells them. Only the hub's messages and the answers to
 * requests change the state; what a component sees is computed from it.
 */
export class Chat implements ChatSurface {
  #state = $state.raw<State>(emptyState());
  #heard = $state.raw<ChatSurface['heard']>(null);
  readonly #visits = new Set<Visit>();
  #visited: number[] = [];
  #cancelExpiry: (() => void) | null = null;
  readonly #wanted: Wanted;
  readonly marks: ReadMarks;
  readonly acts: MessageActs;

  readonly #keepFriends = sharing<Person[]>();
  readonly #keepIn = sharing<Person[]>();
  readonly #keepOut = sharing<Person[]>();
  readonly #keepBlocked = sharing<Person[]>();
  readonly #keepSidebar = sharing<SidebarRow[]>();

  readonly friends = $derived(this.#keepFriends(related(this.#state, 'friends')));
  readonly online = $derived(this.friends.filter((person) => person.presence !== 'offline'));
  readonly requestsIn = $derived(this.#keepIn(related(this.#state, 'incoming')));
  readonly requestsOut = $derived(this.#keepOut(related(this.#state, 'requested')));
  readonly blocked = $derived(this.#keepBlocked(related(this.#state, 'blocked')));
  readonly sidebar = $derived(
    this.#keepSidebar(sidebarOf(this.#state, this.friends, (id) => this.deps.drafts.get(id))),
  );
  readonly rooms = $derived(
    this.sidebar.flatMap(({ conversation }) =>
      conversation?.kind === 'room' ? [conversation] : [],
    ),
  );
  readonly #unread = $derived(
    counted(this.#state).map((conversation) => badgeOf(conversation, this.deps.now())),
  );
  readonly unreadConversations = $derived(this.#unread.filter((count) => count > 0).length);
  readonly unreadTotal = $derived(this.#unread.reduce((sum, count) => sum + count, 0));

  constructor(readonly deps: ChatDeps) {
    this.#wanted = new Wanted(deps.requests, deps.setTimer, (changes) => this.dispatch(changes));
    this.acts = new MessageActs({
      requests: deps.messages,
      newNonce: deps.newNonce,
      setTimer: deps.setTimer,
      dispatch: (changes) => this.dispatch(changes),
      person: (user) => {
        const known = this.person(user);
        return known ? Promise.resolve(done(known)) : this.loadPerson(user);
      },
    });
    this.marks = new ReadMarks({
      put: (conversation, seq, lower) => deps.requests.read(conversation, seq, lower),
      setTimer: deps.setTimer,
      onMark: (conversation, seq) => this.dispatch([{ type: 'read', conversation, seq }]),
    });
  }

  get state(): 'loading' | 'ready' {
    return this.#state.ready ? 'ready' : 'loading';
  }

  get heard(): ChatSurface['heard'] {
    return this.#heard;
  }

  /** All that is known. For the visits beside this file. */
  get known(): State {
    return this.#state;
  }

  person(user: number): Person | null {
    return personOf(this.#state, user);
  }

  conversation(id: number): ConversationView | null {
    return viewOf(this.#state, id, (conversation) => this.deps.drafts.get(conversation));
  }

  async loadPerson(user: number): Promise<Outcome<Person>> {
    const found = await this.deps.requests.user(user);
    return found.ok ? done(this.#learn(found.value)) : found;
  }

  open(conversation: number): Visit {
    const visit = new Visit(this, conversation, () => this.#close(visit));
    this.#visits.add(visit);
    visit.changed();
    return visit;
  }

  async openWith(user: number): Promise<Outcome<number>> {
    const known = this.person(user)?.conversation;
    if (known != null) return done(known);
    const made = await this.deps.requests.openDirect(user);
    if (!made.ok) return made;
    this.dispatch([{ type: 'conversation', conversation: made.value }]);
    return done(made.value.id);
  }

  requestFriend(user: number): Promise<Outcome<RelationState>> {
    return this.#relate(user, this.deps.requests.befriend(user));
  }

  accept(user: number): Promise<Outcome<RelationState>> {
    return this.requestFriend(user);
  }

  part(user: number): Promise<Outcome> {
    return this.#unrelate(user, this.deps.requests.unfriend(user));
  }

  decline(user: number): Promise<Outcome> {
    return this.part(user);
  }

  withdraw(user: number): Promise<Outcome> {
    return this.part(user);
  }

  block(user: number): Promise<Outcome<RelationState>> {
    return this.#relate(user, this.deps.requests.block(user));
  }

  unblock(user: number): Promise<Outcome> {
    return this.#unrelate(user, this.deps.requests.unblock(user));
  }

  async searchUsers(query: string, after?: string): Promise<Outcome<Person[]>> {
    const found = await this.deps.requests.searchUsers(query, after);
    return found.ok ? done(found.value.map((user) => this.#learn(user))) : found;
  }

  async markRead(conversation: number): Promise<Outcome> {
    const lastSeq = this.#state.conversations.get(conversation)?.lastSeq ?? 0;
    if (lastSeq > 0) this.marks.mark(conversation, lastSeq);
    return Promise.resolve(done());
  }

  async markUnread(conversation: number): Promise<Outcome> {
    const lastSeq = this.#state.conversations.get(conversation)?.lastSeq ?? 0;
    if (lastSeq === 0) return done();
    const outcome = await this.marks.lower(conversation, lastSeq - 1);
    return outcome.ok ? done() : outcome;
  }

  /** What the hub says. */
  receive(message: Exclude<FromHub, { type: 'status' | 'updated' }>): void {
    if (message.type !== 'batch') {
      this.dispatch([message]);
      if (message.type === 'snapshot') this.#again();
      return;
    }
    const { events, signals } = message.batch;
    const now = this.deps.now();
    const before = this.#state.conversations;
    const receipts = this.#state.settings.value?.receipts;
    // Signals first: a message ends its sender's typing.
    this.dispatch([
      ...signals.map((signal): Change => ({ type: 'signal', signal, now })),
      ...events.map((event): Change => ({ type: 'event', event })),
    ]);
    // Whose marks are told depends on it, in every conversation, and the stream repeats none.
    const shared = this.#state.settings.value?.receipts;
    if (receipts !== undefined && shared !== receipts) this.deps.post({ type: 'resync' });
    // What two carriers tell, or one tells again, is said aloud once.
    const last = events.findLast(
      (event) =>
        event.type === 'message' &&
        event.data.sender !== this.#state.me.value?.id &&
        event.seq > (before.get(event.conversation)?.lastSeq ?? 0),
    );
    if (last?.type !== 'message') return;
    const sender = this.#state.users.get(last.data.sender);
    if (sender) this.#heard = { conversation: last.conversation, sender, text: last.data.text };
  }

  /** Forgets everything: another user begins. */
  clear(): void {
    this.marks.stop();
    this.#wanted.stop();
    this.#cancelExpiry?.();
    this.#visited = [];
    this.#heard = null;
    this.#state = emptyState();
  }

  dispatch(changes: readonly Change[]): void {
    const before = this.#state;
    const after = changes.reduce(reduce, before);
    if (after === before) return;
    this.#state = after;
    if (after.me !== before.me || after.settings !== before.settings) {
      this.deps.onMe(after.me.value, after.settings.value);
    }
    this.#wanted.look(after);
    this.#expireLater(after);
    for (const visit of this.#visits) visit.changed();
  }

  async #relate(user: number, asked: Promise<Outcome<Relation>>): Promise<Outcome<RelationState>> {
    const isNews = this.#untold(user);
    const relation = await asked;
    if (!relation.ok) return relation;
    if (isNews()) this.dispatch([{ type: 'relation', relation: relation.value }]);
    return done(relation.value.state);
  }

  async #unrelate(user: number, asked: Promise<Outcome>): Promise<Outcome> {
    const isNews = this.#untold(user);
    const gone = await asked;
    if (gone.ok && isNews()) this.dispatch([{ type: 'unrelated', user }]);
    return gone;
  }

  /**
   * Whether nothing has been told of a relation since. What the stream tells meanwhile may come
   * before an older answer, and the answer's own event is still to come where it does not.
   */
  #untold(user: number): () => boolean {
    const before = this.#state.relations.get(user);
    return () => this.#state.relations.get(user) === before;
  }

  #learn(user: User): Person {
    this.dispatch([{ type: 'users', users: [user] }]);
    const relation = this.#state.relations.get(user.id)?.value ?? 'none';
    return (
      this.person(user.id) ?? { user, relation, presence: null, lastSeen: null, conversation: null }
    );
  }

  #expireLater(state: State): void {
    this.#cancelExpiry?.();
    this.#cancelExpiry = null;
    if (state.typing.length === 0) return;
    const next = Math.min(...state.typing.map((entry) => entry.until));
    this.#cancelExpiry = this.deps.setTimer(Math.max(0, next - this.deps.now()) + 10, () =>
      this.dispatch([{ type: 'expire', now: this.deps.now() }]),
    );
  }

  /** After a break of the stream: what changed meanwhile is not told any more. */
  #again(): void {
    const open = new Set([...this.#visits].map((visit) => visit.id));
    for (const id of this.#state.timelines.keys()) {
      if (!open.has(id)) this.dispatch([{ type: 'dropped', conversation: id }]);
    }
    for (const visit of this.#visits) void visit.refresh();
  }

  #close(visit: Visit): void {
    this.#visits.delete(visit);
    this.#visited = [visit.id, ...this.#visited.filter((id) => id !== visit.id)];
    const open = new Set([...this.#visits].map((item) => item.id));
    for (const id of this.#visited.splice(TIMELINES_MAX)) {
      if (!open.has(id)) this.dispatch([{ type: 'dropped', conversation: id }]);
    }
  }
}
