/** The first page: a name and a room, or a token where the service knows no names. */
import { ApiError, readable } from '../api.js';
import { isRoomId } from '../protocol.js';
import { signInByName, signInByToken, userIdFor } from '../session.js';
import { loadLastSignIn, saveLastSignIn } from '../storage.js';
import { byId, setText } from './dom.js';
/** @typedef {import('../types.js').Session} Session */

const FIRST_ROOM = 'lobby';

export class SignInView {
    #page = byId('signin');
    #name = byId('name', HTMLInputElement);
    #token = byId('token', HTMLTextAreaElement);
    #room = byId('room-name', HTMLInputElement);
    #error = byId('signin-error');
    #submit = byId('signin-submit', HTMLButtonElement);
    /** Whether the service has no development login, so that only a token helps. */
    #byToken = false;
    #onSignedIn;

    /** @param {(session: Session, room: string) => void} onSignedIn */
    constructor(onSignedIn) {
        this.#onSignedIn = onSignedIn;
        byId('signin-form').onsubmit = (event) => {
            event.preventDefault();
            void this.#signIn();
        };
        for (const field of [this.#name, this.#token, this.#room]) field.oninput = () => this.#complain('', field);
    }

    /** @param {string} room suggested by the address, else empty @param {string} [why] why one must sign in again */
    show(room, why = '') {
        const last = loadLastSignIn();
        this.#name.value ||= last.name;
        this.#room.value = room || last.room || FIRST_ROOM;
        this.#complain(why);
        this.#page.hidden = false;
        (this.#byToken ? this.#token : this.#name).focus();
    }

    hide() { this.#page.hidden = true; }

    async #signIn() {
        const room = this.#room.value.trim().replace(/^#/, '');
        const name = this.#name.value.trim();
        if (!this.#byToken && userIdFor(name) === '') return this.#complain('Please enter your name.', this.#name);
        if (!isRoomId(room)) {
            return this.#complain('A room\u2019s name has 1 to 64 letters, digits and _ . : -', this.#room);
        }
        this.#complain('');
        this.#submit.disabled = true;
        try {
            const session = this.#byToken ? signInByToken(this.#token.value.trim()) : await signInByName(name);
            if (!session) return this.#complain('This is not a token that this page can read.', this.#token);
            saveLastSignIn({ name, room });
            this.#token.value = '';
            return this.#onSignedIn(session, room);
        } catch (error) {
            return this.#failed(error);
        } finally {
            this.#submit.disabled = false;
        }
    }

    /** @param {unknown} error */
    #failed(error) {
        if (!(error instanceof ApiError && error.status === 404)) return this.#complain(readable(error));
        this.#byToken = true;
        byId('name-field').hidden = true;
        byId('token-field').hidden = false;
        return this.#token.focus();
    }

    /** @param {string} text @param {HTMLInputElement|HTMLTextAreaElement} [field] */
    #complain(text, field) {
        setText(this.#error, text);
        this.#error.hidden = text === '';
        for (const one of [this.#name, this.#token, this.#room]) {
            one.setAttribute('aria-invalid', String(one === field && text !== ''));
        }
        if (text !== '') field?.focus();
    }
}
