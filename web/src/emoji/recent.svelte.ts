import { browserStore, type Store } from '../state/storage';

const KEY = 'keepline.emoji';
const MAX = 40;
/** What is offered to somebody who has used none yet. */
const FIRST = [
  ...[
    '👍',
    '❤️',
    '🎉',
    '😂',
    '🙏',
    '👀',
    '😮',
    '😢',
    '😄',
    '😊',
    '🙂',
    '😉',
    '😍',
    '🤔',
    '😅',
    '😭',
  ],
  ...[
    '👏',
    '🙌',
    '💪',
    '🤝',
    '👋',
    '👌',
    '✅',
    '❌',
    '🔥',
    '💯',
    '✨',
    '🚀',
    '💡',
    '☕',
    '🎂',
    '🌹',
  ],
];

/** The emoji used last in this browser, the latest first, then what most people use. */
export class RecentEmoji {
  #list = $state.raw<readonly string[]>([]);

  constructor(private readonly store: Store) {
    this.#list = parse(store.get(KEY));
  }

  get list(): readonly string[] {
    return [...new Set([...this.#list, ...FIRST])].slice(0, MAX);
  }

  use(emoji: string): void {
    this.#list = [emoji, ...this.#list.filter((one) => one !== emoji)].slice(0, MAX);
    this.store.set(KEY, JSON.stringify(this.#list));
  }
}

function parse(value: string | null): readonly string[] {
  try {
    const list: unknown = JSON.parse(value ?? '[]');
    if (!Array.isArray(list)) return [];
    return list.filter((one): one is string => typeof one === 'string').slice(0, MAX);
  } catch {
    return [];
  }
}

export const recentEmoji = new RecentEmoji(browserStore);
