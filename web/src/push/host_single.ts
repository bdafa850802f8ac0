import { type Api, nothing } from '../api/client';
import { decodeMessage } from '../protocol/decode_message';
import { randomId, timeOrderedId } from '../state/ids';
import { BrowserSendStore } from '../state/send_store';
import { browserStore } from '../state/storage';
import type { FromHub, Host, ToHub } from './bridge';
import { Hub } from './hub';
import { PollTransport } from './poll';
import { openSse } from './sse';
import { streamQuery } from './stream';
import { openWebSocket } from './websocket';

/** The hub in this very tab. Messages are handed over at once. */
export class SingleHost implements Host {
  readonly #hub: Hub;

  constructor(api: Api, emit: (message: FromHub) => void) {
    const client = randomId();
    this.#hub = new Hub({
      transport: new PollTransport(api, client),
      openStream: (kind, opening) => {
        const path = streamQuery(opening, client, api.user);
        return kind === 'websocket' ? openWebSocket(path, opening) : openSse(path, opening);
      },
      memory: browserStore,
      random: Math.random,
      now: () => Date.now(),
      setInterval: (tick, ms) => window.setInterval(tick, ms),
      clearInterval: (handle) => window.clearInterval(handle),
      setTimer: (ms, fire) => {
        const handle = setTimeout(fire, ms);
        return () => clearTimeout(handle);
      },
      outbox: {
        store: new BrowserSendStore(browserStore),
        newNonce: () => timeOrderedId(Date.now()),
        post: ({ conversation, nonce, text, replyTo }, abort) =>
          api.ask(
            (client, signal) =>
              client.POST('/api/v1/conversations/{id}/messages', {
                params: { path: { id: conversation } },
                body: replyTo === null ? { nonce, text } : { nonce, text, reply_to: replyTo },
                signal,
              }),
            decodeMessage,
            undefined,
            abort,
          ),
      },
      renew: async () => {
        const me = await api.ask((client, signal) => client.GET('/api/v1/me', { signal }), nothing);
        return me.ok;
      },
      emit,
    });
  }

  post(message: ToHub): void {
    this.#hub.handle(message);
  }
}
