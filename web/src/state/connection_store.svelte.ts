import type { Status, ToHub } from '../push/bridge';
import type { Carrier } from '../push/carrier_state';
import type { ConnectionState, ConnectionSurface } from './surface';

/** The connection as a person sees it. */
export class Connection implements ConnectionSurface {
  #status = $state.raw<Status>({
    state: 'connecting',
    carrier: 'poll',
    pollOnly: false,
    since: Date.now(),
    nextTry: null,
    delay: null,
    lastResume: null,
    waiting: 0,
  });
  #everLive = $state(false);
  #updateReady = $state(false);

  constructor(private readonly post: (message: ToHub) => void) {}

  get state(): ConnectionState {
    return this.#status.state;
  }
  get everLive(): boolean {
    return this.#everLive;
  }
  get carrier(): Carrier {
    return this.#status.carrier;
  }
  get pollOnly(): boolean {
    return this.#status.pollOnly;
  }
  get since(): number {
    return this.#status.since;
  }
  get nextTry(): number | null {
    return this.#status.nextTry;
  }
  get delay(): number | null {
    return this.#status.delay;
  }
  get lastResume(): number | null {
    return this.#status.lastResume;
  }
  get waitingSends(): number {
    return this.#status.waiting;
  }
  get updateReady(): boolean {
    return this.#updateReady;
  }

  retry(): void {
    this.post({ type: 'retry' });
  }

  usePollOnly(pollOnly: boolean): void {
    this.post({ type: 'route', pollOnly });
  }

  /** What the hub says. */
  tell(status: Status): void {
    this.#status = status;
    if (status.state === 'live') this.#everLive = true;
  }
  updated(): void {
    this.#updateReady = true;
  }
}
