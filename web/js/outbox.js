/**
 * Our own messages on their way: waiting for a connection, sent, stored (acknowledged, but its broadcast is not
 * here yet) or failed. Each keeps its client_id over every attempt, so the service stores it once.
 * @typedef {import('./types.js').Outgoing} Outgoing
 * @typedef {import('./types.js').Message} Message
 */

/** The service itself gives up earlier and says so; past this, its answer is taken as lost. */
const ANSWER_LIMIT_MS = 20_000;

export class Outbox {
    /** @type {Outgoing[]} */
    #entries = [];
    /** The client_id of each own message, so that a view can keep its element. @type {Map<string, string>} */
    #clientIds = new Map();
    /** Grows with every change, so that a view can tell whether it is up to date. */
    version = 0;

    /** @param {Outgoing[]} [saved] entries of an earlier page */
    constructor(saved = []) {
        this.#entries = saved.map((entry) => entry.state === 'failed' ? entry : { ...entry, state: 'waiting' });
    }

    /** Those that the timeline does not show yet, oldest first. */
    get visible() {
        return this.#entries.filter((entry) => entry.messageId === null || entry.state === 'stored');
    }
    /** Everything that must survive a reload. */
    get unfinished() { return this.#entries.filter((entry) => entry.state !== 'stored'); }
    /** @param {string} messageId @returns {string|undefined} */
    clientIdOf(messageId) { return this.#clientIds.get(messageId); }

    /** @param {string} content @param {string} clientId @param {string} createdAt */
    add(content, clientId, createdAt) {
        this.#entries.push({
            clientId, content, createdAt, state: 'waiting', sentAt: 0, error: null, temporary: false, messageId: null,
        });
        this.version += 1;
    }

    /**
     * Takes what is to be sent now, in the order of writing.
     * @param {number} now
     * @param {(entry: Outgoing) => boolean} send says whether it could be sent
     */
    flush(now, send) {
        for (const entry of this.#entries) {
            if (entry.state !== 'waiting') continue;
            if (!send(entry)) return;
            entry.state = 'sent';
            entry.sentAt = now;
            this.version += 1;
        }
    }

    /** The connection is gone, and with it every answer that was due. */
    disconnected() {
        for (const entry of this.#entries) {
            if (entry.state === 'sent') entry.state = 'waiting';
        }
        this.version += 1;
    }

    /**
     * Makes a failed message ready to be sent again, and with it every one that failed for a passing reason: the
     * service refuses what was queued behind a refused message, and their order must stay.
     * @param {string} [clientId] none: only those with a passing reason
     */
    retry(clientId) {
        for (const entry of this.#entries) {
            if (entry.state !== 'failed' || !(entry.temporary || entry.clientId === clientId)) continue;
            Object.assign(entry, { state: 'waiting', error: null, temporary: false });
        }
        this.version += 1;
    }

    /** @param {string} clientId @returns {Outgoing|undefined} what was taken out */
    discard(clientId) {
        const entry = this.#find(clientId);
        this.#remove(entry);
        return entry;
    }

    /**
     * @param {string} clientId @param {string} messageId
     * @param {boolean} shown whether the timeline has the message already, or will never ask for it
     */
    acknowledged(clientId, messageId, shown) {
        for (const entry of this.#entries) {
            // It was taken for another one with the same words.
            if (entry.messageId === messageId && entry.clientId !== clientId) entry.messageId = null;
        }
        const entry = this.#find(clientId);
        if (!entry) return;
        this.#clientIds.set(messageId, clientId);
        Object.assign(entry, { state: 'stored', messageId, error: null });
        if (shown) this.#remove(entry);
        this.version += 1;
    }

    /** @param {string} clientId @param {string} error @param {boolean} temporary */
    refused(clientId, error, temporary) {
        const entry = this.#find(clientId);
        if (!entry || entry.state === 'stored') return;
        Object.assign(entry, { state: 'failed', error, temporary, messageId: null });
        this.version += 1;
    }

    /**
     * A message of our own came in. Until its acknowledgement tells for sure, a live one stands for the first sent
     * message with the same words, so that no message is seen twice.
     * @param {Message} message
     * @param {boolean} live whether it was broadcast just now, rather than read from history
     */
    arrived(message, live) {
        const entry = this.#entries.find((one) => one.messageId === message._id)
            ?? this.#find(message.client_id)
            ?? this.#entries.find((one) => live && one.state === 'sent' && one.messageId === null
                && one.content === message.content);
        if (!entry) return;
        this.#clientIds.set(message._id, entry.clientId);
        entry.messageId = message._id;
        if (entry.state === 'stored' || entry.clientId === message.client_id) this.#remove(entry);
        this.version += 1;
    }

    /** Marks what waits for an answer for too long. @param {number} now */
    expire(now) {
        for (const entry of this.#entries) {
            if (entry.state === 'sent' && now - entry.sentAt > ANSWER_LIMIT_MS) {
                this.refused(entry.clientId, 'No answer came.', true);
            }
        }
    }

    /** @param {string|undefined} clientId */
    #find(clientId) { return this.#entries.find((entry) => entry.clientId === clientId); }

    /** @param {Outgoing|undefined} entry */
    #remove(entry) {
        this.#entries = this.#entries.filter((one) => one !== entry);
        this.version += 1;
    }
}
