import { Api, nothing } from '../api/client';
import { type ApiError, done, type Outcome } from '../api/errors';
import { decodeOwnUser, decodeSession, decodeSettings } from '../protocol/decode';
import { flag, list, object } from '../protocol/shape';
import type {
  OwnUser,
  ProfilePatch,
  Registration,
  SessionInfo,
  Settings,
  SettingsPatch,
} from '../protocol/types';
import type { SessionPhase, SessionSurface } from './surface';

const decodeSignedIn = (value: unknown, at: string): OwnUser =>
  decodeOwnUser(object(value, at).user, `${at}.user`);

/** How long a browser may take to keep the cookie of a sign-in in another tab. */
const RECHECK_MS = 1_000;

/**
 * Who is signed in, as this page believes. The page works for one user from sign-in to sign-out;
 * when the session ends under it, or the cookie becomes another user's, it says so and keeps all
 * it has.
 */
export class Session implements SessionSurface {
  #phase = $state<SessionPhase>('loading');
  #me = $state.raw<OwnUser | null>(null);
  #settings = $state.raw<Settings | null>(null);
  #error = $state.raw<ApiError | null>(null);
  readonly #followers = new Set<(phase: SessionPhase) => void>();
  #loading: Promise<void> | null = null;

  constructor(readonly api: Api) {
    api.onSessionFault = (fault) => this.fault(fault);
  }

  get phase(): SessionPhase {
    return this.#phase;
  }
  get me(): OwnUser | null {
    return this.#me;
  }
  get settings(): Settings | null {
    return this.#settings;
  }
  get error(): ApiError | null {
    return this.#error;
  }

  /** Calls back now and at every change of phase. Returns what ends that. */
  follow(follower: (phase: SessionPhase) => void): () => void {
    this.#followers.add(follower);
    follower(this.#phase);
    return () => this.#followers.delete(follower);
  }

  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => (this.#loading = null));
    return this.#loading;
  }

  async #load(): Promise<void> {
    if (this.#phase !== 'loading') return;
    this.#error = null;
    const me = await this.api.ask(
      (client, signal) => client.GET('/api/v1/me', { signal }),
      decodeOwnUser,
    );
    if (this.#phase !== 'loading') return;
    if (me.ok) await this.#enter(me.value);
    else if (me.error.code === 'sign_in_required') this.#turn('anonymous');
    else this.#error = me.error;
  }

  async isDemo(): Promise<boolean> {
    const server = await this.api.ask(
      (client, signal) => client.GET('/api/v1/server', { signal }),
      (value, at) => flag(object(value, at).demo, `${at}.demo`),
    );
    return server.ok && server.value;
  }

  async signIn(name: string, password: string): Promise<Outcome> {
    const user = await this.#anonymously(() =>
      this.api.ask(
        (client, signal) => client.POST('/api/v1/login', { body: { name, password }, signal }),
        decodeSignedIn,
      ),
    );
    if (!user.ok) return user;
    return this.#enter(user.value);
  }

  async register(registration: Registration): Promise<Outcome> {
    const user = await this.#anonymously(() =>
      this.api.ask(
        (client, signal) => client.POST('/api/v1/register', { body: registration, signal }),
        decodeSignedIn,
      ),
    );
    if (!user.ok) return user;
    return this.#enter(user.value);
  }

  async signOut(): Promise<Outcome> {
    const out = await this.api.ask(
      (client, signal) => client.POST('/api/v1/logout', { signal }),
      nothing,
    );
    // Who has no session any more is signed out, whatever ended it.
    if (!out.ok && out.error.code !== 'sign_in_required') return out;
    this.leave();
    return done();
  }

  /** Forgets the user without asking the server: the page starts over as a stranger's. */
  leave(): void {
    this.#turn('anonymous');
    this.#me = null;
    this.#settings = null;
    this.api.user = null;
  }

  changePassword(oldPassword: string, newPassword: string): Promise<Outcome> {
    const body = { old_password: oldPassword, new_password: newPassword };
    return this.api.ask(
      (client, signal) => client.POST('/api/v1/me/password', { body, signal }),
      nothing,
    );
  }

