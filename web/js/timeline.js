/**
 * A room's messages as far as they are known: whatever order they come in, they are kept once each and in
 * the order of `seq`. Since `seq` has no holes, neighbours that differ by more than one show a gap.
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Notice} Notice
 * @typedef {import('./types.js').Gap} Gap
 */

const MOST_NOTICES = 100;

/** @param {Message} a @param {Message} b */
const bySeq = (a, b) => a.seq - b.seq || (a._id < b._id ? -1 : 1);

export class Timeline {
    /** @type {Message[]} */
    #messages = [];
    /** @type {Map<string, Message>} */
    #known = new Map();
    /** @type {Notice[]} */
    #notices = [];
    #noticeCount = 0;
    /** Grows with every change, so that a view can tell whether it is up to date. */
    version = 0;

    /** Oldest first. @returns {readonly Message[]} */
    get messages() { return this.#messages; }
    /** In the order in which they came. @returns {readonly Notice[]} */
    get notices() { return this.#notices; }
    get first() { return this.#messages.at(0); }
    get last() { return this.#messages.at(-1); }
    /** @param {string} id */
    get(id) { return this.#known.get(id); }

    /**
     * Takes messages in any order; one that is known already is replaced by what came now.
     * @param {readonly Message[]} messages
     * @returns {Message[]} those that were new
     */
    add(messages) {
        const fresh = [];
        let sorted = true;
        for (const message of messages) {
            const old = this.#known.get(message._id);
            this.#known.set(message._id, message);
            if (old) {
                this.#messages[this.#messages.indexOf(old)] = message;
                continue;
            }
            const last = this.#messages.at(-1);
            if (last && bySeq(last, message) > 0) sorted = false;
            this.#messages.push(message);
            fresh.push(message);
        }
        if (!sorted) this.#messages.sort(bySeq);
        if (messages.length > 0) this.version += 1;
        return fresh;
    }

    /**
     * Puts a notice after the newest message of this moment.
     * @param {{userId: string, what: 'joined'|'left', timestamp: string}} notice
     */
    addNotice(notice) {
        this.#noticeCount += 1;
        this.#notices.push({ ...notice, key: `notice-${this.#noticeCount}`, afterSeq: this.last?.seq ?? 0 });
        if (this.#notices.length > MOST_NOTICES) this.#notices.shift();
        this.version += 1;
    }

    /** Oldest first. @returns {Gap[]} */
    gaps() {
        const gaps = [];
        for (let index = 1; index < this.#messages.length; index += 1) {
            const [older, newer] = [this.#messages[index - 1], this.#messages[index]];
            if (newer.seq - older.seq > 1) gaps.push({ older, newer });
        }
        return gaps;
    }

    /** How many messages are newer than a position. @param {number} seq */
    countAfter(seq) {
        return Math.max(0, (this.last?.seq ?? seq) - seq);
    }

    /** Forgets what is older than a position; it can be read again. @param {number} seq */
    forgetBefore(seq) {
        const start = this.#messages.findIndex((message) => message.seq >= seq);
        if (start <= 0) return;
        for (const message of this.#messages.splice(0, start)) this.#known.delete(message._id);
        this.#notices = this.#notices.filter((notice) => notice.afterSeq >= seq);
        this.version += 1;
    }

    clear() {
        this.#messages = [];
        this.#notices = [];
        this.#known.clear();
        this.version += 1;
    }

    /** Forgets the oldest messages beyond a number. @param {number} most */
    keepNewest(most) {
        const start = this.#messages.at(-most);
        if (start && this.#messages.length > most) this.forgetBefore(start.seq);
    }
}
