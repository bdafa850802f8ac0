import type { Api } from '../api/client';
import { decodeBatchOrReset, decodeSnapshot } from '../protocol/decode';
import type { Batch, Reset, Snapshot } from '../protocol/types';
import type { Question, Reply, Transport } from './transport';

/**
 * The stream by long poll: works wherever a page can be loaded. `client` names this poller, so
 * that its newer poll supersedes its older one; it is new with every page, because a duplicated
 * tab copies all that is stored.
 */
export class PollTransport implements Transport {
  constructor(
    private readonly api: Api,
    private readonly client: string,
  ) {}

  snapshot(limitMs: number, signal: AbortSignal): Promise<Reply<Snapshot>> {
    return this.api.ask(
      (client, limit) => client.GET('/api/v1/sync', { signal: limit }),
      decodeSnapshot,
      limitMs,
      signal,
    );
  }

  ask(question: Question): Promise<Reply<Batch | Reset>> {
    const { cursor, wait, hello } = question;
    const query = {
      cursor,
      wait,
      client: this.client,
      ...(this.api.user === null ? {} : { user: this.api.user }),
      ...(hello ? { hello: 1 } : {}),
    };
    return this.api.ask(
      (client, limit) => client.GET('/api/v1/events', { params: { query }, signal: limit }),
      decodeBatchOrReset,
      question.limitMs,
      question.signal,
    );
  }
}
