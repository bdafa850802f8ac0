// A server of paper: the people and the words of the design's mock-up, at the mock-up's hour. It
// answers what the client asks at the start and lets the stream wait; with `broken` the stream and
// the sends fail, as in the mock-up's second telephone.
const day = (date, time) => `2026-06-${date}T${time}:00.000Z`;
export const hour = new Date('2026-06-14T09:43:30.000Z');

const user = (id, name, display_name, more = {}) => ({
  id,
  name,
  display_name,
  sex: null,
  age: null,
  version: 1,
  ...more,
});
const me = {
  ...user(11, 'yoana', 'Yoana Osei', { sex: 'female', age: 31 }),
  email: 'yoana@example.org',
  created_at: day('01', '08:00'),
};
const tomas = user(2, 'tomas', 'Tomás Sá');
const sora = user(3, 'sora', 'Sora Okada');
const mei = user(4, 'mei.lin', 'Mei Lin 林梅', { sex: 'female', age: 29 });
const jonas = user(5, 'jonas', 'Jonas Krämer');
const ida = user(6, 'ida', 'Ida Holm', { last_seen: day('13', '21:10') });
const lena = user(7, 'lena', 'Lena Bergström');
const wei = user(8, 'wei.zhang', 'Wei Zhang 张伟');
const max = user(9, 'max', 'Max Weber');
const spam = user(10, 'best.offers', 'Best Offers');

const talks = {
  1: [
    [mei, day('13', '18:02'), 'Are we still on for the market tomorrow?'],
    [me, day('13', '18:05'), 'Yes! 早上八点，老地方？'],
    [mei, day('13', '18:06'), '好的，八点见 🙌'],
    [mei, day('14', '07:31'), 'Look at this light. I’m by the pier already.'],
    [me, day('14', '07:33'), 'Wow. Give me ten minutes.'],
  ],
  2: [
    [
      tomas,
      day('13', '16:20'),
      'Here is the crop I used, it keeps `16:9` on phones:\n\n```css\n.cover { aspect-ratio: 16 / 9; object-fit: cover; }\n/* the mast stays in frame */\n```',
    ],
    [me, day('13', '16:24'), '太好看了！第二张可以做封面。Let’s use it for the cover.'],
    [tomas, day('14', '09:12'), 'Morning! The harbour photos came out better than I hoped.'],
    [me, day('14', '09:20'), 'On it, uploading both sizes now.'],
    [tomas, day('14', '09:37'), 'Can you export it at 2×? It is for **print**.'],
    [tomas, day('14', '09:38'), 'Sent you the invoice 📎'],
  ],
  3: [[me, day('14', '08:50'), 'sounds good']],
  4: [[jonas, day('12', '15:00'), 'See you at the press on Monday']],
  5: [[ida, day('11', '19:00'), '👋']],
};
const peers = { 1: mei, 2: tomas, 3: sora, 4: jonas, 5: ida };
const unread = { 2: 2 };

function messages(id) {
  return talks[id].map(([sender, at, text], index) => ({
    id: id * 100 + index,
    conversation: Number(id),
    seq: index + 1,
    sender: sender.id,
    at,
    text,
  }));
}

function conversation(id) {
  const list = messages(id);
  const last = list.length;
  return {
    id: Number(id),
    kind: 'direct',
    title: '',
    last_seq: last,
    last_event: Date.parse(list.at(-1).at) / 1000,
    member_count: 2,
    role: 'member',
    read_seq: last - (unread[id] ?? 0),
    unread: unread[id] ?? 0,
    peer: peers[id],
    peer_read_seq: last,
    last_message: list.at(-1),
  };
}

const relation = (person, state, online, busy = false) => ({
  user: person,
  state,
  ...(online === undefined ? {} : { online }),
  ...(busy ? { busy } : {}),
});
const relations = [
  relation(tomas, 'friends', true),
  relation(sora, 'friends', true),
  relation(mei, 'friends', true),
  relation(jonas, 'friends', true, true),
  relation(ida, 'friends', false),
  relation(lena, 'incoming'),
  relation(wei, 'incoming'),
  relation(max, 'requested'),
  relation(spam, 'blocked'),
];
const everybody = [tomas, sora, mei, jonas, ida, lena, wei, max, spam];

const sessions = [
  {
    id: 1,
    kind: 'cookie',
    agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
    address: '192.168.1.14',
    created_at: day('01', '08:00'),
    last_used: day('14', '09:43'),
    expires_at: day('30', '08:00'),
    current: true,
  },
  {
    id: 2,
    kind: 'cookie',
    agent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1',
    address: '192.168.1.20',
    created_at: day('03', '08:00'),
    last_used: day('13', '20:00'),
    expires_at: day('30', '08:00'),
    current: false,
  },
];

export function mockupApi({ broken = false, typing = true, theme = '', language = '' } = {}) {
  const settings = {
    direct_from: 'everyone',
    requests_from: 'everyone',
    receipts: true,
    typing: true,
    last_seen: true,
    presence: 'automatic',
    language,
    theme,
  };
  let polls = 0;
  return (request, response) => {
    const url = new URL(request.url, 'http://mockup');
    const path = url.pathname.replace('/api/v1', '');
    const json = (value, status = 200) => {
      response.writeHead(status, {
        'Content-Type': status < 400 ? 'application/json' : 'application/problem+json',
        'Cache-Control': 'no-store',
      });
      response.end(value === undefined ? undefined : JSON.stringify(value));
    };
    const talk = /^\/conversations\/(\d)(\/.*)?$/.exec(path);
    if (path === '/me') return json(me);
    if (path === '/me/settings') return json(settings);
    if (path === '/me/sessions') return json({ sessions });
    if (path === '/sync') {
      const conversations = Object.keys(talks).map(conversation);
      conversations.sort((a, b) => b.last_event - a.last_event);
      return json({
        cursor: '1',
        me,
        settings,
        relations,
        conversations,
        more_conversations: false,
      });
    }
    if (path === '/users') {
      const q = url.searchParams.get('q');
      return json({ users: everybody.filter(({ name }) => name.startsWith(q)) });
    }
    if (path === '/events') {
      polls += 1;
      if (broken && polls > 2) return void response.destroy();
      if (polls > 1 && url.searchParams.get('wait') !== '0' && !broken) return;
      const signal = { kind: 'typing', user: mei.id, conversation: 1, data: { typing: true } };
      return json({
        cursor: String(polls + 1),
        events: [],
        signals: typing ? [signal] : [],
        more: false,
        hello: { user: me.id, build: 'mockup', server_time: hour.toISOString() },
      });
    }
    if (talk && request.method === 'GET') {
      if (talk[2] === '/messages') return json({ messages: messages(talk[1]), more: false });
      if (!talk[2]) return json(conversation(talk[1]));
    }
    if (talk?.[2] === '/read') return json({ seq: conversation(talk[1]).last_seq });
    if (talk?.[2] === '/typing') return json(undefined, 204);
    if (request.method !== 'GET') return void response.destroy();
    return json(
      { type: 'about:blank', title: 'Not Found', status: 404, detail: 'no', code: 'not_found' },
      404,
    );
  };
}
