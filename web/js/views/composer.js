/** The box in which a message is written. */
import { MAX_CHARACTERS, characterCount } from '../protocol.js';
import { loadDraft, saveDraft } from '../storage.js';
import { byId, setText } from './dom.js';

/** After this long without a key the writer has stopped. */
const STOPPED_TYPING_MS = 4_000;
/** From here on, the number is shown in full strength. */
const NEAR_LIMIT = MAX_CHARACTERS - 500;

export class ComposerView {
    #form = byId('composer');
    #draft = byId('draft', HTMLTextAreaElement);
    #send = byId('send', HTMLButtonElement);
    #count = byId('draft-count');
    /** @type {import('../room.js').Room|null} */
    #room = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    #stopping;
    #app;
    #onSent;

    /** @param {import('../app.js').App} app @param {() => void} onSent */
    constructor(app, onSent) {
        this.#app = app;
        this.#onSent = onSent;
        this.#form.onsubmit = (event) => {
            event.preventDefault();
            this.#submit();
        };
        this.#draft.onkeydown = (event) => {
            // While an input method composes, Enter only takes its suggestion.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            this.#submit();
        };
        this.#draft.oninput = () => this.#written();
        this.#draft.onblur = () => this.#stopTyping();
    }

    render() {
        const room = this.#app.active;
        if (room !== this.#room) {
            this.#room = room;
            clearTimeout(this.#stopping);
            this.#draft.value = room ? loadDraft(this.#app.session.userId, room.id) : '';
            this.#draft.placeholder = room ? `Message #${room.id}` : '';
            this.#measure();
        }
        this.#draft.disabled = !room || room.socket.state.name === 'stopped';
        this.#send.disabled = this.#draft.disabled || !this.#isSendable();
    }

    focus() { this.#draft.focus({ preventScroll: true }); }

    /** Puts a text back to be changed, before what was written since. @param {string} text */
    edit(text) {
        this.#draft.value = [text, this.#draft.value].filter(Boolean).join('\n');
        this.#written();
        this.focus();
    }

    get #text() { return this.#draft.value.trim(); }

    #isSendable() {
        return this.#text !== '' && characterCount(this.#text) <= MAX_CHARACTERS;
    }

    #submit() {
        if (!this.#room || this.#draft.disabled || !this.#isSendable()) return;
        clearTimeout(this.#stopping);
        const text = this.#text;
        this.#draft.value = '';
        saveDraft(this.#app.session.userId, this.#room.id, '');
        this.#measure();
        this.#room.send(text);
        this.#onSent();
        this.focus();
    }

    #written() {
        const room = this.#room;
        if (!room) return;
        saveDraft(this.#app.session.userId, room.id, this.#draft.value);
        this.#measure();
        clearTimeout(this.#stopping);
        if (this.#text === '') return room.stopTyping();
        room.typing();
        this.#stopping = setTimeout(() => room.stopTyping(), STOPPED_TYPING_MS);
        return undefined;
    }

    #stopTyping() {
        clearTimeout(this.#stopping);
        this.#room?.stopTyping();
    }

    /** Height, counter and button, after the text changed. */
    #measure() {
        this.#draft.style.height = 'auto';
        this.#draft.style.height = `${this.#draft.scrollHeight}px`;
        const count = characterCount(this.#text);
        const over = count > MAX_CHARACTERS;
        setText(this.#count, count === 0 ? ''
            : over ? `${(count - MAX_CHARACTERS).toLocaleString('en')} characters too many`
                : `${count.toLocaleString('en')} / ${MAX_CHARACTERS.toLocaleString('en')}`);
        this.#count.className = over ? 'over' : count >= NEAR_LIMIT ? 'near' : '';
        this.#draft.setAttribute('aria-invalid', String(over));
        this.#form.classList.toggle('has-text', count > 0);
        this.#send.disabled = this.#draft.disabled || !this.#isSendable();
    }
}
