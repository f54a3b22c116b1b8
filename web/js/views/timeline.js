/** The log of the room that is shown: its rows, and where the reader is in it. */
import { buildRows } from '../feed.js';
import { byId, el, reconcile, setText } from './dom.js';
import { rowElement, rowSignature } from './message.js';
import { dayKey } from '../time.js';
/** @typedef {import('../room.js').Room} Room */

/** This close to the end counts as being there. */
const AT_END_PIXELS = 60;
/** Messages are fetched before the reader reaches the place where they are missing. */
const LOAD_AHEAD_PIXELS = 700;

export class TimelineView {
    #scroller = byId('scroller');
    #log = byId('log');
    #older = byId('older');
    #toLatest = byId('to-latest');
    #toLatestText = byId('to-latest-text');
    /** @type {Map<string, {node: HTMLElement, signature: string}>} */
    #rows = new Map();
    /** @type {Room|null} */
    #room = null;
    #stamp = '';
    /** Whether the reader stays at the newest message as more come. */
    #following = true;
    #lastTop = 0;
    /** The room whose unread line was brought into view already. */
    #revealed = false;
    /** Where the reader was in the rooms shown before. @type {Map<string, {id: string, offset: number}|null>} */
    #places = new Map();
    #app;
    #actions;

    /**
     * @param {import('../app.js').App} app
     * @param {Omit<import('./message.js').Actions, 'loadGap'> & {settled: () => void}} actions `settled` is called
     *   when the reader may have come to the newest message
     */
    constructor(app, actions) {
        this.#app = app;
        this.#actions = actions;
        this.#scroller.onscroll = () => this.#scrolled();
        this.#toLatest.onclick = () => this.toLatest();
        new ResizeObserver(() => this.#follow()).observe(this.#scroller);
        new ResizeObserver(() => this.#follow()).observe(this.#log);
    }

    get atEnd() { return this.#following; }

    render() {
        const room = this.#app.active;
        if (room !== this.#room) this.#change(room);
        if (!room) return this.#renderNothing();
        const connected = room.socket.state.name === 'open';
        const stamp = [room.timeline.version, room.outbox.version, room.history.version, room.unreadAfter, room.joined,
            connected, dayKey(Date.now())].join();
        if (stamp !== this.#stamp) {
            this.#stamp = stamp;
            const place = this.#following ? null : this.#place();
            this.#renderOlder(room);
            this.#renderRows(room, connected);
            this.#goTo(place);
            if (room.joined && !this.#revealed) {
                this.#revealed = true;
                this.revealUnread();
            }
            this.#loadWhatIsNear();
        }
        return this.#renderToLatest(room);
    }

    #renderNothing() {
        this.#toLatest.hidden = true;
        this.#older.replaceChildren(el('p', { class: 'beginning' }, 'Join a room from the list to start talking.'));
    }

    toLatest() {
        this.#following = true;
        this.#follow();
        this.#actions.settled();
    }

    /** Shows the line above the new messages when it is out of sight. */
    revealUnread() {
        const line = this.#rows.get('unread')?.node;
        if (!line || this.#offset(line) >= 0) return;
        this.#following = false;
        this.#scroller.scrollTop += this.#offset(line) - this.#scroller.clientHeight / 4;
    }

    /** Brings a message into the middle and points it out. @param {string} messageId @returns {boolean} */
    reveal(messageId) {
        this.render();
        const node = /** @type {HTMLElement|null} */ (this.#log.querySelector(`[data-id="${CSS.escape(messageId)}"]`));
        if (!node) return false;
        this.#following = false;
        node.scrollIntoView({ block: 'center' });
        node.focus({ preventScroll: true });
        node.classList.remove('pointed-out');
        void node.offsetWidth; // Restarts the animation.
        node.classList.add('pointed-out');
        return true;
    }

    /** @param {Room|null} room */
    #change(room) {
        if (this.#room) this.#places.set(this.#room.id, this.#following ? null : this.#place());
        this.#room = room;
        this.#stamp = '';
        this.#rows.clear();
        this.#log.replaceChildren();
        const name = room ? `Messages in ${room.id}` : 'Messages';
        this.#log.setAttribute('aria-label', name);
        this.#scroller.setAttribute('aria-label', name);
        this.#revealed = false;
        this.#following = true;
        const place = room && this.#places.get(room.id);
        if (!room || !place) return;
        this.#following = false;
        this.#revealed = true;
        this.#renderRows(room, true);
        this.#goTo(place);
    }

    /** @param {Room} room @param {boolean} connected */
    #renderRows(room, connected) {
        const { session, names } = this.#app;
        const rows = buildRows({
            messages: room.timeline.messages, notices: room.timeline.notices, outgoing: room.outbox.visible,
            ownId: session.userId, unreadAfter: room.unreadAfter, now: Date.now(),
            clientIdOf: (id) => room.outbox.clientIdOf(id),
        });
        const context = {
            ownId: session.userId, ownName: session.username, connected, gap: room.history.gap,
            nameOf: (/** @type {string} */ id) => names.of(id),
        };
        const actions = {
            ...this.#actions,
            loadGap: (/** @type {import('../types.js').Gap} */ gap) => void room.history.loadGap(gap, 'newer'),
        };
        const busy = room.history.older.state === 'loading' || room.history.gap.state === 'loading';
        this.#log.setAttribute('aria-busy', String(busy || !room.joined));
        reconcile(this.#log, this.#rows, rows, (row) => row.key, (row) => rowSignature(row, context),
            (row) => {
                const node = rowElement(row, context, actions);
                if (row.kind === 'gap') gapOf.set(node, row.gap);
                return node;
            });
    }

    /** What stands above the first message. @param {Room} room */
    #renderOlder(room) {
        const { older, atStart } = room.history;
        const children = [];
        if (!room.joined) {
            const stopped = room.socket.state.name === 'stopped';
            if (!stopped) children.push(el('p', { class: 'spinner' }, 'Loading messages…'));
        } else if (older.state === 'loading') {
            children.push(el('p', { class: 'spinner' }, 'Loading older messages…'));
        } else if (older.state === 'failed') {
            children.push(el('p', {}, `Older messages could not be loaded. ${older.error}`),
                el('button', { class: 'button small', type: 'button', click: () => void room.history.loadOlder() },
                    'Try again'));
        } else if (atStart) {
            const empty = room.timeline.messages.length === 0 && room.outbox.visible.length === 0;
            children.push(el('p', { class: 'beginning' }, el('span', { class: 'hash', 'aria-hidden': 'true' }, '#'),
                el('strong', {}, room.id),
                empty ? 'Nothing has been said here yet. Write the first message.'
                    : 'This is where the conversation began.'));
        }
        this.#older.replaceChildren(...children);
    }

    /** @param {Room} room */
    #renderToLatest(room) {
        this.#toLatest.hidden = this.#following || room.timeline.messages.length === 0;
        const { unread } = room;
        setText(this.#toLatestText, unread === 0 ? 'Latest messages'
            : unread === 1 ? '1 new message' : `${unread} new messages`);
        this.#toLatest.classList.toggle('has-unread', unread > 0);
    }

    /** How far below the upper edge an element begins. @param {HTMLElement} element */
    #offset(element) {
        return element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top;
    }

    /** The first message in sight, to find back to it. @returns {{id: string, offset: number}|null} */
    #place() {
        for (const element of this.#log.children) {
            if (!(element instanceof HTMLElement) || !element.dataset.id) continue;
            const offset = this.#offset(element);
            if (offset + element.offsetHeight > 0) return { id: element.dataset.id, offset };
        }
        return null;
    }

