/**
 * What the banner says about the connection. `first` is the very first one, when it takes long, after
 * which nothing is "back". `back` lasts for a moment after an interruption that was shown; one that
 * nobody was told of ends as quietly as it began.
 */
import type { ConnectionState } from '../state/surface';

const kBackMs = 1500;

export type BannerState = 'none' | 'first' | 'waiting' | 'offline' | 'back';

export class ReconnectBanner {
  state: BannerState = $state('none');
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `before`: whether there has been a connection at all. */
  follow(connection: ConnectionState, before: boolean): void {
    if (connection === 'waiting' || connection === 'offline') {
      this.stop();
      this.state = connection === 'waiting' && !before ? 'first' : connection;
    } else if (connection === 'live' && this.state === 'first') {
      this.state = 'none';
    } else if (connection === 'live' && (this.state === 'waiting' || this.state === 'offline')) {
      this.state = 'back';
      this.#timer = setTimeout(() => (this.state = 'none'), kBackMs);
    } else if (connection === 'stopped') {
      this.stop();
      this.state = 'none';
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
