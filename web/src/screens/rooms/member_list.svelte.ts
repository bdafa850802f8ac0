import type { ApiError, Outcome } from '../../api/errors';
import type { Notice } from '../../state/notices';
import type { Member, MemberPage } from '../../state/rooms';

type Ask = (query: string, after: number) => Promise<Outcome<MemberPage>>;

/** How long the fingers rest before the server is asked. */
export const LOOK_AFTER_MS = 250;

/**
 * A page of the members of a room, the next one and the one before, or those whose name begins
 * with what is looked for. What the stream tells of them is heard as it comes.
 */
export class MemberList {
  members = $state.raw<readonly Member[]>([]);
  state = $state<'loading' | 'ready' | 'error'>('loading');
  error = $state.raw<ApiError>();
  /** Whether there are others behind this page. */
  more = $state(false);
  /** After whom this page and those before it begin. */
  #starts = $state.raw<readonly number[]>([0]);
  #query = '';
  #wish = 0;
  #heard: number;
  #counted = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ask: Ask,
    heard: readonly Notice[] = [],
  ) {
    this.#heard = heard.at(-1)?.id ?? 0;
    void this.#load();
  }

  get earlier(): boolean {
    return this.#starts.length > 1;
  }

  look(query: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#query = query;
      this.#starts = [0];
      void this.#load();
    }, LOOK_AFTER_MS);
  }

  next(): Promise<void> {
    const last = this.#last();
    if (last === undefined || !this.more) return Promise.resolve();
    this.#starts = [...this.#starts, last];
    return this.#load();
  }

  back(): Promise<void> {
    if (!this.earlier) return Promise.resolve();
    this.#starts = this.#starts.slice(0, -1);
    return this.#load();
  }

  again(): Promise<void> {
    return this.#load();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#wish++;
  }

  /** Somebody is a member now, or stands there in another way. */
  put(member: Member): void {
    const { id } = member.user;
    const others = this.members.filter(({ user }) => user.id !== id);
    const known = others.length < this.members.length;
    if (!known && !this.#belongs(member)) return;
    this.members = [...others, member].sort((a, b) => a.user.id - b.user.id);
  }

  drop(user: number): void {
    this.members = this.members.filter((member) => member.user.id !== user);
  }

  /** What was told since; `count` is how many members there are now. */
  hear(notices: readonly Notice[], count: number): void {
    for (const { id, event } of notices) {
      if (id <= this.#heard) continue;
      this.#heard = id;
      if (event.type === 'joined') this.put({ user: event.data.user, role: event.data.role });
      else if (event.type === 'left') this.drop(event.data.user.id);
      else if (event.type === 'member') {
        const { user, role, silenced_until } = event.data;
        this.put(silenced_until === undefined ? { user, role } : { user, role, silenced_until });
      }
    }
    // Where something was missed, the numbers differ: asked once for each.
    const whole = this.state === 'ready' && !this.more && !this.earlier && this.#query === '';
    if (whole && count !== this.members.length && count !== this.#counted) {
      this.#counted = count;
      void this.#load();
    }
  }

  #last(): number | undefined {
    return this.members.at(-1)?.user.id;
  }

  /** Whether somebody new stands on this page. */
  #belongs({ user }: Member): boolean {
    const query = this.#query.toLocaleLowerCase();
    const named = [user.name, user.display_name].some((name) =>
      name.toLocaleLowerCase().startsWith(query),
    );
    if (!named || user.id <= (this.#starts.at(-1) ?? 0)) return false;
    return !this.more || user.id < (this.#last() ?? Infinity);
  }

  async #load(): Promise<void> {
    const wish = ++this.#wish;
    const answer = await this.ask(this.#query, this.#starts.at(-1) ?? 0);
    if (wish !== this.#wish) return;
    if (!answer.ok) {
      this.error = answer.error;
      this.state = 'error';
      return;
    }
    this.members = answer.value.members;
    this.more = answer.value.more;
    this.state = 'ready';
  }
}