  async sessions(): Promise<Outcome<SessionInfo[]>> {
    const found = await this.api.ask(
      (client, signal) => client.GET('/api/v1/me/sessions', { signal }),
      (value, at) => list(decodeSession)(object(value, at).sessions, `${at}.sessions`),
    );
    if (!found.ok) return found;
    const newest = (a: SessionInfo, b: SessionInfo): number =>
      Number(b.current) - Number(a.current) || b.last_used.localeCompare(a.last_used);
    return done(found.value.toSorted(newest));
  }

  revoke(id: number): Promise<Outcome> {
    return this.api.ask(
      (client, signal) =>
        client.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id } }, signal }),
      nothing,
    );
  }

  revokeOthers(): Promise<Outcome> {
    return this.api.ask(
      (client, signal) => client.DELETE('/api/v1/me/sessions', { signal }),
      nothing,
    );
  }

  async patchMe(patch: ProfilePatch): Promise<Outcome> {
    const me = await this.api.ask(
      (client, signal) => client.PATCH('/api/v1/me', { body: patch, signal }),
      decodeOwnUser,
    );
    if (me.ok) this.learn(me.value, null);
    return me.ok ? done() : me;
  }

  async patchSettings(patch: SettingsPatch): Promise<Outcome> {
    const settings = await this.api.ask(
      (client, signal) => client.PATCH('/api/v1/me/settings', { body: patch, signal }),
      decodeSettings,
    );
    if (settings.ok) this.learn(null, settings.value);
    return settings.ok ? done() : settings;
  }

  nameFree(name: string): Promise<Outcome<boolean>> {
    return this.api.ask(
      (client, signal) =>
        client.GET('/api/v1/names/{name}', { params: { path: { name } }, signal }),
      (value, at) => flag(object(value, at).free, `${at}.free`),
    );
  }

  /** What the stream and the snapshot say about the user. */
  learn(me: OwnUser | null, settings: Settings | null): void {
    if (me && me.id === this.#me?.id && me.version >= this.#me.version) this.#me = me;
    if (settings) this.#settings = settings;
  }

  /**
   * Looks again whether the user is signed in, where the session had ended: they may have signed
   * in in another tab, or somebody else may. `suspect`: something says so, hence it is asked also
   * where all seems well.
   */
  async recheck(suspect = false): Promise<void> {
    if (this.#phase !== 'ended' && !(suspect && this.#phase === 'signed-in')) return;
    const me = await this.api.ask(
      (client, signal) => client.GET('/api/v1/me', { signal }),
      decodeOwnUser,
    );
    if (me.ok && this.#phase === 'ended') await this.#enter(me.value);
  }

  /** The session is over, or the cookie is another's: a page that works for a user stops. */
  fault(fault: 'sign_in_required' | 'other_user'): void {
    if (this.#phase !== 'signed-in' && this.#phase !== 'ended') return;
    const began = this.#phase === 'signed-in';
    this.#turn(fault === 'other_user' ? 'other-user' : 'ended');
    // A sign-in in another tab replaces the session under this one. Whose it is now, the next
    // answer tells; the browser may get its new cookie a moment after we heard of the end.
    if (!began || fault !== 'sign_in_required') return;
    void this.recheck();
    setTimeout(() => void this.recheck(), RECHECK_MS);
  }

  /** Names no user: whoever signs in may be another one than the page believed in. */
  async #anonymously(ask: () => Promise<Outcome<OwnUser>>): Promise<Outcome<OwnUser>> {
    const user = this.api.user;
    this.api.user = null;
    const answer = await ask();
    if (!answer.ok) this.api.user = user;
    return answer;
  }

  async #enter(user: OwnUser): Promise<Outcome> {
    // Another person signed in over the page of this one: it may not go on with what it holds.
    if (this.#phase === 'ended' && this.#me && this.#me.id !== user.id) {
      this.api.user = this.#me.id;
      this.#turn('other-user');
      return done();
    }
    this.api.user = user.id;
    this.#me = user;
    const settings = await this.api.ask(
      (client, signal) => client.GET('/api/v1/me/settings', { signal }),
      decodeSettings,
    );
    if (settings.ok) this.#settings = settings.value;
    // Without them the page still works: the snapshot brings them a moment later.
    this.#turn('signed-in');
    return done();
  }

  #turn(phase: SessionPhase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    for (const follower of this.#followers) follower(phase);
  }
}

export const session = new Session(new Api());
