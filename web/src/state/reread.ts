// What of a conversation is read beside scrolling through it.
import type { Chat } from './chat_store.svelte';
import { PAGE, type Window } from './window';

/** Reads a window's messages again, page by page, and forgets the conversation's other ones. */
export async function reread(
  chat: Chat,
  conversation: number,
  window: Window,
  closed: () => boolean,
): Promise<void> {
  const lastSeq = (): number => chat.known.conversations.get(conversation)?.lastSeq ?? 0;
  const to = window.to ?? lastSeq();
  chat.dispatch([{ type: 'cut', conversation, from: window.from, to }]);
  for (let seq = window.from - 1; seq < to;) {
    const request = { kind: 'after', seq, upTo: lastSeq() } as const;
    const page = await chat.deps.requests.messages(conversation, request, 2 * PAGE);
    if (closed() || !page.ok) return;
    const { messages, more } = page.value;
    chat.dispatch([{ type: 'page', conversation, request, messages, more }]);
    const last = messages.at(-1)?.seq;
    if (last === undefined || !more) return;
    seq = last;
  }
}

/** Reads the messages about a place. */
export async function readAround(chat: Chat, conversation: number, seq: number): Promise<void> {
  const page = await chat.deps.requests.around(conversation, seq, 2 * PAGE);
  if (!page.ok) return;
  const { messages, more, more_before, more_after } = page.value;
  const upTo = chat.known.conversations.get(conversation)?.lastSeq ?? 0;
  const ends = { first: more_before !== true, last: more_after !== true };
  const request = { kind: 'around', seq, upTo, ...ends } as const;
  chat.dispatch([{ type: 'page', conversation, request, messages, more }]);
}
