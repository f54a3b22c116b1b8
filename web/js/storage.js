/**
 * What this browser remembers. The session and unsent texts belong to a tab (so that two people can try the service
 * in two tabs); rooms and read positions belong to a user.
 * @typedef {import('./types.js').Session} Session
 * @typedef {import('./types.js').Outgoing} Outgoing
 */

/** Storage may be switched off or full: then nothing is remembered, and that is all. */
const boxes = {
    tab: () => window.sessionStorage,
    browser: () => window.localStorage,
};

/** @param {keyof typeof boxes} box @param {string} key @param {any} fallback */
function read(box, key, fallback) {
    try {
        return JSON.parse(boxes[box]().getItem(`tertulia.${key}`) ?? 'null') ?? fallback;
    } catch {
        return fallback;
    }
}

/** @param {keyof typeof boxes} box @param {string} key @param {any} value null or undefined: forget */
function write(box, key, value) {
    try {
        if (value === null || value === undefined) boxes[box]().removeItem(`tertulia.${key}`);
        else boxes[box]().setItem(`tertulia.${key}`, JSON.stringify(value));
    } catch {
        // See above.
    }
}

/** @returns {Session|null} */
export const loadSession = () => read('tab', 'session', null);
/** @param {Session|null} session */
export const saveSession = (session) => write('tab', 'session', session);

/** @param {string} why what the sign-in page is to say once */
export const saveFarewell = (why) => write('tab', 'farewell', why || null);
/** @returns {string} */
export const takeFarewell = () => {
    const why = read('tab', 'farewell', '');
    write('tab', 'farewell', null);
    return why;
};

/** @returns {{name: string, room: string}} what was typed at the last sign-in */
export const loadLastSignIn = () => ({ name: '', room: '', ...read('browser', 'last', {}) });
/** @param {{name: string, room: string}} last */
export const saveLastSignIn = (last) => write('browser', 'last', last);

/** @param {string} userId @returns {string[]} */
export const loadRooms = (userId) => {
    const rooms = read('browser', `rooms.${userId}`, []);
    return Array.isArray(rooms) ? rooms.filter((room) => typeof room === 'string') : [];
};
/** @param {string} userId @param {string[]} rooms */
export const saveRooms = (userId, rooms) => write('browser', `rooms.${userId}`, rooms);

/** @param {string} userId @param {string} roomId @returns {number|null} */
export const loadReadSeq = (userId, roomId) => read('browser', `read.${userId}.${roomId}`, null);
/** @param {string} userId @param {string} roomId @param {number} seq */
export const saveReadSeq = (userId, roomId, seq) => write('browser', `read.${userId}.${roomId}`, seq);

/** @param {string} userId @param {string} roomId @returns {Outgoing[]} */
export const loadOutbox = (userId, roomId) => {
    const entries = read('tab', `outbox.${userId}.${roomId}`, []);
    return Array.isArray(entries) ? entries : [];
};
/** @param {string} userId @param {string} roomId @param {Outgoing[]} entries */
export const saveOutbox = (userId, roomId, entries) =>
    write('tab', `outbox.${userId}.${roomId}`, entries.length > 0 ? entries : null);

/** @param {string} userId @param {string} roomId @returns {string} */
export const loadDraft = (userId, roomId) => read('tab', `draft.${userId}.${roomId}`, '');
/** @param {string} userId @param {string} roomId @param {string} text */
export const saveDraft = (userId, roomId, text) => write('tab', `draft.${userId}.${roomId}`, text || null);
