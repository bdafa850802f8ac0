// The article's chat page. Its idea is the function keepline(): ask the server, which holds the
// request open until there is something to say; show it; ask again, for ever.
import { ask, forget, load, save } from "./endpoint.js";
import { reason, t, translate } from "./language.js";
import { View } from "./view.js";

const KEPT = 200; // messages of each chat that survive a reload; the server keeps them all

// { me: {UserId, PassWord}, title, received, open, chats: { name: {title, unread, draft, messages} } }
const session = load();
let people = { OnlineFriends: [], OfflineFriends: [], Requests: [] };
let view;
let server = "unknown";
let leaving = false;
const sleepers = new Set();
let line = Promise.resolve(); // sends, one after the other: they arrive in the order they were written

/** One message for each answer. What is shown is kept first, and acknowledged with the next poll. */
async function keepline() {
  for (let failures = 0; !leaving; ) {
    try {
      const answer = await call("Keepline", { Received: session.received }, 40);
      if (answer.ResponseStatus) receive(answer.ResponseData);
      if (answer.ResponseError === "wrong_credentials") return leave();
      failures = answer.ResponseCode ? 0 : failures + 1;
    } catch {
      failures += 1;
    }
    if (failures > 0) await pause(Math.min(500 * 2 ** failures, 15_000) * (0.5 + Math.random() / 2));
  }
}

/** Who is there. The article's protocol pushes messages only, so the lists are asked for. */
async function watchFriends() {
  for (;;) {
    try {
      const answer = await call("GetFriends");
      if (answer.ResponseStatus) view.people((people = answer.ResponseData));
    } catch {
      // The view says that the server is away.
    }
    await pause(4000);
  }
}

async function call(action, fields, seconds) {
  try {
    const answer = await ask(action, { ...session.me, ...fields }, seconds);
    serverIs("here");
    return answer;
  } catch (error) {
    serverIs("away");
    throw error;
  }
}

function serverIs(state) {
  if (server === state) return;
  const wasAway = server === "away";
  server = state;
  view.server(state);
  if (state === "here" && wasAway) {
    wakeAll();
    for (const { name, message } of unsent()) deliver(name, message);
  }
}

/** Waits, but not longer than until the server or the network is back. */
function pause(milliseconds) {
  return new Promise((go) => {
    sleepers.add(go);
    setTimeout(() => sleepers.delete(go) && go(), milliseconds);
  });
}

function wakeAll() {
  for (const go of sleepers) go();
  sleepers.clear();
}
window.addEventListener("online", wakeAll);

function receive({ MessageId, SendUserId, SendUserName, Content, SendTime }) {
  const chat = chatWith(SendUserId, SendUserName);
  session.received = MessageId;
  if (!chat.messages.some((message) => message.id === MessageId)) {
    chat.messages.push({ id: MessageId, text: Content, time: SendTime, state: "received" });
    if (session.open !== SendUserId || document.hidden) chat.unread += 1;
    view.announce(t("said", { who: SendUserName, text: Content }));
  }
  keep();
  view.people(people);
  if (session.open === SendUserId) view.talk();
}

function send(name, text) {
  const message = { nonce: randomName(), text, time: new Date().toISOString(), state: "sending" };
  chatWith(name).messages.push(message);
  deliver(name, message);
}

const retry = (name, message) => deliver(name, message);

function deliver(name, message) {
  message.state = "sending";
  show();
  line = line.then(async () => {
    try {
      // The nonce makes a repetition safe: the server stores a message once, however often it comes.
      const fields = { ReciveUserId: name, Content: message.text, Nonce: message.nonce };
      const answer = await call("SendMsg", fields);
      if (answer.ResponseStatus) {
        Object.assign(message, { state: "sent", id: answer.ResponseData.MessageId, time: answer.ResponseData.SendTime });
      } else {
        Object.assign(message, { state: "refused", why: reason(answer) });
      }
    } catch {
      message.state = "waiting"; // until the server is back
    }
    show();
  });
  function show() {
    keep();
    if (session.open === name) view.talk();
  }
}

/** What was written and has no answer yet: it is sent again, under the same nonce. */
function unsent() {
  return Object.entries(session.chats).flatMap(([name, chat]) =>
    chat.messages.filter(({ state }) => state === "sending" || state === "waiting").map((message) => ({ name, message })),
  );
}

async function befriend(name) {
  try {
    const answer = await call("AddFriend", { FriendId: name });
    if (!answer.ResponseStatus) return view.added(reason(answer), false);
    const { UserName, Relation } = answer.ResponseData;
    view.added(t(Relation === "friends" ? "added" : "asked", { who: UserName }), true);
    const friends = await call("GetFriends");
    if (friends.ResponseStatus) view.people((people = friends.ResponseData));
  } catch {
    view.added(t("noAnswer"), false);
  }
}

function open(name, title) {
  session.open = name;
  chatWith(name, title).unread = 0;
  keep();
  view.people(people);
  view.talk();
}

function close() {
  session.open = null;
  keep();
  view.people(people);
  view.talk();
}

function draft(name, text) {
  chatWith(name).draft = text;
  keep();
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && session?.open) open(session.open);
});

async function signOut() {
  leaving = true; // Offline also ends the parked Keepline; asking again would be online again
  await call("Offline").catch(() => {}); // then the server notices by itself, half a minute later
  leave();
}

function leave() {
  forget();
  location.replace("./");
}

function chatWith(name, title = name) {
  return (session.chats[name] ??= { title, unread: 0, draft: "", messages: [] });
}

function keep(count = KEPT) {
  for (const { messages } of Object.values(session.chats)) messages.splice(0, messages.length - count);
  try {
    save(session);
  } catch {
    if (count > 0) keep(count >> 1); // the browser's storage is full: less of it, then
  }
}

function randomName() {
  // crypto.randomUUID() exists on https only, and this page must also work in a LAN without it.
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("-");
}

translate();
if (session) {
  view = new View(session, { open, close, send, retry, befriend, signOut, draft });
  view.people(people);
  view.talk();
  for (const { name, message } of unsent()) deliver(name, message);
  keepline();
  watchFriends();
} else {
  location.replace("./");
}
