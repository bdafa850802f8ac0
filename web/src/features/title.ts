/**
 * What the tab of the browser says: how much is unread, where the reader is, and a dot on the
 * picture while something waits.
 */
export function titleText(unread: number, place: string): string {
  const count = unread > 0 ? `(${unread > 99 ? '99+' : unread}) ` : '';
  return place ? `${count}${place} · Keepline` : `${count}Keepline`;
}

export function showTitle(unread: number, place: string): void {
  document.title = titleText(unread, place);
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const picture = unread > 0 ? '/logo-unread.svg' : '/logo.svg';
  if (icon && icon.getAttribute('href') !== picture) icon.setAttribute('href', picture);
}
