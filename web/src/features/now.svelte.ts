/**
 * The present minute, for "today", "yesterday" and "5 minutes ago". It moves while somebody may
 * look, and at once when the page comes back.
 */
import { SvelteDate } from 'svelte/reactivity';

const date = new SvelteDate();

setInterval(() => date.setTime(Date.now()), 30_000);
document.addEventListener('visibilitychange', () => date.setTime(Date.now()));

export function now(): Date {
  return new Date(date.getTime());
}
