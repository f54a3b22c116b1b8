/**
 * Turns what is known of a room into the rows of its view, top to bottom: pure, so it can be tested as such.
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Notice} Notice
 * @typedef {import('./types.js').Outgoing} Outgoing
 * @typedef {import('./types.js').Gap} Gap
 *
 * @typedef {{kind: 'day', key: string, name: string}
 *   | {kind: 'unread', key: string}
 *   | {kind: 'gap', key: string, gap: Gap}
 *   | {kind: 'notices', key: string, notices: Notice[]}
 *   | {kind: 'message', key: string, message: Message, grouped: boolean}
 *   | {kind: 'outgoing', key: string, entry: Outgoing, grouped: boolean}} Row
 */
import { dayKey, dayName } from './time.js';

/** Messages of one author within this time stand under one name. */
const GROUP_MS = 5 * 60_000;

/**
 * @param {object} known
 * @param {readonly Message[]} known.messages oldest first
 * @param {readonly Notice[]} known.notices
 * @param {Outgoing[]} known.outgoing
 * @param {string} known.ownId
 * @param {number|null} known.unreadAfter the last message read before the new ones; null: no line
 * @param {(messageId: string) => string|undefined} known.clientIdOf keeps the row of a message that was just sent
 * @param {number} known.now
 * @returns {Row[]}
 */
export function buildRows({ messages, notices, outgoing, ownId, unreadAfter, clientIdOf, now }) {
    /** @type {Row[]} */
    const rows = [];
    let day = '';
    /** @type {{userId: string, at: number}|null} who spoke in the row before, if anybody */
    let speaker = null;
    let previous = /** @type {Message|undefined} */ (undefined);
    let nextNotice = 0;

    /** @param {string} timestamp */
    const startDay = (timestamp) => {
        const key = dayKey(timestamp);
        if (key === day) return;
        day = key;
        speaker = null;
        rows.push({ kind: 'day', key: `day-${key}`, name: dayName(timestamp, now) });
    };
    /** @param {string} userId @param {string} timestamp @returns {boolean} whether it continues a group */
    const speaks = (userId, timestamp) => {
        const at = Date.parse(timestamp);
        const grouped = speaker !== null && speaker.userId === userId && at - speaker.at < GROUP_MS;
        speaker = { userId, at };
        return grouped;
    };
    /** @param {number} seq notices that came before this message */
    const placeNotices = (seq) => {
        for (; nextNotice < notices.length && notices[nextNotice].afterSeq < seq; nextNotice += 1) {
            const notice = notices[nextNotice];
            const last = rows.at(-1);
            if (last?.kind === 'notices') last.notices.push(notice);
            else rows.push({ kind: 'notices', key: notice.key, notices: [notice] });
            speaker = null;
        }
    };

    for (const message of messages) {
        placeNotices(message.seq);
        if (previous && message.seq - previous.seq > 1) {
            rows.push({ kind: 'gap', key: `gap-${previous.seq}`, gap: { older: previous, newer: message } });
            speaker = null;
        }
        startDay(message.timestamp);
        if (unreadAfter !== null && message.seq > unreadAfter && previous && previous.seq <= unreadAfter) {
            rows.push({ kind: 'unread', key: 'unread' });
            speaker = null;
        }
        const grouped = speaks(message.user_id, message.timestamp);
        rows.push({ kind: 'message', key: clientIdOf(message._id) ?? message._id, message, grouped });
        previous = message;
    }
    placeNotices(Infinity);
    for (const entry of outgoing) {
        startDay(entry.createdAt);
        rows.push({ kind: 'outgoing', key: entry.clientId, entry, grouped: speaks(ownId, entry.createdAt) });
    }
    return rows;
}
