import { buildRows } from '/js/feed.js';
import { equal, message, test } from './harness.js';

const NOON = Date.UTC(2025, 0, 1, 12);
const rows = (messages, more = {}) => buildRows({
    messages, notices: [], outgoing: [], ownId: 'me', unreadAfter: null, clientIdOf: () => undefined, now: NOON,
    ...more,
});
const kinds = (list) => list.map((row) =>
    row.kind === 'message' ? (row.grouped ? '+' : '') + row.message.seq : row.kind);
const at = (milliseconds) => ({ timestamp: new Date(NOON + milliseconds).toISOString() });

test('messages of one author within five minutes are grouped', () => {
    const list = rows([message(1, at(0)), message(2, at(60_000)), message(3, { ...at(61_000), user_id: 'luis' }),
        message(4, { ...at(400_000), user_id: 'luis' })]);
    equal(kinds(list), ['day', '1', '+2', '3', '4']);
});

test('each day begins with its name', () => {
    const day = 24 * 3600_000;
    const list = rows([message(1, at(-400 * day)), message(2, at(-day)), message(3, at(0))]);
    equal(kinds(list), ['day', '1', 'day', '2', 'day', '3']);
    equal(list.filter((row) => row.kind === 'day').map((row) => row.name).slice(1), ['Yesterday', 'Today']);
});

test('a gap stands where messages are missing', () => {
    equal(kinds(rows([message(1), message(2), message(5)])), ['day', '1', '+2', 'gap', '5']);
});

test('the line of new messages stands after the last one read', () => {
    equal(kinds(rows([message(1), message(2), message(3)], { unreadAfter: 1 })), ['day', '1', 'unread', '2', '+3']);
    equal(kinds(rows([message(5), message(6)], { unreadAfter: 1 })), ['day', '5', '+6']);
});

test('notices stand where they happened and share a row', () => {
    const notice = (key, afterSeq) => ({ key, userId: key, what: 'joined', timestamp: '', afterSeq });
    const list = rows([message(1), message(2)], { notices: [notice('a', 1), notice('b', 1), notice('c', 2)] });
    equal(kinds(list), ['day', '1', 'notices', '2', 'notices']);
    equal(list[2].notices.length, 2);
});

test('every row has a key of its own', () => {
    const notice = (key, afterSeq) => ({ key, userId: key, what: 'left', timestamp: '', afterSeq });
    const entry = { clientId: 'c', content: '', createdAt: new Date(NOON).toISOString(), state: 'sent' };
    const list = rows([message(1), message(3), message(9)],
        { notices: [notice('n1', 0), notice('n2', 3)], outgoing: [entry], unreadAfter: 3 });
    const keys = list.map((row) => row.key);
    equal(new Set(keys).size, keys.length);
});
