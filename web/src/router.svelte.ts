export const SETTINGS_TABS = [
  'profile',
  'account',
  'appearance',
  'language',
  'privacy',
  'connection',
] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

export type Route =
  | { readonly name: 'login' }
  | { readonly name: 'register' }
  | { readonly name: 'home' }
  | { readonly name: 'chat'; readonly id: number; readonly seq?: number }
  | { readonly name: 'friends' }
  | { readonly name: 'search' }
  | { readonly name: 'mentions' }
  | { readonly name: 'saved' }
  | { readonly name: 'invite'; readonly code: string }
  | { readonly name: 'settings'; readonly tab: SettingsTab }
  | { readonly name: 'not-found' };

export function parse(path: string): Route {
  const [first = '', second, ...rest] = path.split('/').filter((part) => part !== '');
  const permalink = first === 'c' && rest[0] === 'm' && rest.length === 2 ? rest[1] : undefined;
  if (rest.length > 0 && permalink === undefined) return { name: 'not-found' };
  switch (first) {
    case '':
      return { name: 'home' };
    case 'login':
    case 'register':
    case 'friends':
    case 'search':
    case 'mentions':
    case 'saved':
      return second === undefined ? { name: first } : { name: 'not-found' };
    case 'c': {
      const id = numberOf(second);
      const seq = permalink === undefined ? null : numberOf(permalink);
      if (id === null || (permalink !== undefined && seq === null)) return { name: 'not-found' };
      return seq === null ? { name: 'chat', id } : { name: 'chat', id, seq };
    }
    case 'invite':
      return /^[\w-]{22}$/.test(second ?? '')
        ? { name: first, code: second ?? '' }
        : { name: 'not-found' };
    case 'settings': {
      const tab = SETTINGS_TABS.find((name) => name === (second ?? SETTINGS_TABS[0]));
      return tab ? { name: 'settings', tab } : { name: 'not-found' };
    }
    default:
      return { name: 'not-found' };
  }
}

function numberOf(text: string | undefined): number | null {
  if (text === undefined || !/^[1-9]\d{0,15}$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

export function pathOf(route: Route): string {
  switch (route.name) {
    case 'home':
    case 'not-found':
      return '/';
    case 'chat':
      return route.seq === undefined ? `/c/${route.id}` : `/c/${route.id}/m/${route.seq}`;
    case 'invite':
      return `/#/invite/${route.code}`;
    case 'settings':
      return `/settings/${route.tab}`;
    default:
      return `/${route.name}`;
  }
}

/** Where a sign-in may lead: a path of this origin that is no sign-in itself, else the start. */
export function safeReturn(wanted: string | null): string {
  if (!wanted?.startsWith('/') || wanted.startsWith('//') || wanted.includes('\\')) return '/';
  const route = parse(wanted.split(/[?#]/)[0] ?? '/');
  return ['login', 'register', 'not-found'].includes(route.name) ? '/' : pathOf(route);
}

/** An invitation stands behind the #, so that no server on the way writes its code down. */
function pathHere(): string {
  return location.hash.startsWith('#/invite/') ? location.hash.slice(1) : location.pathname;
}

/** The address bar. One per page. */
export class Router {
  #path = $state(pathHere());
  #search = $state(location.search);
  readonly route: Route = $derived(parse(this.#path));
  readonly query: URLSearchParams = $derived(new URLSearchParams(this.#search));

  constructor() {
    addEventListener('popstate', () => this.#read());
    addEventListener('click', (event) => this.#follow(event));
  }

  get path(): string {
    return this.#path;
  }

  /** Goes to a route, or to a path of this origin. Going where one is adds nothing to the history. */
  go(to: Route | string, options: { readonly replace?: boolean } = {}): void {
    const path = typeof to === 'string' ? to : pathOf(to);
    if (path === location.pathname + location.search + location.hash) return;
    if (options.replace) history.replaceState({}, '', path);
    else history.pushState({ inside: true }, '', path);
    this.#read();
  }

  /** Goes back where that stays inside the app, else to the fallback. */
  back(fallback: Route): void {
    const state: unknown = history.state;
    if (typeof state === 'object' && state !== null && 'inside' in state) history.back();
    else this.go(fallback, { replace: true });
  }

  #read(): void {
    this.#path = pathHere();
    this.#search = location.search;
  }

  /** Turns a plain click on one of our own links into a change of route. */
  #follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || link.target !== '' || link.hasAttribute('download'))
      return;
    // A link of one page only moves the focus, which the browser does better.
    if (link.origin !== location.origin || link.getAttribute('href')?.startsWith('#')) return;
    if (parse(link.pathname).name === 'not-found') return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

export const router = new Router();
