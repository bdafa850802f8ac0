import { decodeBatchOrReset } from '../protocol/decode';
import { object } from '../protocol/shape';
import type { StreamEnd } from './carrier_state';
import type { Opening } from './stream';

/** The fields of one block that mean something here. */
export type Block = { readonly event: string; readonly data: string };

/**
 * Takes text/event-stream apart. Text comes in pieces cut anywhere; a block comes out when the empty
 * line after it has come in.
 */
export class BlockReader {
  #rest = '';
  #event = '';
  #data: string[] = [];

  push(text: string): Block[] {
    const blocks: Block[] = [];
    this.#rest += text;
    // A CR at the very end may be half of a line's end.
    const lines = this.#rest.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (this.#data.length > 0) blocks.push({ event: this.#event, data: this.#data.join('\n') });
        this.#event = '';
        this.#data = [];
      } else this.#field(line);
    }
    return blocks;
  }

  #field(line: string): void {
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/su.exec(line) ?? [];
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#event = value;
  }
}

function isBusy(problem: string): boolean {
  return object(JSON.parse(problem), 'problem').status === 503;
}

/**
 * The stream by Server-Sent Events, read from a plain request: unlike EventSource that tells why it
 * was refused, and leaves to us when to come back.
 */
export function openSse(path: string, { onBatch, onEnd }: Opening): () => void {
  const abort = new AbortController();

  const read = async (): Promise<StreamEnd> => {
    const answer = await fetch(path, {
      headers: { Accept: 'text/event-stream' },
      credentials: 'same-origin',
      cache: 'no-store',
      signal: abort.signal,
    });
    const type = answer.headers.get('content-type') ?? '';
    if (!answer.ok || !type.startsWith('text/event-stream') || !answer.body) {
      void answer.body?.cancel().catch(() => undefined);
      return 'refused';
    }
    const blocks = new BlockReader();
    const text = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let told = false;
    for (;;) {
      const { done, value } = await text.read();
      // The server says in its last batch that it wants to be left alone for a while.
      if (done) return told ? 'restart' : 'cut';
      for (const { event, data } of blocks.push(value)) {
        if (abort.signal.aborted) return 'cut';
        // Why it ends. What is not only a matter of time a poll is told too, and acts on it.
        if (event === 'problem') return isBusy(data) ? 'busy' : 'refused';
        if (event !== '') continue;
        const batch = decodeBatchOrReset(JSON.parse(data), 'batch');
        told = batch.advice !== undefined;
        onBatch(batch);
      }
    }
  };

  read()
    .catch(() => 'cut' as const)
    .then((why) => {
      if (abort.signal.aborted) return;
      abort.abort();
      onEnd(why);
    });
  return () => abort.abort();
}
