/**
 * The service's HTTP side, and the address of its sockets. Everything is relative to the page, so the client also
 * works below a path of a reverse proxy.
 * @typedef {import('./types.js').Page} Page
 * @typedef {import('./types.js').Session} Session
 */

const LIMIT_MS = 15_000;

/** An answer that is not what was asked for. `status` is 0 when no answer came at all. */
export class ApiError extends Error {
    /** @param {number} status @param {string} code @param {string} message @param {boolean} temporary */
    constructor(status, code, message, temporary) {
        super(message);
        this.name = 'ApiError';
        this.status = status;
        this.code = code;
        this.temporary = temporary;
    }
}

/** What to tell the reader. @param {unknown} error */
export const readable = (error) => error instanceof ApiError ? error.message : 'Something went wrong.';

/** Whether the service refused the token. @param {unknown} error */
export const isUnauthorized = (error) => error instanceof ApiError && error.status === 401;

/**
 * @param {string} path relative to the page
 * @param {{token?: string, body?: object, signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
async function request(path, { token, body, signal } = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: 'application/json' };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers['Content-Type'] = 'application/json';
    const limit = AbortSignal.timeout(LIMIT_MS);
    let response;
    let answer = null;
    try {
        response = await fetch(new URL(path, document.baseURI), {
            method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body),
            signal: signal ? AbortSignal.any([signal, limit]) : limit, cache: 'no-store', credentials: 'omit',
        });
        answer = await response.json().catch(() => null);
    } catch (error) {
        if (signal?.aborted) throw error;
        throw new ApiError(0, 'unreachable', 'The service cannot be reached.', true);
    }
    if (response.ok && answer) return answer;
    const { code, message, temporary } = answer?.error ?? {};
    throw new ApiError(response.status, code ?? 'internal', message ?? `The service answered ${response.status}.`,
        temporary ?? response.status >= 500);
}

/** @param {string} roomId */
const roomPath = (roomId) => `chat/${encodeURIComponent(roomId)}`;

/** @param {Record<string, string|number|null|undefined>} values those without a value are left out */
function query(values) {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(values)) {
        if (value !== null && value !== undefined) search.set(name, String(value));
    }
    return search;
}

/**
 * The address of a room's socket. A browser cannot set headers on it, hence the token in the query.
 * @param {string} roomId @param {string} token
 */
export function socketURL(roomId, token) {
    const url = new URL(`${roomPath(roomId)}?${query({ token })}`, document.baseURI);
    url.protocol = url.protocol.replace('http', 'ws');
    return url.href;
}

/**
 * The development login; where it is off, an ApiError with status 404.
 * @param {string} userId @param {string} name
 * @returns {Promise<{token: string, user_id: string, username: string, expires_at: string}>}
 */
export const developmentLogin = (userId, name) => request('auth/dev', { body: { user_id: userId, name } });

/**
 * A page of a room's messages, oldest first; without a position, the newest ones.
 * @param {string} token @param {string} roomId
 * @param {{before_id?: string, after_id?: string, limit?: number, signal?: AbortSignal}} where
 * @returns {Promise<Page>}
 */
export function history(token, roomId, { signal, ...where }) {
    return request(`${roomPath(roomId)}/history?${query(where)}`, { token, signal });
}

/**
 * Messages that contain a text, newest first. A page may be short or empty and still name a `next_before_id`: the
 * service's time was over, and the search goes on there.
 * @param {string} token @param {string} roomId
 * @param {{q: string, before_id?: string|null, limit?: number, signal?: AbortSignal}} what
 * @returns {Promise<Page>}
 */
export function search(token, roomId, { signal, ...what }) {
    return request(`${roomPath(roomId)}/search?${query(what)}`, { token, signal });
}
