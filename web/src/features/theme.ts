/**
 * Light, dark, or what the system says. public/theme.js does the same before the first paint, from
 * the same place in storage.
 */
export type Theme = '' | 'light' | 'dark';

const kKey = 'keepline.theme';
const kBar: Record<'light' | 'dark', string> = { light: '#f4f2ed', dark: '#15171a' };

const system = matchMedia('(prefers-color-scheme: dark)');
let wished: Theme = stored();

system.addEventListener('change', show);

export function theme(): Theme {
  return wished;
}

export function setTheme(theme: Theme): void {
  wished = theme;
  try {
    if (theme) localStorage.setItem(kKey, theme);
    else localStorage.removeItem(kKey);
  } catch {
    // Storage may be forbidden; the theme then lasts as long as the page.
  }
  show();
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(kKey);
    return value === 'light' || value === 'dark' ? value : '';
  } catch {
    return '';
  }
}

function show(): void {
  const shown = wished || (system.matches ? 'dark' : 'light');
  document.documentElement.dataset.theme = shown;
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', kBar[shown]);
}

show();
