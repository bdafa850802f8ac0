// What the page shows. It never touches HTML as text: everything a person wrote goes through
// textContent.
import { language, t } from "./language.js";

const $ = (id) => document.getElementById(id);

/** A new element with properties and children: make("p", { className: "quiet" }, "Hello"). */
function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

const locale = language === "zh" ? "zh-CN" : undefined;
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

function when(time) {
  const date = new Date(time);
  return (date.toDateString() === new Date().toDateString() ? clock : calendar).format(date);
}

/** Two letters, or one of a script that needs no more, on a colour that belongs to the name. */
function paintFace(node, name, title) {
  const [first = "?", second = ""] = [...title.trim()];
  node.textContent = /^[\x21-\x7e]/.test(first) ? (first + second).toUpperCase() : first;
  node.dataset.hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % 8;
}

/** Draws the session that chat.js keeps, and tells it what the person wants. */
export class View {
  #session;
  #wants;
  #rows = new Map(); // name -> the friend's row, kept so that focus and double-clicks survive redrawing
  #status = new Map(); // name -> "online" | "offline"

  constructor(session, wants) {
    this.#session = session;
    this.#wants = wants;
    $("myName").textContent = session.title;
    paintFace($("myFace"), session.me.UserId, session.title);
    this.server("unknown");

    $("signOut").addEventListener("click", wants.signOut);
    $("back").addEventListener("click", () => this.#close());
    $("talk").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.#close();
    });
    $("add").addEventListener("submit", (event) => {
      event.preventDefault();
      wants.befriend($("FriendId").value.trim());
    });
    $("compose").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    $("Content").addEventListener("keydown", (event) => {
      // The Enter that ends the input of Chinese is not the Enter that sends (229: Safari's way to say so).
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#send();
    });
    $("Content").addEventListener("input", () => wants.draft(session.open, $("Content").value));
  }

  server(state) {
    document.body.dataset.server = state;
    $("myState").textContent = t({ unknown: "connecting", here: "online", away: "away" }[state]);
  }

  people({ OnlineFriends, OfflineFriends, Requests }) {
    const focused = document.activeElement;
    const known = new Set([...OnlineFriends, ...OfflineFriends].map(({ UserId }) => UserId));
    const others = Object.entries(this.#session.chats)
      .filter(([name, chat]) => !known.has(name) && chat.messages.length > 0)
      .map(([name, chat]) => ({ UserId: name, UserName: chat.title }));
    this.#status = new Map([
      ...OnlineFriends.map(({ UserId }) => [UserId, "online"]),
      ...OfflineFriends.map(({ UserId }) => [UserId, "offline"]),
    ]);

    this.#list("online", OnlineFriends.map((friend) => this.#row(friend)));
    this.#list("offline", OfflineFriends.map((friend) => this.#row(friend)));
    this.#list("others", others.map((person) => this.#row(person)));
    this.#list("requests", Requests.map((person) => this.#request(person)));
    $("others").hidden = others.length === 0;
    $("requests").hidden = Requests.length === 0;

    const unread = Object.values(this.#session.chats).reduce((sum, chat) => sum + chat.unread, 0);
    document.title = unread > 0 ? `(${unread}) Keepline` : "Keepline";
    this.#drawPeer();
    if (focused !== document.activeElement && focused.isConnected) focused.focus();
  }

  /** Draws the open conversation, and stays at its end if the reader is there. */
  talk() {
    const name = this.#session.open;
    const chat = this.#session.chats[name];
    const opened = document.body.dataset.open !== (name ?? "");
    document.body.dataset.open = name ?? "";
    $("hint").hidden = Boolean(chat);
    for (const id of ["log", "compose"]) $(id).hidden = !chat;
    this.#drawPeer();
    if (!chat) return;

    const log = $("log");
    const atEnd = opened || log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    log.replaceChildren(...chat.messages.map((message) => this.#message(name, message)));
    log.dataset.empty = t("noMessages");
    if (atEnd) log.scrollTop = log.scrollHeight;
    if (opened) {
      $("Content").value = chat.draft;
      $("Content").focus();
    }
  }

  /** Says it to those who do not look: screen readers read this out. */
  announce(text) {
    $("announcer").textContent = text;
  }

  added(text, done) {
    $("addResult").textContent = text;
    if (done) $("FriendId").value = "";
  }

  #list(id, items) {
    const list = $(id).querySelector("ul");
    items.forEach((item, i) => {
      // What is in its place stays: moving a node would take its focus.
      if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
    });
    while (list.children.length > items.length) list.lastChild.remove();
    const count = $(id).querySelector(".count");
    if (count) count.textContent = items.length;
  }

  #row({ UserId, UserName }) {
    if (!this.#rows.has(UserId)) this.#rows.set(UserId, this.#newRow(UserId));
    const row = this.#rows.get(UserId);
    const [face, name, badge] = row.firstChild.children;
    const unread = this.#session.chats[UserId]?.unread ?? 0;
    paintFace(face, UserId, UserName);
    face.dataset.status = this.#status.get(UserId) ?? "";
    name.textContent = UserName;
    badge.textContent = unread || "";
    badge.ariaLabel = unread ? t("unread", { count: unread }) : null;
    row.firstChild.ariaCurrent = this.#session.open === UserId;
    return row;
  }

  #newRow(UserId) {
    const button = make(
      "button",
      { type: "button", className: "friend", title: t("openChat") },
      make("span", { className: "face", ariaHidden: true }),
      make("span", { className: "name" }),
      make("span", { className: "badge" }),
    );
    const row = make("li", {}, button);
    const open = () => this.#wants.open(UserId, button.children[1].textContent);
    // A double-click, as in the article. The keyboard, a screen reader (no click count) and a finger
    // have no double-click: theirs is a single one.
    button.addEventListener("dblclick", open);
    button.addEventListener("click", (event) => {
      if (event.detail === 0 || event.pointerType === "touch") open();
    });
    return row;
  }

  #request({ UserId, UserName }) {
    const key = ` ${UserId}`; // no name begins with a space
    if (!this.#rows.has(key)) {
      const accept = make("button", { type: "button", ariaLabel: t("acceptFrom", { who: UserName }) }, t("accept"));
      accept.addEventListener("click", () => this.#wants.befriend(UserId));
      const face = make("span", { className: "face", ariaHidden: true });
      paintFace(face, UserId, UserName);
      const name = make("span", { className: "name" }, UserName);
      this.#rows.set(key, make("li", { className: "request" }, face, name, accept));
    }
    return this.#rows.get(key);
  }

  #drawPeer() {
    const name = this.#session.open;
    const chat = this.#session.chats[name];
    const status = this.#status.get(name);
    $("talk").querySelector("header").hidden = !chat;
    $("peerName").textContent = chat?.title ?? "";
    $("peerState").textContent = status ? t(status) : "";
    if (!chat) return;
    paintFace($("peerFace"), name, chat.title);
    $("peerFace").dataset.status = status ?? "";
  }

  #message(name, message) {
    const mine = message.state !== "received";
    const note = make("p", { className: "note" }, make("time", { dateTime: message.time }, when(message.time)));
    const item = make(
      "li",
      { className: mine ? "mine" : "theirs" },
      make("p", { className: "text" }, message.text),
      note,
    );
    item.dataset.state = message.state;
    if (message.state === "sending") note.replaceChildren(t("sending"));
    if (message.state === "waiting" || message.state === "refused") {
      const again = make("button", { type: "button", className: "link" }, t("retry"));
      again.addEventListener("click", () => this.#wants.retry(name, message));
      note.replaceChildren(make("span", { className: "problem" }, `${t("notSent")} ${message.why ?? ""}`), again);
    }
    return item;
  }

  #send() {
    const box = $("Content");
    if (box.value.trim() === "") return;
    const text = box.value;
    box.value = "";
    this.#wants.draft(this.#session.open, "");
    this.#wants.send(this.#session.open, text);
    box.focus();
    $("log").scrollTop = $("log").scrollHeight;
  }

  #close() {
    const name = this.#session.open;
    this.#wants.close();
    this.#rows.get(name)?.firstChild.focus();
  }
}
