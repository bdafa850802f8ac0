// The whole protocol: a form goes out, one JSON object comes back. See docs/protocol.md, "The
// classic endpoint". The path is the setting classic.path; this page knows its default.
const ENDPOINT = new URL("../comet_broadcast.asyn", import.meta.url);

// Who this tab is. Every request brings name and password, so they are kept here, in clear: for this
// tab only, until it closes. That is the article's protocol, and the reason why two tabs of one
// browser can be two people. (Keepline's main client keeps no password anywhere.)
const KEY = "keepline.classic";

export const load = () => JSON.parse(sessionStorage.getItem(KEY) ?? "null");
export const save = (session) => sessionStorage.setItem(KEY, JSON.stringify(session));
export const forget = () => sessionStorage.removeItem(KEY);

/** Makes this tab the user that `Online` or `Register` answered. */
export function begin({ UserId, UserName }, PassWord) {
  save({ me: { UserId, PassWord }, title: UserName, received: 0, open: null, chats: {} });
}

/** The server did not answer, or could not. Asking again later is right. */
export class Away extends Error {}

/**
 * Asks the server for one action and resolves with its answer:
 *
 *   ResponseStatus 1, ResponseCode 1   ResponseData is what was asked for
 *   ResponseStatus 0, ResponseCode 1   nothing to say: a Keepline that ran out
 *   ResponseStatus 0, ResponseCode 0   refused; ResponseDetails says why
 */
export async function ask(action, fields, seconds = 20) {
  const body = new URLSearchParams({ Action: action, ...fields });
  try {
    const signal = AbortSignal.timeout(seconds * 1000);
    const response = await fetch(ENDPOINT, { method: "POST", body, signal });
    if (!response.ok) throw new Away(`HTTP ${response.status}`);
    return plain(await response.json());
  } catch (error) {
    throw error instanceof Away ? error : new Away(error.message);
  }
}

// The server escapes HTML, because the article's page assigned innerHTML. This page shows text as
// text, so it takes the escaping off again.
const CHARACTERS = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };

function plain(value) {
  if (typeof value === "string") return value.replace(/&(lt|gt|quot|#39|amp);/g, (name) => CHARACTERS[name]);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
