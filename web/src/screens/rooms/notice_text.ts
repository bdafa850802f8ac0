import { i18n } from '../../i18n/index.svelte';
import { r } from '../../i18n/rooms';
import type { Notice } from '../../state/notices';

type Say = {
  /** How somebody is called; "You" for the user. */
  readonly name: (user: number) => string;
  readonly me: number;
};

/** What a line of the log says of each; empty where nothing is worth a line. */
export function noticeText(notice: Notice, { name, me }: Say): string {
  const { event } = notice;
  if (event.type === 'conversation') return 'before' in notice ? changeText(notice) : '';
  const { user, by } = event.data;
  const who = user.id === me ? name(me) : user.display_name;
  if (event.type === 'joined') {
    return by === user.id ? r.line.joined(who) : r.line.added(name(by), whom(user.id, me, who));
  }
  if (event.type === 'left') {
    if (event.data.why === 'left') return r.line.left(who);
    return event.data.why === 'banned'
      ? r.line.banned(name(by), who)
      : r.line.removed(name(by), who);
  }
  const until = event.data.silenced_until;
  if (!silent(until, event.at)) {
    const lifted = 'wasSilent' in notice && silent(notice.wasSilent, event.at);
    if (lifted) return r.line.unsilenced(name(by), whom(user.id, me, who));
    return r.line.role(who, r.roles[event.data.role]);
  }
  const end = new Date(until);
  return end.getFullYear() > 9000
    ? r.line.silenced(name(by), whom(user.id, me, who))
    : r.line.silencedUntil(name(by), whom(user.id, me, who), i18n.moment(end));
}

const silent = (until: string | undefined, at: string): until is string =>
  until !== undefined && Date.parse(until) > Date.parse(at);

const whom = (user: number, me: number, who: string): string => (user === me ? r.line.you : who);

function changeText({ event, before }: Extract<Notice, { before: unknown }>): string {
  const { title, topic, access, history, archived_at } = event.data;
  const archived = archived_at !== undefined;
  const lines: string[] = [];
  if (title !== before.title) lines.push(r.line.renamed(title));
  if (topic !== before.topic) lines.push(topic ? r.line.topic(topic) : r.line.noTopic);
  if (access !== before.access) lines.push(r.line.access[access]);
  if (history !== before.history) lines.push(r.line.history[history]);
  if (archived !== (before.archivedAt !== null)) {
    lines.push(archived ? r.line.archived : r.line.unarchived);
  }
  return lines.join(r.line.and);
}

/** How many of a run of people are named. */
const NAMED_MAX = 3;

/** Many who come at once are one line. */
export function noticeLines(notices: readonly Notice[], say: Say): { id: number; text: string }[] {
  const lines: { id: number; text: string }[] = [];
  let run: string[] = [];
  let runId = 0;
  const flush = (): void => {
    if (run.length === 0) return;
    const named = run.slice(0, NAMED_MAX);
    const rest = run.length - named.length;
    const text =
      run.length === 1
        ? r.line.joined(run[0] ?? '')
        : r.line.joinedMany(i18n.list(rest > 0 ? [...named, r.line.others(rest)] : named));
    lines.push({ id: runId, text });
    run = [];
  };
  for (const notice of notices) {
    const { event } = notice;
    // Whoever made it came with it; the beginning of the list says that.
    if (event.type === 'joined' && event.data.role === 'owner') continue;
    if (event.type === 'joined' && event.data.by === event.data.user.id) {
      if (run.length === 0) runId = notice.id;
      const { id, display_name } = event.data.user;
      run.push(id !== say.me ? display_name : run.length === 0 ? say.name(id) : r.line.you);
      continue;
    }
    flush();
    const text = noticeText(notice, say);
    if (text) lines.push({ id: notice.id, text });
  }
  flush();
  return lines;
}
