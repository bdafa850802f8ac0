// What the journeys in rooms share: where things are, and a room to begin with.
import { World } from './support.mjs';

export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const item = (page, name) => page.getByRole('menuitem', { name, exact: true });
export const dialog = (page) => page.locator('dialog[open]');
export const heading = (page, name) => page.locator('main h1', { hasText: name });
export const details = (page) => page.locator('aside.info');
export const notice = (page, text) => page.locator('.notice', { hasText: text });

/** A room of liger's that the other is in, as programs make one. */
export async function ready(t, wish = {}) {
  const world = await World.start(t);
  const liger = await world.program('liger_zql');
  const other = await world.program('indifferent');
  const body = { kind: 'room', title: 'Studio', users: [other.user.id], ...wish };
  const { id } = await liger.ask('POST', '/conversations', body);
  return { world, id, liger, other };
}
