/** One room as this client lives in it: its socket, messages, people and unsent texts. No page. */
import { ApiError, history, socketURL } from './api.js';
import { Outbox } from './outbox.js';
import { People, TypingSignal } from './people.js';
import { messageFrame, typingFrame } from './protocol.js';
import { RoomHistory } from './room-history.js';
import { withToken } from './session.js';
import { RoomSocket } from './socket.js';
import { loadOutbox, loadReadSeq, saveOutbox, saveReadSeq } from './storage.js';
import { Timeline } from './timeline.js';
/**
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Session} Session
 * @typedef {import('./protocol.js').Frame} Frame
 */

/** 96 random bits. `crypto.randomUUID` is missing on pages that came over plain HTTP. */
function newClientId() {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Room {
    timeline = new Timeline();
    people = new People();
    /** Whether the service has let us in at least once since the page was opened. */
    joined = false;
    /** The last message read before those that were new when the reader came back; null: draw no line. */
    unreadAfter = /** @type {number|null} */ (null);
    #typing = new TypingSignal();
    #sawOwnJoin = false;
    #session;
    #how;

    /**
     * @param {string} id
     * @param {Session} session
     * @param {object} how
     * @param {import('./people.js').Names} how.names
     * @param {() => void} how.onChange
     * @param {(text: string) => void} how.onTrouble an error that belongs to no message
     */
    constructor(id, session, how) {
        this.id = id;
        this.#session = session;
        this.#how = how;
        this.outbox = new Outbox(loadOutbox(session.userId, id));
        this.readSeq = loadReadSeq(session.userId, id);
        this.history = new RoomHistory(session, id, this.timeline, {
            take: (messages) => this.#take(messages, false),
            onChange: how.onChange,
        });
        this.socket = new RoomSocket({
            url: () => socketURL(id, session.token),
            probe: () => this.#probe(),
            onFrame: (frame) => this.#received(frame),
            onState: (state) => this.#connectionChanged(state),
        });
    }

    get unread() { return this.readSeq === null ? 0 : this.timeline.countAfter(this.readSeq); }

    start() { this.socket.start(); }
    stop() { this.socket.stop(); }

    /** @param {string} content */
    send(content) {
        this.unreadAfter = null;
        this.outbox.retry();
        this.outbox.add(content, newClientId(), new Date().toISOString());
        this.#typing.sent();
        this.#flush();
    }

    /** @param {string} clientId */
    retry(clientId) {
        this.outbox.retry(clientId);
        this.#flush();
    }

    /** @param {string} clientId @returns {string} its text */
    discard(clientId) {
        const entry = this.outbox.discard(clientId);
        this.#outboxChanged();
        return entry?.content ?? '';
    }

    /** The reader is writing. */
    typing() {
        if (this.socket.state.name === 'open' && this.#typing.input(Date.now())) this.socket.send(typingFrame(true));
    }

    stopTyping() {
        if (this.#typing.stop()) this.socket.send(typingFrame(false));
    }

    /** Everything up to the newest message has been seen. */
    markRead() {
        const last = this.timeline.last?.seq;
        if (last === undefined || last === this.readSeq) return;
        this.readSeq = last;
        saveReadSeq(this.#session.userId, this.id, last);
        this.#how.onChange();
    }

    /** Draws or takes away the line above what is new, when the reader comes to the room. */
    placeUnreadLine() {
        this.unreadAfter = this.unread > 0 ? this.readSeq : null;
        this.#how.onChange();
    }

    /** Once a second or so: takes back what time has made wrong. @param {number} now */
    tick(now) {
        const version = this.outbox.version;
        this.outbox.expire(now);
        if (this.outbox.version !== version) this.#outboxChanged();
    }

    /** @param {Frame} frame */
    #received(frame) {
        switch (frame.type) {
            case 'history': this.#entered(frame.messages); break;
            case 'message': this.#arrived(frame); break;
            case 'system': this.#noticed(frame); break;
            case 'typing': this.people.typingNow(frame.users, Date.now()); break;
            case 'presence': this.people.present(frame); break;
            case 'ack': this.#acknowledged(frame); break;
            case 'error': this.#refused(frame); break;
        }
        this.#how.onChange();
    }

    /** The first frame of every connection. @param {Message[]} messages */
    #entered(messages) {
        const known = this.timeline.last;
        const newest = messages.at(-1)?.seq ?? 0;
        if (known && newest < known.seq) {
            // The room begins anew (its database was emptied or restored): nothing known holds any more.
            this.timeline.clear();
        }
        this.joined = true;
        this.#take(messages, false);
        if (this.readSeq === null || this.readSeq > newest) this.markReadUpTo(newest);
        if (this.unread > 0) this.placeUnreadLine();
        this.history.entered();
        if (known) void this.history.fill(known.seq);
        this.#flush();
    }

    /** @param {Message} message */
    #arrived(message) {
        const known = this.timeline.last;
        this.people.spoke(message.user_id, Date.now());
        this.#take([message], true);
        if (message.user_id === this.#session.userId && this.unread === 1) this.markReadUpTo(message.seq);
        // The service leaves no holes. Should one show all the same, it is closed like any other.
        if (known && message.seq > known.seq + 1) void this.history.fill(known.seq);
    }

    /** @param {number} seq */
    markReadUpTo(seq) {
        this.readSeq = seq;
        saveReadSeq(this.#session.userId, this.id, seq);
    }

    /** @param {readonly Message[]} messages @param {boolean} live */
    #take(messages, live) {
        const fresh = this.timeline.add(messages);
        for (const message of fresh) {
            this.#how.names.learn(message.user_id, message.username);
            if (message.user_id === this.#session.userId) this.outbox.arrived(message, live);
        }
        if (fresh.some((message) => message.user_id === this.#session.userId)) this.#outboxChanged();
    }

    /** @param {Extract<Frame, {type: 'system'}>} frame */
    #noticed(frame) {
        const what = / left the chat$/.test(frame.content) ? 'left' : 'joined';
        this.#how.names.learn(frame.user_id, frame.username);
        this.people[what](frame.user_id);
        if (frame.user_id === this.#session.userId) {
            // Our own coming back after every lost connection is no news to us.
            if (what === 'left' || this.#sawOwnJoin) return;
            this.#sawOwnJoin = true;
        }
        this.timeline.addNotice({ userId: frame.user_id, what, timestamp: frame.timestamp });
    }

    /** @param {Extract<Frame, {type: 'ack'}>} ack */
    #acknowledged(ack) {
        const first = this.timeline.first?.seq ?? 0;
        const shown = this.timeline.get(ack._id) !== undefined || ack.seq < first;
        this.outbox.acknowledged(ack.ref, ack._id, shown);
        this.#outboxChanged();
    }

    /** @param {Extract<Frame, {type: 'error'}>} error */
    #refused(error) {
        if (error.ref === undefined) {
            this.#how.onTrouble(error.message);
            return;
        }
        this.outbox.refused(error.ref, error.message, error.temporary === true);
        this.#outboxChanged();
    }

    #flush() {
        if (this.joined) {
            this.outbox.flush(Date.now(), (entry) => this.socket.send(messageFrame(entry.content, entry.clientId)));
        }
        this.#outboxChanged();
    }

    #outboxChanged() {
        saveOutbox(this.#session.userId, this.id, this.outbox.unfinished);
        this.#how.onChange();
    }

    /** @param {import('./connection.js').State} state */
    #connectionChanged(state) {
        if (state.name !== 'open') {
            this.outbox.disconnected();
            this.people.disconnected();
            this.#typing.sent();
        }
        this.#how.onChange();
    }

    /** Why was a socket refused? @returns {Promise<import('./connection.js').Probe>} */
    async #probe() {
        try {
            await withToken(this.#session, (token) => history(token, this.id, { limit: 1 }));
            return 'ok';
        } catch (error) {
            switch (error instanceof ApiError ? error.status : 0) {
                case 401: return 'unauthorized';
                case 403: return 'forbidden';
                case 410: return 'gone';
                default: return 'unreachable';
            }
        }
    }
}
