import { type Api, nothing } from '../api/client';
import { decodeMessage } from '../protocol/decode';
import { randomId, timeOrderedId } from '../state/ids';
import { BrowserSendStore } from '../state/send_store';
import { browserStore } from '../state/storage';
import type { FromHub, Host, ToHub } from './bridge';
import { Hub } from './hub';
import { PollTransport } from './poll';

/** The hub in this very tab. Messages are handed over at once. */
export class SingleHost implements Host {
  readonly #hub: Hub;

  constructor(api: Api, emit: (message: FromHub) => void) {
    this.#hub = new Hub({
      transport: new PollTransport(api, randomId()),
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
        post: ({ conversation, nonce, text }, abort) =>
          api.ask(
            (client, signal) =>
              client.POST('/api/v1/conversations/{id}/messages', {
                params: { path: { id: conversation } },
                body: { nonce, text },
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
