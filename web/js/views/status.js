/** What the reader must know about the connection, the page's title, and passing trouble. */
import { sentAway } from '../protocol.js';
import { byId, el, setText } from './dom.js';

const TOAST_MS = 6_000;
/** A connection that is made at once needs no word about it. */
const PATIENCE_MS = 700;

/** @typedef {{text: string, countdown: string, button: {label: string, press: () => void}|null}} Saying */
/** @type {Saying} */
const NOTHING = { text: '', countdown: '', button: null };

export class StatusView {
    #banner = byId('banner');
    #app;
    #actions;
    #shown = '';
    /** Changes every second: read out once a second it would be a nuisance. */
    #countdown = el('span', { 'aria-hidden': 'true' });
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
        const { text, countdown, button } = room ? this.#say(room) : NOTHING;
        const shown = [room?.id, text, button?.label].join('\n');
        if (shown !== this.#shown) {
            this.#shown = shown;
            this.#banner.hidden = text === '';
            this.#banner.classList.toggle('away', room?.socket.state.name === 'stopped');
            const children = [el('span', {}, text, ' ', this.#countdown)];
            if (button) {
                const look = { class: 'button small', type: 'button', click: button.press };
                children.push(el('button', look, button.label));
            }
            this.#banner.replaceChildren(...children);
        }
        setText(this.#countdown, countdown);
    }

    /** @param {import('../room.js').Room} room @returns {Saying} */
    #say(room) {
        const state = room.socket.state;
        if (state.name === 'open' || state.name === 'idle') {
            this.#since = 0;
            return NOTHING;
        }
        const retry = { label: 'Try again', press: () => room.socket.nudge() };
        if (state.name === 'stopped') {
            const { text, remedy } = sentAway(state.code, state.reason);
            const signIn = { label: 'Sign in again', press: this.#actions.signInAgain };
            const button = remedy === 'none' ? null : remedy === 'retry' ? retry : signIn;
            return { text, countdown: '', button };
        }
        this.#since ||= Date.now();
        if (Date.now() - this.#since < PATIENCE_MS) return NOTHING;
        const text = room.joined ? 'The connection was lost.' : 'The service cannot be reached.';
        if (state.name !== 'waiting') {
            const first = !room.joined && state.attempt === 0;
            return first ? { text: 'Connecting…', countdown: '', button: null }
                : { text, countdown: 'Connecting…', button: retry };
        }
        const seconds = Math.max(1, Math.ceil((state.until - Date.now()) / 1000));
        return { text, countdown: `Trying again in ${seconds} s.`, button: retry };
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
