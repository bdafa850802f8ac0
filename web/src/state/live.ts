// The parts that exist once per page, put together. Imported by the screens that come after
// sign-in, so that whoever only signs in loads none of it.
import { Bridge, type FromHub } from '../push/bridge';
import { SingleHost } from '../push/host_single';
import { Chat } from './chat_store.svelte';
import { Connection } from './connection_store.svelte';
import { Drafts } from './drafts.svelte';
import { timeOrderedId } from './ids';
import { MessageRequests } from './message_requests';
import { Requests } from './requests';
import { session } from './session.svelte';
import { browserStore } from './storage';
import type { SessionPhase } from './surface';

const bridge = new Bridge(new SingleHost(session.api, receive));
const drafts = new Drafts(browserStore);

export const connection = new Connection((message) => bridge.post(message));

export const chat = new Chat({
  requests: new Requests(session.api),
  messages: new MessageRequests(session.api),
  post: (message) => bridge.post(message),
  drafts,
  now: () => Date.now(),
  setTimer: (ms, fire) => {
    const handle = setTimeout(fire, ms);
    return () => clearTimeout(handle);
  },
  newNonce: () => timeOrderedId(Date.now()),
  onMe: (me, settings) => session.learn(me, settings),
});

function receive(message: FromHub): void {
  if (message.type === 'status') connection.tell(message.status);
  else if (message.type === 'updated') connection.updated();
  else chat.receive(message);
}

/** Written by a tab that somebody has signed in to, so that the others look who it was. */
const ENTERED_KEY = 'keepline.entered';

let user: number | null = null;

function turn(phase: SessionPhase): void {
  if (phase === 'signed-in' && session.me) {
    if (user !== session.me.id) chat.clear();
    user = session.me.id;
    drafts.start(user);
    bridge.start(user);
    browserStore.set(ENTERED_KEY, `${user}:${Date.now()}`);
  } else if (phase === 'ended' || phase === 'other-user') {
    const reason = phase === 'ended' ? 'sign_in_required' : 'other_user';
    bridge.stop({ type: 'refused', reason });
  } else if (phase === 'anonymous') {
    bridge.stop();
    chat.clear();
    user = null;
  }
}

addEventListener('storage', (event) => {
  drafts.changed(event.key, event.newValue);
  if (event.key !== ENTERED_KEY || event.newValue === null) return;
  const entered = Number(event.newValue.split(':')[0]);
  void session.recheck(entered !== user);
});
for (const name of ['focus', 'pageshow']) addEventListener(name, () => void session.recheck());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void session.recheck();
});
addEventListener('pagehide', () => chat.acts.flush());
session.follow(turn);
