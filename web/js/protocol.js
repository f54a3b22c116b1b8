/**
 * What travels over a room's socket: the basic dialect, its limits and its close codes.
 * @typedef {import('./types.js').Message} Message
 */

export const MAX_CHARACTERS = 8000;

const ROOM_ID = /^[A-Za-z0-9_.:-]{1,64}$/;
const RESERVED_ROOM_IDS = new Set(['.', '..', 'direct', 'me']);

/** @param {string} id */
export function isRoomId(id) {
    return ROOM_ID.test(id) && !RESERVED_ROOM_IDS.has(id);
}

/** The number of code points: never fewer than the characters that the service counts. @param {string} text */
export function characterCount(text) {
    let count = 0;
    for (const _ of text) count += 1;
    return count;
}

/**
 * @typedef {{type: 'history', messages: Message[]}
 *   | Message & {type: 'message'}
 *   | {type: 'system', user_id: string, username?: string, content: string, timestamp: string}
 *   | {type: 'typing', users: string[]}
 *   | {type: 'presence', online_users?: string[], count: number}
 *   | {type: 'ack', ref: string, _id: string, seq: number, timestamp: string, duplicate: boolean}
 *   | {type: 'error', ref?: string, code: string, message: string, temporary: boolean}} Frame
 */

/** @param {any} value @returns {value is Message} */
export function isMessage(value) {
    return typeof value === 'object' && value !== null
        && typeof value._id === 'string' && Number.isSafeInteger(value.seq)
        && typeof value.user_id === 'string' && typeof value.content === 'string'
        && typeof value.timestamp === 'string';
}

/** @param {any} value */
const areStrings = (value) => Array.isArray(value) && value.every((entry) => typeof entry === 'string');

/** @type {Record<string, (frame: any) => boolean>} */
const wellFormed = {
    history: (frame) => Array.isArray(frame.messages) && frame.messages.every(isMessage),
    message: isMessage,
    system: (frame) => typeof frame.user_id === 'string' && typeof frame.content === 'string',
    typing: (frame) => areStrings(frame.users),
    presence: (frame) => typeof frame.count === 'number'
        && (frame.online_users === undefined || areStrings(frame.online_users)),
    ack: (frame) => typeof frame.ref === 'string' && typeof frame._id === 'string' && Number.isSafeInteger(frame.seq),
    error: (frame) => typeof frame.code === 'string' && typeof frame.message === 'string',
};

/**
 * The frame in a text, or null for one that this client does not know (a newer service may send such).
 * @param {unknown} text
 * @returns {Frame|null}
 */
export function parseFrame(text) {
    if (typeof text !== 'string') return null;
    let frame;
    try {
        frame = JSON.parse(text);
    } catch {
        return null;
    }
    if (typeof frame !== 'object' || frame === null || !Object.hasOwn(wellFormed, frame.type)) return null;
    return wellFormed[frame.type](frame) ? frame : null;
}

/** @param {string} content @param {string} clientId */
export const messageFrame = (content, clientId) =>
    JSON.stringify({ type: 'message', content, client_id: clientId });

/** @param {boolean} typing */
export const typingFrame = (typing) => JSON.stringify({ type: 'typing', typing });

/** Codes from 4500 to 4999 ask a client to stay away; after any other it comes back. @param {number} code */
export const staysAway = (code) => code >= 4500 && code <= 4999;

/** Closed because the token's time was over: a new token is needed before the next attempt. */
export const TOKEN_EXPIRED = 4005;
export const RATE_LIMITED = 4006;
export const BAD_TOKEN = 4501;
export const NOT_A_MEMBER = 4502;
export const ROOM_GONE = 4505;

/** What a visitor can do after being sent away. @typedef {'retry'|'sign-in'|'none'} Remedy */

/** @type {Record<number, {text: string, remedy: Remedy}>} */
const SENT_AWAY = {
    4501: { text: 'Your sign-in is no longer valid.', remedy: 'sign-in' },
    4502: { text: 'You are not a member of this room.', remedy: 'retry' },
    4503: { text: 'You were removed from this room.', remedy: 'retry' },
    4504: { text: 'You are banned from this room.', remedy: 'none' },
    4505: { text: 'This room no longer exists.', remedy: 'none' },
    4506: { text: 'You have too many open connections. Close another tab or room, then try again.', remedy: 'retry' },
    4507: { text: 'The sign-in took too long.', remedy: 'retry' },
};

/**
 * Why the service sent this client away, for the reader.
 * @param {number} code 4500 to 4999
 * @param {string} [reason] the close frame's own words, used for a code without a text here
 * @returns {{text: string, remedy: Remedy}}
 */
export function sentAway(code, reason = '') {
    if (Object.hasOwn(SENT_AWAY, code)) return SENT_AWAY[code];
    return { text: reason || `The service closed this room for you (${code}).`, remedy: 'retry' };
}
