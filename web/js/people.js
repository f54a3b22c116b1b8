/** Who is in a room, who is typing there, and what people are called: plain values, no page. */

/** The service says when somebody begins and stops, not that he goes on; past this, its word was lost. */
const TYPING_LIMIT_MS = 30_000;
/** It takes up to a second to say that somebody stopped by sending; until then the message itself says it. */
const SPOKEN_MS = 1_500;

/** Names learned from messages; the same for all rooms. */
export class Names {
    /** @type {Map<string, string>} */
    #names = new Map();

    /** @param {string} userId @param {string|undefined} name */
    learn(userId, name) {
        if (name) this.#names.set(userId, name);
    }
    /** @param {string} userId */
    of(userId) { return this.#names.get(userId) ?? userId; }
}

export class People {
    /** @type {Set<string>} */
    #online = new Set();
    /** @type {Map<string, number>} user id -> when it was last said that they type */
    #typing = new Map();
    /** @type {Map<string, number>} user id -> when their last message came */
    #spoken = new Map();
    count = 0;

    /** @returns {string[]} user ids; in a big room perhaps not all of them */
    get online() { return [...this.#online]; }

    /** @param {{online_users?: string[], count: number}} presence */
    present(presence) {
        if (presence.online_users) this.#online = new Set(presence.online_users);
        this.count = presence.count;
    }

    /** Big rooms send the list once and only numbers later: coming and going keeps it right. @param {string} userId */
    joined(userId) {
        this.#online.add(userId);
    }

    /** @param {string} userId */
    left(userId) {
        this.#online.delete(userId);
        this.#typing.delete(userId);
    }

    /** @param {string[]} users @param {number} now */
    typingNow(users, now) {
        this.#typing = new Map(users.map((user) => [user, now]));
        for (const user of this.#spoken.keys()) {
            if (!this.#typing.has(user)) this.#spoken.delete(user);
        }
    }

    /** A message of somebody came. @param {string} userId @param {number} now */
    spoke(userId, now) {
        if (this.#typing.has(userId)) this.#spoken.set(userId, now);
    }

    /** @param {string} ownId @param {number} now @returns {string[]} */
    typers(ownId, now) {
        return [...this.#typing].filter(([user, at]) => user !== ownId && now - at < TYPING_LIMIT_MS
            && now - (this.#spoken.get(user) ?? 0) >= SPOKEN_MS).map(([user]) => user);
    }

    disconnected() {
        this.#typing.clear();
        this.#spoken.clear();
    }
}

/** The most often that "still typing" is said. */
const SAY_EVERY_MS = 3_000;

/** Decides what to tell the service about our own typing. */
export class TypingSignal {
    #saidAt = -Infinity;
    #typing = false;

    /** @param {number} now @returns {boolean} whether to say that we are typing */
    input(now) {
        if (now - this.#saidAt < SAY_EVERY_MS) return false;
        this.#typing = true;
        this.#saidAt = now;
        return true;
    }

    /** @returns {boolean} whether to say that we stopped */
    stop() {
        const was = this.#typing;
        this.#typing = false;
        return was;
    }

    /** Sending a message says it all: the service clears it by itself. */
    sent() {
        this.#typing = false;
        this.#saidAt = -Infinity;
    }
}
