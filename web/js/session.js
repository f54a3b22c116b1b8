/** Who is signed in, and how to stay so. */
import { developmentLogin, isUnauthorized } from './api.js';
import { saveSession } from './storage.js';
/** @typedef {import('./types.js').Session} Session */

const LONGEST_USER_ID_BYTES = 128;

/**
 * The user id that a name gives at the development login: the same name is the same person.
 * @param {string} name
 */
export function userIdFor(name) {
    const tidy = name.normalize('NFKC').replace(/[\p{Cc}\p{Cf}]/gu, '').trim().toLowerCase().replace(/\s+/gu, '-');
    const encoder = new TextEncoder();
    let id = '';
    for (const character of tidy) {
        if (encoder.encode(id + character).length > LONGEST_USER_ID_BYTES) break;
        id += character;
    }
    return id;
}

/**
 * @param {string} name
 * @param {string} [userId] for a renewal
 * @returns {Promise<Session>}
 * @throws {import('./api.js').ApiError} status 404: this service has no development login
 */
export async function signInByName(name, userId = userIdFor(name)) {
    const answer = await developmentLogin(userId, name);
    return remember({
        token: answer.token, userId: answer.user_id, username: answer.username, renewable: true,
    });
}

/**
 * @param {string} token a JSON Web Token; only read here, the service verifies it
 * @returns {Session|null} null when it is no such token
 */
export function signInByToken(token) {
    try {
        const payload = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
        const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
        const claims = JSON.parse(new TextDecoder().decode(bytes));
        if (typeof claims.sub !== 'string' || claims.sub === '') return null;
        const username = String(claims.name ?? claims.preferred_username ?? claims.sub);
        return remember({ token, userId: claims.sub, username, renewable: false });
    } catch {
        return null;
    }
}

/** @type {Promise<void>|null} the renewal under way: several rooms lose the same token at once */
let renewal = null;

/** Gets a new token for the same user. @param {Session} session */
async function renew(session) {
    renewal ??= signInByName(session.username, session.userId)
        .then((fresh) => { Object.assign(session, fresh); })
        .finally(() => { renewal = null; });
    await renewal;
}

/**
 * Calls the service with the session's token and, where it can be made anew, once more when that was refused.
 * @template Answer
 * @param {Session} session
 * @param {(token: string) => Promise<Answer>} call
 * @returns {Promise<Answer>}
 */
export async function withToken(session, call) {
    try {
        return await call(session.token);
    } catch (error) {
        if (!isUnauthorized(error) || !session.renewable) throw error;
        await renew(session);
        return call(session.token);
    }
}

/** @param {Session} session */
function remember(session) {
    saveSession(session);
    return session;
}