    /** @param {{id: string, offset: number}|null} place null: the newest message */
    #goTo(place) {
        if (!place) return this.#follow();
        const node = /** @type {HTMLElement|null} */ (this.#log.querySelector(`[data-id="${CSS.escape(place.id)}"]`));
        if (node) this.#scroller.scrollTop += this.#offset(node) - place.offset;
        this.#lastTop = this.#scroller.scrollTop;
        return undefined;
    }

    #follow() {
        if (!this.#following) return;
        this.#scroller.scrollTop = this.#scroller.scrollHeight;
        this.#lastTop = this.#scroller.scrollTop;
    }

    #scrolled() {
        const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
        const was = this.#following;
        if (scrollHeight - clientHeight - scrollTop < AT_END_PIXELS) this.#following = true;
        else if (scrollTop < this.#lastTop - 1) this.#following = false;
        this.#lastTop = scrollTop;
        this.#loadWhatIsNear();
        if (this.#room) this.#renderToLatest(this.#room);
        if (this.#following && !was) this.#actions.settled();
    }

    #loadWhatIsNear() {
        const room = this.#room;
        if (!room?.joined) return;
        if (this.#scroller.scrollTop < LOAD_AHEAD_PIXELS && room.history.older.state === 'idle') {
            void room.history.loadOlder();
        }
        if (room.history.gap.state !== 'idle') return;
        const below = this.#scroller.clientHeight + LOAD_AHEAD_PIXELS;
        for (const element of this.#log.getElementsByClassName('gap')) {
            const row = /** @type {HTMLElement} */ (element);
            const offset = this.#offset(row);
            const gap = gapOf.get(row);
            if (!gap || offset < -LOAD_AHEAD_PIXELS || offset > below) continue;
            // The end to read from is the one next to what is in sight, so that nothing there moves.
            void room.history.loadGap(gap, offset >= 0 ? 'older' : 'newer');
            return;
        }
    }
}

/** The gap that a row stands for. @type {WeakMap<HTMLElement, import('../types.js').Gap>} */
const gapOf = new WeakMap();
