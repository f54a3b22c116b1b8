/** The panel that looks through the room's messages. */
import { readable, search } from '../api.js';
import { withToken } from '../session.js';
import { excerpt, highlight } from '../text.js';
import { shortTime } from '../time.js';
import { avatar } from './avatar.js';
import { byId, el, setText } from './dom.js';
/** @typedef {import('../types.js').Message} Message */

const DEBOUNCE_MS = 250;
const PAGE = 20;
/** The service looks for a bounded time per request; this many in a row are made before the reader is asked. */
const MOST_REQUESTS = 8;

export class SearchView {
    #query = byId('query', HTMLInputElement);
    #note = byId('search-note');
    #hits = byId('hits');
    #more = byId('search-more', HTMLButtonElement);
    #button = byId('search-open');
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    #waiting;
    /** What the running search can be stopped with. @type {AbortController|null} */
    #running = null;
    #found = 0;
    /** @type {string|null} where to go on */
    #next = null;
    #searched = '';
    /** @type {import('../room.js').Room|null} */
    #room = null;
    #open = false;
    #app;
    #onChosen;

    /** @param {import('../app.js').App} app @param {(hit: Message) => void} onChosen */
    constructor(app, onChosen) {
        this.#app = app;
        this.#onChosen = onChosen;
        this.#button.onclick = () => app.show(app.panel === 'search' ? null : 'search');
        byId('search-close').onclick = () => app.show(null);
        this.#query.oninput = () => {
            clearTimeout(this.#waiting);
            this.#waiting = setTimeout(() => this.#start(), DEBOUNCE_MS);
        };
        byId('search-form').onsubmit = (event) => {
            event.preventDefault();
            clearTimeout(this.#waiting);
            this.#start();
        };
        this.#more.onclick = () => void this.#goOn();
        this.#clear();
    }

    render() {
        const open = this.#app.panel === 'search';
        if (this.#app.active !== this.#room) {
            this.#room = this.#app.active;
            this.#query.value = '';
            this.#clear();
        }
        if (open && !this.#open) {
            this.#query.focus();
            this.#query.select();
        }
        this.#open = open;
    }

    #clear() {
        clearTimeout(this.#waiting);
        this.#running?.abort();
        this.#running = null;
        this.#searched = '';
        this.#next = null;
        this.#found = 0;
        this.#hits.replaceChildren();
        this.#more.hidden = true;
        setText(this.#note, 'Finds any part of a message, in upper or lower case.');
    }

    #start() {
        const wanted = this.#query.value.trim();
        if (wanted === this.#searched) return;
        this.#clear();
        if (wanted === '') return;
        this.#searched = wanted;
        void this.#goOn();
    }

    /** Shows the next page, in as many requests as it takes. */
    async #goOn() {
        const room = this.#room;
        if (!room) return;
        const running = new AbortController();
        this.#running = running;
        this.#more.hidden = true;
        const first = this.#found;
        setText(this.#note, 'Searching…');
        this.#hits.setAttribute('aria-busy', 'true');
        try {
            for (let requests = 0; requests < MOST_REQUESTS; requests += 1) {
                const page = await withToken(this.#app.session, (token) => search(token, room.id,
                    { q: this.#searched, before_id: this.#next, limit: PAGE, signal: running.signal }));
                if (running.signal.aborted) return;
                this.#next = page.next_before_id;
                this.#found += page.messages.length;
                this.#hits.append(...page.messages.map((message) => this.#hit(message)));
                if (!this.#next || this.#found - first >= PAGE) break;
            }
            this.#conclude();
        } catch (error) {
            if (running.signal.aborted) return;
            setText(this.#note, `The search failed. ${readable(error)}`);
            this.#offer('Try again');
        }
        this.#hits.setAttribute('aria-busy', 'false');
    }

    #conclude() {
        const count = this.#found === 1 ? '1 message' : `${this.#found.toLocaleString('en')} messages`;
        if (this.#next) {
            setText(this.#note, this.#found === 0 ? 'Nothing found so far.' : `${count} so far`);
            this.#offer('Search further back');
        } else {
            setText(this.#note, this.#found === 0 ? `Nobody has said \u201c${this.#searched}\u201d here.` : count);
        }
    }

    /** @param {string} label */
    #offer(label) {
        setText(this.#more, label);
        this.#more.hidden = false;
    }

    /** @param {Message} message */
    #hit(message) {
        const name = message.username || message.user_id;
        const pieces = highlight(excerpt(message.content, this.#searched), this.#searched)
            .map((piece) => piece.kind === 'mark' ? el('mark', {}, piece.text) : piece.text);
        return el('li', {}, el('button', { class: 'hit', type: 'button', click: () => this.#onChosen(message) },
            avatar(message.user_id, name),
            el('span', { class: 'byline' }, el('bdi', { class: 'author' }, name),
                el('time', { datetime: message.timestamp }, shortTime(message.timestamp))),
            el('span', { class: 'hit-text', dir: 'auto' }, ...pieces)));
    }
}
