import { recentEmoji } from '../../emoji/recent.svelte';
import { sentence, t } from '../../i18n/index.svelte';
import { pathOf } from '../../router.svelte';
import { chat } from '../../state/chat.svelte';
import { mayClean, mayPin, mayWrite } from '../../state/rights';
import type { ErrorCode, MessageRef, TimelineRow, VisitSurface } from '../../state/surface';
import { announcer } from '../../ui/announcer.svelte';
import { copyText } from '../../ui/copy';
import { toasts } from '../../ui/toasts.svelte';
import { shell } from '../shell/shell.svelte';

/**
 * What can be done with a message of the list, the same from its tools, its menu and the keyboard,
 * and which of them is being edited, answered with an emoji, or shown in a dialog.
 */
export class RowActions {
  /** The row that is being edited, and its text so far. */
  editing = $state<string>();
  text = $state('');
  saving = $state(false);
  /** The row whose reaction is being picked. */
  picking = $state<string>();
  /** The row whose earlier texts are shown, or that is to be forwarded. */
  history = $state.raw<TimelineRow>();
  forwarding = $state.raw<TimelineRow>();

  constructor(
    readonly visit: VisitSurface,
    private readonly focusBox: () => void,
    private readonly focusRow: (key: string) => void,
  ) {}

  /** Null while it is on its way, and where nothing is left of it. */
  ref(row: TimelineRow): MessageRef | null {
    if (row.id === null || row.seq === null || row.deleted) return null;
    return { id: row.id, conversation: this.visit.id, seq: row.seq };
  }

  /** Whether anything may be written here, which also is to react and to edit. */
  get mayWrite(): boolean {
    const { view } = this.visit;
    return !view || mayWrite(view, Date.now());
  }

  mayEdit(row: TimelineRow): boolean {
    return row.own && row.forwarded === null && this.ref(row) !== null && this.mayWrite;
  }

  mayPin(): boolean {
    const { view } = this.visit;
    return !view || mayPin(view, Date.now());
  }

  mayRemove(row: TimelineRow): boolean {
    const { view } = this.visit;
    return this.ref(row) !== null && (row.own || (!!view && mayClean(view)));
  }

  async copy(row: TimelineRow): Promise<void> {
    this.#copied(await copyText(row.text));
  }

  async link(row: TimelineRow): Promise<void> {
    if (row.seq === null) return;
    const path = pathOf({ name: 'chat', id: this.visit.id, seq: row.seq });
    this.#copied(await copyText(location.origin + path));
  }

  readers(row: TimelineRow): void {
    const message = this.ref(row);
    if (message) void shell.show(() => import('../panels/Readers.svelte'), { message });
  }

  async unread(row: TimelineRow): Promise<void> {
    if (row.seq === null) return;
    const outcome = await this.visit.markUnreadFrom(row.seq);
    if (outcome.ok) announcer.say(t.message.markedUnread);
    else this.#tell(outcome.error.code);
  }

  reply(row: TimelineRow): void {
    if (!this.ref(row)) return;
    this.visit.reply(row.seq);
    this.focusBox();
  }

  edit(row: TimelineRow): void {
    if (!this.mayEdit(row)) return;
    this.editing = row.key;
    this.text = row.text;
  }

  cancel(): void {
    const key = this.editing;
    this.editing = undefined;
    if (key) this.focusRow(key);
  }

  async save(row: TimelineRow): Promise<void> {
    const ref = this.ref(row);
    const text = this.text.trim();
    if (!ref || this.saving) return;
    if (text === '' || text === row.text) {
      this.cancel();
      return;
    }
    this.saving = true;
    const outcome = await chat.acts.edit(ref, text, row.version);
    this.saving = false;
    if (outcome.ok) this.cancel();
    else this.#tell(outcome.error.code, t.message.editConflict);
  }

  remove(row: TimelineRow): void {
    const ref = this.ref(row);
    if (!ref || !this.mayRemove(row)) return;
    const undo = chat.acts.remove(ref, (error) => this.#tell(error.code));
    toasts.show({ text: t.message.deleted, action: { text: t.undo, run: undo } });
  }

  async react(row: TimelineRow, emoji: string): Promise<void> {
    const ref = this.ref(row);
    if (!ref) return;
    const on = !row.reactions.some((one) => one.emoji === emoji && one.mine);
    if (on) recentEmoji.use(emoji);
    const outcome = await chat.acts.react(ref, emoji, on);
    if (!outcome.ok) this.#tell(outcome.error.code, t.message.reactionsFull);
  }

  async pin(row: TimelineRow): Promise<void> {
    const ref = this.ref(row);
    if (!ref) return;
    const outcome = await chat.acts.pin(ref, !row.pinned);
    if (!outcome.ok) this.#tell(outcome.error.code, t.message.pinsFull);
    else toasts.show({ text: row.pinned ? t.message.didUnpin : t.message.didPin });
  }

  async keep(row: TimelineRow): Promise<void> {
    const ref = this.ref(row);
    if (!ref) return;
    const outcome = await chat.acts.save(ref, !row.saved);
    if (!outcome.ok) this.#tell(outcome.error.code);
    else toasts.show({ text: row.saved ? t.message.didUnsave : t.message.didSave });
  }

  #copied(copied: boolean): void {
    toasts.show({ text: copied ? t.copied : t.copyFailed });
  }

  #tell(code: ErrorCode, conflict?: string): void {
    toasts.show({ text: code === 'conflict' && conflict ? conflict : sentence(code) });
  }
}
