import type { Outcome } from '../../api/errors';
import { sentence, t } from '../../i18n/index.svelte';
import { toasts } from '../../ui/toasts.svelte';

/** Says quietly that a change was kept, or why not. Each change is saved at once. */
export async function saving(change: Promise<Outcome>): Promise<boolean> {
  const outcome = await change;
  toasts.show({ text: outcome.ok ? t.saved : sentence(outcome.error.code) });
  return outcome.ok;
}
