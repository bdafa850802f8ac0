import { iconOf } from '../../features/room_icon';
import { chat } from '../../state/chat.svelte';
import type { Person } from '../../state/surface';
import type { IconName } from '../../ui/icon_name';
import { fitting, personNames } from '../chat/completion';
import { openFilter } from './query';

export type Suggestion = {
  readonly key: string;
  readonly filter: 'from' | 'in';
  /** What stands behind the colon when it is chosen. */
  readonly value: string;
  readonly text: string;
  readonly detail: string;
  readonly picture: number;
  readonly icon?: IconName | undefined;
  readonly color?: number;
};

const kRestMs = 250;

/** Who and what could stand behind the `from:` or `in:` that is being written. */
export class Suggesting {
  #people = $state.raw<readonly Person[]>([]);
  #wish = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Those that fit a text; people that this page does not know are asked for. */
  list(text: string): readonly Suggestion[] {
    const open = openFilter(text);
    if (!open) return [];
    return open.filter === 'in' ? places(open.value) : this.#named(open.value);
  }

  look(text: string): void {
    clearTimeout(this.#timer);
    this.#wish += 1;
    const open = openFilter(text);
    if (open?.filter !== 'from' || open.value === '') return;
    const { value } = open;
    this.#timer = setTimeout(() => void this.#ask(value), kRestMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#wish += 1;
  }

  async #ask(value: string): Promise<void> {
    const wish = this.#wish;
    const found = await chat.searchUsers(value);
    if (wish === this.#wish && found.ok) this.#people = found.value;
  }

  #named(value: string): Suggestion[] {
    const known = chat.sidebar.flatMap(({ person }) => (person ? [person] : []));
    const all = new Map([...known, ...this.#people].map((person) => [person.user.id, person]));
    return fitting(value, [...all.values()], personNames).map(({ user }) => ({
      key: `u${user.id}`,
      filter: 'from',
      value: user.name,
      text: user.display_name,
      detail: user.name,
      picture: user.id,
    }));
  }
}

function places(value: string): Suggestion[] {
  const all = chat.sidebar.flatMap(({ conversation }) => (conversation ? [conversation] : []));
  return fitting(value, all, (one) => [one.title, one.peer?.user.name ?? '']).map((one) => ({
    key: `c${one.id}`,
    filter: 'in',
    // A title may be the beginning of another one; a number is exact, and is shown as the title.
    value: String(one.id),
    text: one.title,
    detail: one.peer?.user.name ?? '',
    picture: one.peer?.user.id ?? one.id,
    icon: iconOf(one),
    color: one.color,
  }));
}
