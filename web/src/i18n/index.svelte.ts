import { browserStore, type Store } from '../state/storage';
import type { ErrorCode } from '../api/errors';
import { type Catalogue, errorSentences, type Language, LANGUAGES } from './catalogue';
import * as format from './format';

const KEY = 'keepline.language';

const loaders: Record<Language, () => Promise<Catalogue>> = {
  en: async () => (await import('./en')).en,
  zh: async () => (await import('./zh')).zh,
};

/** The first of the browser's languages that we speak; English where there is none. */
export function negotiate(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => tag.toLowerCase().split('-')[0] === language);
    if (found) return found;
  }
  return 'en';
}

/**
 * The language of the page. `t` is the catalogue: `i18n.t.chat.send`. Reactive. The first
 * catalogue is loaded before anything is mounted, so `t` is always there for a component.
 */
export class I18n {
  #language = $state<Language>('en');
  #t = $state.raw<Catalogue | null>(null);
  /** What was chosen; empty follows the browser. */
  #chosen = $state<Language | ''>('');
  #wish = 0;

  constructor(
    private readonly store: Store = browserStore,
    private readonly languages: () => readonly string[] = () => navigator.languages,
  ) {}

  get language(): Language {
    return this.#language;
  }

  get chosen(): Language | '' {
    return this.#chosen;
  }

  get t(): Catalogue {
    if (this.#t === null) throw new Error('no catalogue is loaded yet');
    return this.#t;
  }

  /** Loads what was chosen here before, else what the browser prefers. */
  async start(): Promise<void> {
    const kept = this.store.get(KEY);
    await this.choose(LANGUAGES.find((language) => language === kept) ?? '');
  }

  /** Changes the language, or follows the browser. The text changes when it is all there. */
  async choose(language: Language | ''): Promise<void> {
    const wish = ++this.#wish;
    const actual = language === '' ? negotiate(this.languages()) : language;
    const catalogue = await loaders[actual]();
    if (wish !== this.#wish) return;
    if (language === '') this.store.remove(KEY);
    else this.store.set(KEY, language);
    this.#chosen = language;
    this.#language = actual;
    this.#t = catalogue;
    document.documentElement.lang = format.locale(actual);
  }

  timeOfDay = (at: Date): string => format.timeOfDay(this.#language, at);
  dayLabel = (at: Date, now: Date): string => format.dayLabel(this.#language, at, now);
  shortTime = (at: Date, now: Date): string => format.shortTime(this.#language, at, now);
  date = (at: Date): string => format.date(this.#language, at);
  moment = (at: Date): string => format.moment(this.#language, at);
  ago = (at: Date, now: Date): string => format.ago(this.#language, at, now);
  number = (value: number): string => format.number(this.#language, value);
  list = (names: readonly string[]): string => format.conjunction(this.#language, names);
}

export const i18n = new I18n();

/**
 * The texts of the page's language: `t.close`. Reading one in a component is reactive. The proxy
 * stands for the catalogue that is loaded at that moment.
 */
export const t: Catalogue = new Proxy({} as Catalogue, {
  get: (_, key) => Reflect.get(i18n.t, key) as unknown,
});

/** The sentence for an error. The server's own words are never shown. */
export function sentence(code: ErrorCode): string {
  return errorSentences(i18n.t)[code];
}
