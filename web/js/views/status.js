/** What the reader must know about the connection, the page's title, and passing trouble. */
import { sentAway } from '../protocol.js';
import { byId, el, setText } from './dom.js';

const TOAST_MS = 6_000;
/** A connection that is made at once needs no word about it. */
const PATIENCE_MS = 700;

export class StatusView {
    #banner = byId('banner');
    #app;
    #actions;
    #shown = '';
    /** Since when the shown room has had no connection; 0: it has one. */
    #since = 0;

    /** @param {import('../app.js').App} app @param {{signInAgain: () => void}} actions */
    constructor(app, actions) {
        this.#app = app;
        this.#actions = actions;
        this.#banner.replaceChildren();
    }

    /** Also called every second, for the countdown. */
    render() {
        const room = this.#app.active;
        const { text, button } = room ? this.#say(room) : { text: '', button: null };
        const shown = `${room?.id} ${text} ${button?.label}`;
        if (shown === this.#shown) return;
        this.#shown = shown;
        this.#banner.classList.toggle('away', room?.socket.state.name === 'stopped');
        this.#banner.hidden = text === '';
        // The words are renewed in place, so that a focused button does not vanish under the reader.
        const known = this.#banner.querySelector('button');
        if (known && button && known.textContent === button.label) {
            known.onclick = button.press;
            setText(/** @type {Node} */ (this.#banner.firstChild), text);
            return;
        }
        this.#banner.replaceChildren(el('span', {}, text));
        if (button) {
            const made = el('button', { class: 'button small', type: 'button' }, button.label);
            made.onclick = button.press;
            this.#banner.append(made);
        }
    }

    /**
     * @param {import('../room.js').Room} room
     * @returns {{text: string, button: {label: string, press: () => void}|null}}
     */
    #say(room) {
        const state = room.socket.state;
        if (state.name === 'open' || state.name === 'idle') {
            this.#since = 0;
            return { text: '', button: null };
        }
        if (state.name === 'stopped') {
            const { text, remedy } = sentAway(state.code, state.reason);
            const retry = { label: 'Try again', press: () => room.socket.nudge() };
            const signIn = { label: 'Sign in again', press: this.#actions.signInAgain };
            return { text, button: remedy === 'none' ? null : remedy === 'retry' ? retry : signIn };
        }
        this.#since ||= Date.now();
        if (Date.now() - this.#since < PATIENCE_MS) return { text: '', button: null };
        const lost = room.joined ? 'The connection was lost.' : 'The service cannot be reached.';
        if (state.name !== 'waiting') return { text: room.joined ? `${lost} Connecting…` : 'Connecting…', button: null };
        const seconds = Math.max(1, Math.ceil((state.until - Date.now()) / 1000));
        return {
            text: `${lost} Trying again in ${seconds} s.`,
            button: { label: 'Try now', press: () => room.socket.nudge() },
        };
    }
}

/** @param {import('../app.js').App|null} app */
export function renderTitle(app) {
    const unread = app?.unread ?? 0;
    const title = (unread > 0 ? `(${unread > 99 ? '99+' : unread}) ` : '') + (app?.active ? `#${app.active.id} · ` : '')
        + 'Tertulia';
    if (document.title !== title) document.title = title;
}

/** Says something for a few seconds. @param {string} text */
export function toast(text) {
    const made = el('p', { class: 'toast' }, text);
    byId('toasts').replaceChildren(made);
    setTimeout(() => made.remove(), TOAST_MS);
}
