/** Reads a room's earlier messages: page by page backwards, into gaps, and around a message that was searched for. */
import { history, readable } from './api.js';
import { withToken } from './session.js';
/**
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Gap} Gap
 * @typedef {import('./types.js').Page} Page
 * @typedef {{state: 'idle'|'loading'|'failed', error: string}} Progress
 */

const OLDER_PAGE = 50;
/** Filling a gap after a lost connection reads larger pages, and a bounded number of them. */
const FILL_PAGE = 200;
const FILL_PAGES = 5;
const AROUND = 25;
/** Beyond this many, the oldest are forgotten once the reader is back at the newest. */
const MOST_KEPT = 1_500;
const KEPT_AFTER_TIDYING = 300;

/** @type {Progress} */
const IDLE = { state: 'idle', error: '' };
/** @type {Progress} */
const LOADING = { state: 'loading', error: '' };
/** @param {unknown} error @returns {Progress} */
const failed = (error) => ({ state: 'failed', error: readable(error) });

export class RoomHistory {
    /** Reading the page before the first known message. */
    older = IDLE;
    /** Reading into a gap. */
    gap = IDLE;
    /** Grows with every change, so that a view can tell whether it is up to date. */
    version = 0;
    /** The oldest message of the room, once it was reached. */
    #startSeq = 1;
    #entered = false;
    /** Whether the reader was taken to an earlier place, which leaves a gap on purpose. */
    #wentBack = false;
    #session;
    #roomId;
    #timeline;
    #how;

    /**
     * @param {import('./types.js').Session} session
     * @param {string} roomId
     * @param {import('./timeline.js').Timeline} timeline
     * @param {{take: (messages: readonly Message[]) => void, onChange: () => void}} how
     */
    constructor(session, roomId, timeline, how) {
        this.#session = session;
        this.#roomId = roomId;
        this.#timeline = timeline;
        this.#how = how;
    }

    /** Whether there is nothing older to read. */
    get atStart() {
        const first = this.#timeline.first;
        return first ? first.seq <= this.#startSeq : this.#entered;
    }

    /** A new connection: what failed on the last one may work now. */
    entered() {
        this.#entered = true;
        if (this.older.state === 'failed') this.older = IDLE;
        if (this.gap.state === 'failed') this.gap = IDLE;
        this.#changed();
    }

    async loadOlder() {
        const first = this.#timeline.first;
        if (!first || this.atStart || this.older.state === 'loading') return;
        this.older = LOADING;
        this.#changed();
        try {
            const page = await this.#page({ before_id: first._id, limit: OLDER_PAGE });
            this.#how.take(page.messages);
            // A page without anything older is the beginning too, or it would be asked for again and again.
            const reached = page.next_before_id === null || this.#timeline.first === first;
            if (reached) this.#startSeq = this.#timeline.first?.seq ?? first.seq;
            this.older = IDLE;
        } catch (error) {
            this.older = failed(error);
        }
        this.#changed();
    }

    /**
     * Reads what was missed between a message known before and those that came now. When that is very much, the
     * older part is let go; it is still there for scrolling back.
     * @param {number} knownSeq
     */
    async fill(knownSeq) {
        const missed = () => this.#timeline.gaps().findLast((gap) => gap.older.seq >= knownSeq);
        if (this.gap.state === 'loading' || !missed()) return;
        this.gap = LOADING;
        this.#changed();
        try {
            let gap = missed();
            for (let pages = 0; gap && pages < FILL_PAGES; pages += 1, gap = missed()) {
                const page = await this.#page({ before_id: gap.newer._id, limit: FILL_PAGE });
                this.#how.take(page.messages);
                if (page.messages.length === 0) break;
            }
            if (gap) this.#timeline.forgetBefore(gap.newer.seq);
            this.gap = IDLE;
        } catch (error) {
            this.gap = failed(error);
        }
        this.#changed();
    }

    /**
     * Reads one page into a gap, at the end from which the reader comes.
     * @param {Gap} gap @param {'older'|'newer'} end
     */
    async loadGap(gap, end) {
        if (this.gap.state === 'loading') return;
        this.gap = LOADING;
        this.#changed();
        try {
            const where = end === 'older' ? { after_id: gap.older._id } : { before_id: gap.newer._id };
            const page = await this.#page({ ...where, limit: OLDER_PAGE });
            const before = this.#timeline.messages.length;
            this.#how.take(page.messages);
            const stuck = this.#timeline.messages.length === before;
            this.gap = stuck ? { state: 'failed', error: 'Nothing was found.' } : IDLE;
        } catch (error) {
            this.gap = failed(error);
        }
        this.#changed();
    }

    /**
     * Makes a message and its neighbours known.
     * @param {Message} message
     * @throws {import('./api.js').ApiError}
     */
    async around(message) {
        if (this.#timeline.get(message._id)) return;
        const [before, after] = await Promise.all([
            this.#page({ before_id: message._id, limit: AROUND }),
            this.#page({ after_id: message._id, limit: AROUND }),
        ]);
        this.#wentBack = true;
        this.#how.take([...before.messages, message, ...after.messages]);
        if (before.next_before_id === null) this.#startSeq = before.messages.at(0)?.seq ?? message.seq;
        this.#changed();
    }

    /** The reader is at the newest message again: lets go of what lies far back. */
    tidy() {
        if (this.gap.state === 'loading' || this.older.state === 'loading') return;
        if (this.#wentBack) {
            this.#wentBack = false;
            const gap = this.#timeline.gaps().at(-1);
            if (gap) this.#timeline.forgetBefore(gap.newer.seq);
        }
        if (this.#timeline.messages.length > MOST_KEPT) this.#timeline.keepNewest(KEPT_AFTER_TIDYING);
    }

    /** @param {{before_id?: string, after_id?: string, limit: number}} where @returns {Promise<Page>} */
    #page(where) {
        return withToken(this.#session, (token) => history(token, this.#roomId, where));
    }

    #changed() {
        this.version += 1;
        this.#how.onChange();
    }
}
